package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A service that misbehaves, over a real socket, byte by byte. Nothing escapes, the session goes on where the protocol says
/// so, and where it ends it says why.
@Timeout(60)
class BadInputTest {
    private static final RealtimeSession.Limits LIMITS = RealtimeSession.Limits.DEFAULT
            .withCloseTimeout(Duration.ofMillis(500));

    private static RealtimeClient client(RawServer server, RealtimeSession.Limits limits) {
        return RealtimeClient.builder().baseUrl(server.uri()).model("m").limits(limits).build();
    }

    /// Everything a session gives until it ends, and then how.
    private static List<Object> all(RealtimeSession.Limits limits, RawServer.Script script) throws IOException {
        try (var server = new RawServer(script);
                var client = client(server, limits);
                var session = client.connect()) {
            var all = new ArrayList<Object>();
            session.events().forEach(all::add);
            all.add(session.closed().orElseThrow());
            return all;
        }
    }

    private static List<Object> all(RawServer.Script script) throws IOException {
        return all(LIMITS, script);
    }

    private static String event(String name, int chars) {
        return "{\"type\":\"" + name + "\",\"padding\":\"" + "x".repeat(chars) + "\"}";
    }

    private static Close close(List<Object> all) {
        return (Close) all.getLast();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "not json", "[]", "null", "7", "{\"type\":7}", "{}", "{\"type\":null}",
            "{\"type\":\"error\"}", "{\"type\":\"session.created\",\"session\":[]}", "\u0000"})
    void afterAMalformedFrameTheSessionGoesOn(String frame) throws IOException {
        var all = all(peer -> {
            peer.begins();
            peer.says(frame);
            peer.says(event("new.event", 0));
            peer.closes(1000, "");
            peer.next();
        });

        assertThat(all).hasSize(4);
        assertThat(all.get(1)).isInstanceOf(ServerEvent.Malformed.class);
        assertThat(all.get(2)).isInstanceOf(ServerEvent.Unknown.class);
        assertThat(close(all).isNormal()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {18 * 1_024, 5 << 20})
    void largeMessagesArriveWhole(int chars) throws IOException {
        var all = all(peer -> {
            peer.says(event("new.event", chars));
            peer.closes(1000, "");
            peer.next();
        });

        assertThat(((ServerEvent) all.getFirst()).raw().get("padding").asString()).hasSize(chars);
    }

    @Test
    void aMessageOverTheLimitEndsTheSessionAndTheServiceIsTold() throws Exception {
        var told = new CompletableFuture<RawServer.Frame>();
        try (var server = new RawServer(peer -> {
            peer.says(event("new.event", 1_000));
            told.complete(peer.next());
        });
                var client = client(server, LIMITS.withMaxMessageChars(1_000));
                var session = client.connect()) {
            assertThat(session.events()).isEmpty();

            assertThat(session.closed().orElseThrow().code()).isEqualTo(Close.TOO_BIG);
            assertThat(told.get(10, TimeUnit.SECONDS)).satisfies(frame -> {
                assertThat(frame.opcode()).isEqualTo(RawServer.CLOSE);
                assertThat(frame.payload()).startsWith(Close.TOO_BIG >> 8, Close.TOO_BIG & 0xff);
            });
        }
    }

    @Test
    void fragmentsArePutTogetherWhereverTheyAreCut() throws IOException {
        var json = "{\"type\":\"new.event\",\"words\":\"caf\u00e9 \ud83d\ude00 \u4e2d\"}".getBytes(
                StandardCharsets.UTF_8);

        var all = all(peer -> {
            for (int i = 0; i < json.length; i++) {
                peer.frame(i == json.length - 1, i == 0 ? RawServer.TEXT : RawServer.CONTINUATION, new byte[]{json[i]});
                if (i == 10) {
                    peer.frame(true, RawServer.PING, new byte[]{7});
                }
            }
            assertThat(peer.next()).satisfies(pong -> assertThat(pong.opcode()).isEqualTo(RawServer.PONG));
            peer.closes(1000, "");
            peer.next();
        });

        assertThat(all).hasSize(2);
        assertThat(((ServerEvent) all.getFirst()).raw().get("words").asString()).isEqualTo(
                "caf\u00e9 \ud83d\ude00 \u4e2d");
    }

    @Test
    void pingsAreAnsweredAndSentWhenItIsQuiet() throws IOException {
        var all = all(LIMITS.withKeepAlive(Duration.ofMillis(20)), peer -> {
            peer.begins();
            peer.frame(true, RawServer.PING, "hi".getBytes(StandardCharsets.UTF_8));
            var opcodes = new ArrayList<Integer>();
            while (!opcodes.contains(RawServer.PONG) || !opcodes.contains(RawServer.PING)) {
                var frame = peer.next();
                opcodes.add(frame.opcode());
                if (frame.opcode() == RawServer.PING) {
                    peer.frame(true, RawServer.PONG, frame.payload());
                }
            }
            peer.closes(1000, "heard");
            peer.next();
        });

        assertThat(close(all)).isEqualTo(new Close(1000, "heard"));
    }

    @Test
    void aBinaryFrameIsNoReasonToLoseACall() throws IOException {
        var all = all(peer -> {
            peer.begins();
            peer.frame(true, RawServer.BINARY, new byte[]{1, 2, 3});
            peer.says(event("new.event", 0));
            peer.closes(1000, "");
            peer.next();
        });

        assertThat(all).hasSize(3);
        assertThat(all.get(1)).isInstanceOf(ServerEvent.Unknown.class);
    }

    @Test
    void bytesThatAreNoTextEndTheSessionWithAReason() throws IOException {
        var all = all(peer -> {
            peer.begins();
            peer.frame(true, RawServer.TEXT, new byte[]{'"', (byte) 0xc3, '"'});
            peer.next();
        });

        assertThat(all.getFirst()).isInstanceOf(ServerEvent.SessionCreated.class);
        assertThat(close(all).isNormal()).isFalse();
        assertThat(close(all).reason()).isNotEmpty();
    }

    @Test
    void bytesThatAreNoFrameEndTheSessionWithAReason() throws IOException {
        var all = all(peer -> {
            peer.begins();
            peer.raw((byte) 0xff, (byte) 0xff, (byte) 0xff);
            peer.next();
        });

        assertThat(close(all).isNormal()).isFalse();
        assertThat(close(all).reason()).isNotEmpty();
    }

    @Test
    void aConnectionCutInTheMiddleOfADeltaEndsTheSessionAfterWhatCameBefore() throws IOException {
        var delta = Frames.server("response.output_audio.delta").getBytes(StandardCharsets.UTF_8);
        var all = all(peer -> {
            peer.begins();
            peer.frame(true, RawServer.TEXT, delta);
            peer.frame(false, RawServer.TEXT, Arrays.copyOf(delta, delta.length / 2));
        });

        assertThat(all).hasSize(3);
        assertThat(all.get(1)).isInstanceOf(ServerEvent.OutputAudioDelta.class);
        assertThat(close(all).code()).isEqualTo(Close.ABNORMAL);
    }

    @ParameterizedTest
    @ValueSource(ints = {1001, 1011, 3000, 4000})
    void theServicesCloseCodeAndReasonReachTheCaller(int code) throws IOException {
        var all = all(peer -> {
            peer.closes(code, "invalid_request_error.beta_api_shape_disabled");
            peer.next();
        });

        assertThat(all).containsExactly(new Close(code, "invalid_request_error.beta_api_shape_disabled"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "-0", "123456789012345678901234567890", "1e-400"})
    void numbersOfAnySizeAreReadOrReported(String number) {
        var frame = "{\"type\":\"input_audio_buffer.speech_started\",\"item_id\":\"i\",\"audio_start_ms\":" + number
                + "}";

        assertThat(ServerEvent.parse(frame)).isInstanceOfAny(ServerEvent.Malformed.class,
                ServerEvent.SpeechStarted.class);
    }

    @Test
    void aNumberOfAMillionDigitsAndDepthWithoutEndAreMalformed() {
        assertThat(ServerEvent.parse("{\"type\":\"x\",\"n\":" + "9".repeat(1_000_000) + "}"))
                .isInstanceOf(ServerEvent.Malformed.class);
        assertThat(ServerEvent.parse("{\"type\":\"x\",\"n\":" + "[".repeat(1_000_000)))
                .isInstanceOf(ServerEvent.Malformed.class);
        assertThat(ServerEvent.parse("{\"type\":\"x\",\"n\":" + "{\"n\":".repeat(500) + "1" + "}".repeat(501)))
                .isInstanceOf(ServerEvent.Malformed.class);
    }

    @Test
    void tenThousandPiecesArriveInOrder() throws Exception {
        var received = new CompletableFuture<List<String>>();
        try (var server = new RawServer(peer -> {
            peer.begins();
            var frames = new ArrayList<String>();
            for (int i = 0; i < 10_000; i++) {
                frames.add(peer.next().text());
            }
            received.complete(frames);
            peer.closes(1000, "");
            peer.next();
        }); var client = client(server, LIMITS); var session = client.connect()) {
            for (int i = 0; i < 10_000; i++) {
                session.sendAudio(new byte[]{(byte) (i >> 8), (byte) i});
            }
            session.events().forEach(event -> assertThat(event).isInstanceOf(ServerEvent.SessionCreated.class));

            var frames = received.get(10, TimeUnit.SECONDS);
            for (int i = 0; i < 10_000; i++) {
                assertThat(frames.get(i)).contains(
                        Base64.getEncoder().encodeToString(new byte[]{(byte) (i >> 8), (byte) i}));
            }
        }
    }

    @Test
    void aTokenThatExpiresInALongSessionIsAskedForAnewWhenItMatters() throws Exception {
        var tokens = new AtomicInteger();
        var connections = new AtomicInteger();
        try (var server = new RawServer(peer -> {
            peer.begins();
            if (connections.incrementAndGet() == 1) {
                peer.says(
                        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"code\":\"session_expired\","
                                + "\"message\":\"Your session hit the maximum duration of 60 minutes.\"}}");
                peer.closes(1001, "Your session hit the maximum duration of 60 minutes.");
                peer.next();
                return;
            }
            peer.says(event("new.event", 0));
            peer.next();
        });
                var client = RealtimeClient.builder()
                        .baseUrl(server.uri())
                        .tokenSupplier(() -> "token" + tokens.incrementAndGet())
                        .limits(LIMITS)
                        .build();
                var session = client.connect(ReconnectPolicy.DEFAULT
                        .withRetry(new RetryPolicy(Duration.ofMillis(1), Duration.ofSeconds(5))))) {

            assertThat(session.next(Duration.ofSeconds(10))).containsInstanceOf(ServerEvent.SessionCreated.class);
            assertThat(session.next(Duration.ofSeconds(10))).containsInstanceOf(ServerEvent.Unknown.class);
            assertThat(tokens).hasValue(2);
        }
    }
}
