package dev.parley.realtime.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import dev.parley.media.RtpPacket;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.Close;
import dev.parley.realtime.ConnectException;
import dev.parley.realtime.Item;
import dev.parley.realtime.Pace;
import dev.parley.realtime.RealtimeSession;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionClosedException;
import dev.parley.realtime.TrafficObserver;
import dev.parley.realtime.webrtc.Service.Trouble;
import dev.parley.rtc.Codec;
import dev.parley.rtc.PeerState;
import dev.parley.rtc.RtcEngine;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A session with a service that is the test.
@Timeout(60)
class WebRtcSessionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int RATE = Pcm.REALTIME_RATE;

    private static RtcEngine engine;

    private Service service;
    private WebRtcClient client;
    private WebRtcSession session;

    @BeforeAll
    static void open() {
        engine = RtcEngine.open();
    }

    @AfterAll
    static void nothingIsLeft() {
        assertThat(engine.connections()).as("connections").isZero();
        engine.close();
    }

    @BeforeEach
    void call() throws Exception {
        service = new Service(engine, Trouble.NONE);
        client = WebRtcClient.of(engine, service.client());
        session = client.connect();
        assertThat(session.next(PATIENCE)).containsInstanceOf(ServerEvent.SessionCreated.class);
    }

    @AfterEach
    void hangUp() {
        session.close();
        client.close();
        service.close();
    }

    private static Pcm tone(int millis, int rate) {
        var samples = new short[rate / 1_000 * millis];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (8_000 * Math.sin(2 * Math.PI * 440 * i / rate));
        }
        return Pcm.copyOf(rate, samples);
    }

    /// How loud the tone is among what was heard, from 0 to 1.
    private static double loudness(Pcm heard) {
        double sine = 0;
        double cosine = 0;
        for (int i = 0; i < heard.frames(); i++) {
            double phase = 2 * Math.PI * 440 * i / heard.rate();
            sine += heard.sample(i) * Math.sin(phase);
            cosine += heard.sample(i) * Math.cos(phase);
        }
        return 2 * Math.hypot(sine, cosine) / Math.max(1, heard.frames()) / 8_000;
    }

    @Test
    void carriesEventsBothWays() throws Exception {
        session.add(Item.userText("How are you?"));
        service.says("{\"type\":\"input_audio_buffer.cleared\",\"event_id\":\"e\"}");
        service.says("{\"type\":\"something.new\",\"event_id\":\"e\"}");
        service.says("{broken");

        assertThat(service.next()).contains("conversation.item.create", "How are you?");
        assertThat(session.next(PATIENCE)).containsInstanceOf(ServerEvent.InputCleared.class);
        assertThat(session.next(PATIENCE)).containsInstanceOf(ServerEvent.Unknown.class);
        assertThat(session.next(PATIENCE)).containsInstanceOf(ServerEvent.Malformed.class);
        assertThat(session.closed()).isEmpty();
    }

    @Test
    void letsItsFramesBeWatched() throws Exception {
        var seen = new CopyOnWriteArrayList<String>();
        try (var other = new Service(engine, Trouble.NONE);
                var watched = WebRtcClient.of(engine, other.client().observer(new TrafficObserver() {
                    @Override
                    public void onReceived(String frame) {
                        seen.add(frame);
                    }
                }));
                var call = watched.connect()) {
            assertThat(call.next(PATIENCE)).isPresent();

            assertThat(seen).containsExactly(Service.CREATED);
        }
    }

    @Test
    void carriesLongEvents() throws Exception {
        var words = "word ".repeat(50_000);

        session.add(Item.userText(words));
        service.says("{\"type\":\"" + "x".repeat(250_000) + "\"}");

        assertThat(service.next()).contains(words);
        assertThat(session.next(PATIENCE)).hasValueSatisfying(event -> assertThat(event.type()).hasSize(250_000));
    }

    @Test
    void refusesAnEventThatIsTooLongAndGoesOn() throws Exception {
        var words = "x".repeat(262_144);

        assertThatIllegalArgumentException().isThrownBy(() -> session.add(Item.userText(words)))
                .withMessageContaining("at most 262144 bytes");

        session.respond();
        assertThat(service.next()).contains("response.create");
    }

    /// What is received and not read fills session, channel and SCTP; then the service waits.
    @Test
    void aReaderThatFallsBehindMissesNothing() throws Exception {
        var limits = RealtimeSession.Limits.DEFAULT.withQueues(4, 4).withCloseTimeout(Duration.ofSeconds(2));
        try (var other = new Service(engine, Trouble.NONE);
                var narrow = WebRtcClient.of(engine, other.client().limits(limits));
                var call = narrow.connect()) {
            int count = 400;
            var padding = "x".repeat(10_000);
            var sent = new CountDownLatch(1);
            var talker = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < count; i++) {
                    try {
                        other.says("{\"type\":\"n" + i + "\",\"padding\":\"" + padding + "\"}");
                    } catch (Exception e) {
                        throw new AssertionError("could not say " + i, e);
                    }
                }
                sent.countDown();
            });

            assertThat(call.next(PATIENCE)).isPresent();
            assertThat(sent.await(100, TimeUnit.MILLISECONDS)).as("said 4 MB to nobody").isFalse();
            for (int i = 0; i < count; i++) {
                assertThat(call.next(PATIENCE).map(ServerEvent::type)).contains("n" + i);
            }
            assertThat(talker.join(PATIENCE)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"opus", "PCMU", "PCMA"})
    void hearsWhatIsSaid(String codec) throws Exception {
        var only = List.of(Codec.OPUS, Codec.PCMU, Codec.PCMA)
                .stream()
                .filter(one -> one.name().equals(codec))
                .toList();
        try (var other = new Service(engine, Trouble.NONE);
                var speaking = WebRtcClient.of(engine, other.client(), peer -> peer.codecs(only));
                var call = speaking.connect()) {
            var heard = new LinkedBlockingQueue<Pcm>();
            call.audio().onAudio(heard::add);

            call.audio().send(tone(300, RATE));

            // The service sends back what it hears.
            double loudest = 0;
            var window = Pcm.silence(RATE, 0);
            for (int i = 0; i < 100 && loudest < 0.7; i++) {
                var piece = heard.poll(10, TimeUnit.SECONDS);
                assertThat(piece).as("piece %d", i).isNotNull();
                assertThat(piece.frames()).isEqualTo(RATE / 50);
                window = window.then(piece)
                        .slice(Math.max(0, window.frames() + piece.frames() - RATE / 10),
                                window.frames() + piece.frames());
                loudest = Math.max(loudest, loudness(window));
            }
            assertThat(loudest).as("loudness of the tone").isGreaterThan(0.7);
            assertThat(other.packets.poll()).isEqualTo(call.peer().codecs().getFirst().payloadType());
        }
    }

    @Test
    void isSilentAloudWhileNobodySpeaks() throws Exception {
        session.audio();

        for (int i = 0; i < 10; i++) {
            assertThat(service.packets.poll(10, TimeUnit.SECONDS)).as("packet %d", i).isNotNull();
        }
    }

    @Test
    void sendsNothingThatNobodyAskedFor() throws Exception {
        session.respond();
        assertThat(service.next()).isNotNull();

        assertThat(service.packets.poll(60, TimeUnit.MILLISECONDS)).isNull();
    }

    @ParameterizedTest
    @EnumSource(AudioEncoding.class)
    void saysAStreamInRealTime(AudioEncoding encoding) throws Exception {
        var format = switch (encoding) {
            case PCM -> AudioFormat.REALTIME_PCM;
            case PCMU -> AudioFormat.PCMU;
            case PCMA -> AudioFormat.PCMA;
        };
        var before = System.nanoTime();

        session.sendAudio(new ByteArrayInputStream(format.encode(tone(300, format.rate()))), encoding, Pace.UNPACED);

        assertThat(Duration.ofNanos(System.nanoTime() - before)).as("time taken")
                .isBetween(Duration.ofMillis(240), Duration.ofSeconds(5));
        assertThat(service.packets.size()).as("packets").isGreaterThanOrEqualTo(13);
        session.commitAudio();
        assertThat(service.next()).contains("input_audio_buffer.commit");
    }

    @Test
    void takesOneStreamAtATime() throws Exception {
        var started = new CountDownLatch(1);
        var endless = new InputStream() {
            @Override
            public int read() {
                started.countDown();
                return 0;
            }
        };
        var talking = Thread.ofVirtual().start(() -> {
            try {
                session.sendAudio(endless, AudioEncoding.PCM, Pace.REALTIME);
            } catch (Exception _) {
                // Interrupted below.
            }
        });
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

        assertThatIllegalStateException().isThrownBy(
                () -> session.sendAudio(InputStream.nullInputStream(), AudioEncoding.PCM, Pace.REALTIME));

        talking.interrupt();
        assertThat(talking.join(PATIENCE)).isTrue();
        session.sendAudio(InputStream.nullInputStream(), AudioEncoding.PCM, Pace.REALTIME);
    }

    @Test
    void handsPacketsThroughAsTheyAre() throws Exception {
        var heard = new LinkedBlockingQueue<String>();
        session.onRtp((rtp, nanos) -> heard.add(rtp.payloadType() + " " + rtp.sequence() + " "
                + rtp.bytes()[rtp.payloadOffset()]));
        var bytes = new byte[100];
        var packet = new RtpPacket();
        packet.start(bytes, 0, 80);
        packet.payloadType(session.peer().codecs().getFirst().payloadType());
        packet.sequence(7);
        packet.ssrc(session.peer().ssrc());
        bytes[packet.payloadOffset()] = 42;

        assertThat(session.sendRtp(bytes, packet.offset(), packet.length())).isTrue();

        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("111 7 42");
    }

    @Test
    void aFailingListenerIsNotTheEnd() throws Exception {
        var calls = new CountDownLatch(5);

        session.audio().onAudio(_ -> {
            calls.countDown();
            throw new IllegalStateException("the listener of this test throws");
        });

        assertThat(calls.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(session.closed()).isEmpty();
    }

    /// A leg is never blocked, and never far behind.
    @Test
    void dropsWhatCannotBeSaidInTime() {
        var leg = session.audio();

        for (int i = 0; i < 100; i++) {
            leg.send(tone(100, RATE));
        }

        assertThatIllegalArgumentException().isThrownBy(() -> leg.send(Pcm.silence(8_000, 160)));
        assertThat(session.closed()).isEmpty();
    }

    @Test
    void saysEverythingBeforeItCloses() throws Exception {
        for (int i = 0; i < 50; i++) {
            session.commitAudio();
        }

        var close = session.close(4_000, "enough");

        assertThat(close).isEqualTo(new Close(4_000, "enough"));
        for (int i = 0; i < 50; i++) {
            assertThat(service.next()).contains("commit");
        }
        assertThat(service.channelClosed.await(10, TimeUnit.SECONDS)).as("the channel is closed").isTrue();
        assertThat(service.gone.await(10, TimeUnit.SECONDS)).as("the connection is closed").isTrue();
        assertThat(session.close(Close.NORMAL, "")).isEqualTo(close);
    }

    @Test
    void doesNotWaitForEverForAServiceThatSaysNothing() throws Exception {
        var limits = RealtimeSession.Limits.DEFAULT.withFirstEvent(Duration.ofMillis(200))
                .withKeepAlive(Duration.ofMillis(100));
        try (var other = new Service(engine, Trouble.SAYS_NOTHING);
                var impatient = WebRtcClient.of(engine, other.client().limits(limits));
                var call = impatient.connect()) {
            assertThat(call.next(PATIENCE)).isEmpty();
            assertThat(call.closed().map(Close::reason).orElse("")).contains("the session did not begin");
        }
    }

    @Test
    void endsWithAServiceThatHangsUpAtOnce() throws Exception {
        try (var other = new Service(engine, Trouble.HANGS_UP); var shunned = WebRtcClient.of(engine, other.client())) {
            try (var call = shunned.connect()) {
                assertThat(call.next(PATIENCE)).isEmpty();
                assertThat(call.closed().map(Close::code)).contains(Close.NO_CODE);
            } catch (ConnectException e) {
                // It may be faster than the channel, or than the connection.
                assertThat(e.getMessage()).containsAnyOf("was not opened", "the peer closed the connection");
                assertThat(e).hasMessageNotContaining("UDP");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsWhenTheServiceEndsIt(boolean onlyTheChannel) throws Exception {
        session.audio();
        service.says("{\"type\":\"last.word\"}");
        if (onlyTheChannel) {
            service.closesTheChannel();
        } else {
            // What is not acknowledged may be lost with the connection.
            assertThat(session.next(PATIENCE).map(ServerEvent::type)).contains("last.word");
            service.hangsUp();
        }

        var left = new ArrayList<String>();
        session.events().forEach(event -> left.add(event.type()));

        assertThat(left).isEqualTo(onlyTheChannel ? List.of("last.word") : List.of());
        assertThat(session.closed().map(Close::code)).contains(Close.NO_CODE);
        assertThatExceptionOfType(SessionClosedException.class).isThrownBy(session::respond);
        assertThatExceptionOfType(SessionClosedException.class).isThrownBy(() -> session.sendAudio(new byte[960]));
        session.audio().send(tone(20, RATE));
        for (int i = 0; i < 1_000 && session.peer().state() != PeerState.CLOSED; i++) {
            assertThat(session.next(Duration.ofMillis(10))).isEqualTo(Optional.empty());
        }
        assertThat(session.peer().state()).isEqualTo(PeerState.CLOSED);
    }
}
