package dev.parley.realtime.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.realtime.ConnectException;
import dev.parley.realtime.Dialect;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.webrtc.Service.Trouble;
import dev.parley.rtc.Codec;
import dev.parley.rtc.RtcEngine;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The way to an open session, and what may be in it.
@Timeout(60)
class ConnectingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static RtcEngine engine;

    @BeforeAll
    static void open() {
        engine = RtcEngine.open();
    }

    @AfterAll
    static void nothingIsLeft() {
        assertThat(engine.connections()).as("connections").isZero();
        engine.close();
    }

    private static WebRtcClient client(Service service) {
        return WebRtcClient.of(engine, service.client());
    }

    @Test
    void callsWithTheModelOfTheClient() throws Exception {
        try (var service = new Service(engine, Trouble.NONE);
                var client = client(service);
                var session = client.connect()) {
            assertThat(session.callId()).isEqualTo("rtc_7");
            assertThat(session.next(PATIENCE)).containsInstanceOf(ServerEvent.SessionCreated.class);
            assertThat(service.requests.poll()).isEqualTo("POST /v1/realtime/calls Bearer sk-hunter2hunter2");
            assertThat(service.bodies.poll()).contains("m=audio", "opus/48000/2", "a=sendrecv", "webrtc-datachannel",
                    "{\"type\":\"realtime\",\"model\":\"m-7\"}");
            assertThat(service.channel.get(10, TimeUnit.SECONDS).label()).isEqualTo("oai-events");
            assertThat(session).hasToString("WebRtcSession[rtc_7, CONNECTED]");
        }
    }

    @Test
    void callsWithSettings() throws Exception {
        try (var service = new Service(engine, Trouble.NONE);
                var client = client(service);
                var _ = client.connect(SessionConfig.builder().voice("marin").build())) {
            assertThat(service.bodies.poll()).contains("\"voice\":\"marin\"", "\"model\":\"m-7\"");
        }
    }

    @Test
    void callsWithAClientSecret() throws Exception {
        try (var service = new Service(engine, Trouble.NONE);
                var client = WebRtcClient.of(engine, service.client().apiKey("ek_hunter2"));
                var session = client.connect()) {
            assertThat(session.next(PATIENCE)).isPresent();
            assertThat(service.requests.poll()).isEqualTo("POST /v1/realtime/calls Bearer ek_hunter2");
            assertThat(service.bodies.poll()).startsWith("v=0");
        }
    }

    @Test
    void callsInTheBetaDialect() throws Exception {
        try (var service = new Service(engine, Trouble.NONE);
                var client = WebRtcClient.of(engine, service.client().dialect(Dialect.BETA));
                var session = client.connect()) {
            session.configure(SessionConfig.builder().outputModality("audio").build());

            assertThat(service.requests.poll()).startsWith("POST /v1/realtime?model=m-7 ");
            assertThat(service.next()).contains("\"modalities\"");
        }
    }

    @Test
    void callsWithConnectionsAsTheyAreWanted() throws Exception {
        try (var service = new Service(engine, Trouble.NONE);
                var client = WebRtcClient.of(engine, service.client(),
                        peer -> peer.bind(InetAddress.getLoopbackAddress()).codecs(List.of(Codec.PCMU)));
                var session = client.connect()) {
            assertThat(service.bodies.poll()).contains("PCMU/8000").doesNotContain("opus");
            assertThat(session.peer().codecs()).containsExactly(Codec.PCMU);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NO_ANSWER    | 0   | no answer to POST /realtime/calls within 700 ms
            BAD_KEY      | 401 | found HTTP 401: invalid_api_key: check the API key
            BUSY         | 429 | found HTTP 429: rate_limit_exceeded
            NONSENSE     | 0   | expected an SDP answer
            NO_CALL_ID   | 201 | expected the call's id in the header Location
            NOBODY_THERE | 0   | is UDP let through?
            NO_CHANNEL   | 0   | connected, but the data channel oai-events was not opened
            """)
    void saysWhyThereIsNoSession(Trouble trouble, int status, String why) throws Exception {
        try (var service = new Service(engine, trouble); var client = client(service)) {
            var before = System.nanoTime();

            assertThatExceptionOfType(ConnectException.class).isThrownBy(client::connect)
                    .withMessageStartingWith("cannot connect to http://127.0.0.1:")
                    .withMessageContaining(why)
                    .satisfies(e -> {
                        assertThat(e.status().orElse(0)).isEqualTo(status);
                        assertThat(e.toString()).doesNotContain("hunter2");
                    });

            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        }
        // The service's side is closed above.
        assertThat(engine.connections()).as("connections left").isZero();
    }

    @Test
    void saysWhatTheServiceSaid() throws Exception {
        try (var service = new Service(engine, Trouble.BUSY); var client = client(service)) {
            assertThatExceptionOfType(ConnectException.class).isThrownBy(client::connect).satisfies(e -> {
                assertThat(e.error()).hasValueSatisfying(
                        error -> assertThat(error.message()).isEqualTo("Slow down."));
                assertThat(e.retryAfter()).contains(Duration.ofSeconds(7));
            });
        }
    }

    @Test
    void saysThatNobodyAnswers() throws Exception {
        var service = new Service(engine, Trouble.NONE);
        service.close();
        try (var client = client(service)) {
            assertThatExceptionOfType(ConnectException.class).isThrownBy(client::connect)
                    .withMessageContaining("cannot POST /realtime/calls");
        }
    }

    @Test
    void canBeInterrupted() throws Exception {
        try (var service = new Service(engine, Trouble.NO_ANSWER);
                var client = WebRtcClient.of(engine, service.client().connectTimeout(Duration.ofSeconds(30)))) {
            var failure = new CompletableFuture<Throwable>();
            var waiting = Thread.ofVirtual().start(() -> {
                try {
                    client.connect().close();
                } catch (ConnectException e) {
                    failure.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError("swallowed"));
                }
            });
            assertThat(service.requests.poll(10, TimeUnit.SECONDS)).isNotNull();

            waiting.interrupt();

            assertThat(failure.get(10, TimeUnit.SECONDS)).isInstanceOf(ConnectException.class)
                    .hasMessageContaining("interrupted");
        }
    }

    @Test
    void aClosedClientOpensNothing() throws Exception {
        try (var service = new Service(engine, Trouble.NONE)) {
            var client = client(service);
            var session = client.connect();

            client.close();

            assertThat(session.next(PATIENCE).isPresent() && session.next(PATIENCE).isPresent()).isFalse();
            assertThat(service.gone.await(10, TimeUnit.SECONDS)).as("the service is told").isTrue();
            assertThatExceptionOfType(ConnectException.class).isThrownBy(client::connect);
        }
    }

    @Test
    void leavesNothingBehind() throws Exception {
        for (int i = 0; i < 10; i++) {
            try (var service = new Service(engine, Trouble.NONE);
                    var client = client(service);
                    var session = client.connect()) {
                session.audio().onAudio(_ -> {});
                assertThat(session.next(PATIENCE)).isPresent();
            }
        }

        assertThat(engine.connections()).isZero();
    }
}
