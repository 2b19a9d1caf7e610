package dev.parley.realtime.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.media.Pcm;
import dev.parley.media.RtpPacket;
import dev.parley.realtime.Close;
import dev.parley.realtime.ConnectException;
import dev.parley.realtime.Item;
import dev.parley.realtime.ReconnectPolicy;
import dev.parley.realtime.RetryPolicy;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionChange;
import dev.parley.realtime.SessionClosedException;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.webrtc.EventChannel.Follower;
import dev.parley.realtime.webrtc.Service.Trouble;
import dev.parley.rtc.PeerState;
import dev.parley.rtc.RtcEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A session that goes on over one call after the other.
@Timeout(60)
class LastingCallTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int RATE = Pcm.REALTIME_RATE;
    private static final ReconnectPolicy POLICY = ReconnectPolicy.DEFAULT
            .withRetry(new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(20)))
            .withAttempts(3);

    private static RtcEngine engine;

    private final List<SessionChange> changes = new CopyOnWriteArrayList<>();
    private Service service;
    private WebRtcClient client;
    private WebRtcSession session;

    @BeforeAll
    static void open() {
        engine = RtcEngine.open();
    }

    @AfterAll
    static void nothingIsLeft() {
        // A call that was lost is let go of beside the session that goes on.
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (engine.connections() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(engine.connections()).as("connections").isZero();
        engine.close();
    }

    @BeforeEach
    void call() throws Exception {
        service = new Service(engine, Trouble.NONE);
        client = WebRtcClient.of(engine, service.client());
        session = client.connect(SessionConfig.builder().voice("marin").build(), POLICY, changes::add);
        assertThat(session.next(PATIENCE)).containsInstanceOf(ServerEvent.SessionCreated.class);
    }

    @AfterEach
    void hangUp() {
        session.close();
        client.close();
        service.close();
    }

    /// Reads until another call has taken over; what it says is the first news.
    private void awaitAnotherCall(String news) throws Exception {
        var saying = Thread.ofVirtual().start(() -> {
            try {
                long deadline = System.nanoTime() + PATIENCE.toNanos();
                while (changes.stream().noneMatch(SessionChange.Replaced.class::isInstance)
                        && System.nanoTime() < deadline) {
                    Thread.onSpinWait();
                }
                service.says("{\"type\":\"" + news + "\"}");
            } catch (Exception e) {
                throw new AssertionError("could not say the news", e);
            }
        });
        assertThat(session.next(PATIENCE).map(ServerEvent::type)).contains(news);
        assertThat(saying.join(PATIENCE)).isTrue();
    }

    private static Pcm tone() {
        var samples = new short[RATE / 5];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (8_000 * Math.sin(2 * Math.PI * 440 * i / RATE));
        }
        return Pcm.copyOf(RATE, samples);
    }

    /// The service sends back what it hears.
    private static void assertHeard(BlockingQueue<Pcm> heard) throws InterruptedException {
        double loudest = 0;
        for (int i = 0; i < 200 && loudest < 0.1; i++) {
            var piece = heard.poll(10, TimeUnit.SECONDS);
            assertThat(piece).as("piece %d", i).isNotNull();
            loudest = Math.max(loudest, piece.rms());
        }
        assertThat(loudest).as("level of the tone").isGreaterThan(0.1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void goesOnOverAnotherCallWhenTheServiceEndsOne(boolean onlyTheChannel) throws Exception {
        var heard = new LinkedBlockingQueue<Pcm>();
        var leg = session.audio();
        leg.onAudio(heard::add);
        leg.send(tone());
        assertHeard(heard);
        session.configure(SessionConfig.builder().instructions("Be kind.").build());
        session.add(Item.userText("Hi"));
        assertThat(List.of(service.next(), service.next())).last().asString().contains("Hi");

        if (onlyTheChannel) {
            service.closesTheChannel();
        } else {
            service.hangsUp();
        }
        awaitAnotherCall("some.news");

        assertThat(session.callId()).isEqualTo("rtc_8");
        assertThat(session.peer().state()).isEqualTo(PeerState.CONNECTED);
        assertThat(service.bodies).hasSize(2).allSatisfy(body -> assertThat(body).contains("\"voice\":\"marin\""));
        assertThat(service.next()).contains("session.update", "Be kind.");
        assertThat(service.next()).contains("conversation.item.create", "Hi");
        assertThat(session.audio()).isSameAs(leg);
        heard.clear();
        leg.send(tone());
        assertHeard(heard);
        assertThat(changes).hasSize(2)
                .first()
                .isInstanceOfSatisfying(SessionChange.Lost.class,
                        lost -> assertThat(lost.close().code()).isEqualTo(Close.ABNORMAL));
        assertThat(changes).last().isEqualTo(new SessionChange.Replaced(SessionChange.Cause.LOST, 1));
    }

    @Test
    void hearsOnlyTheCallOfTheMoment() {
        var heard = new ArrayList<Integer>();
        try (var first = engine.peer().open(); var second = engine.peer().open(); var sound = new Sound()) {
            sound.onRtp((packet, nanos) -> heard.add(packet.sequence()));
            var before = sound.ear();
            var after = sound.ear();

            before.onRtp(packet(1), 0);
            sound.over(first, before);
            before.onRtp(packet(2), 0);
            after.onRtp(packet(3), 0);
            sound.over(second, after);
            before.onRtp(packet(4), 0);
            after.onRtp(packet(5), 0);

            assertThat(heard).containsExactly(2, 5);
        }
    }

    private static RtpPacket packet(int sequence) {
        var packet = new RtpPacket();
        packet.start(new byte[100], 0, 80);
        packet.sequence(sequence);
        return packet;
    }

    @Test
    void endsForGoodWhenThisSideEndsIt() throws Exception {
        session.respond();
        assertThat(service.next()).contains("response.create");

        var close = session.close(4_000, "enough");

        assertThat(close).isEqualTo(new Close(4_000, "enough"));
        assertThat(session.next(PATIENCE)).isEmpty();
        assertThat(service.channelClosed.await(10, TimeUnit.SECONDS)).as("the channel is closed").isTrue();
        assertThat(changes).isEmpty();
        assertThat(service.requests).hasSize(1);
    }

    @Test
    void endsWhenThereIsNoSenseInAnotherCall() throws Exception {
        session.audio();
        service.isInTrouble(Trouble.BAD_KEY);

        service.closesTheChannel();

        assertThat(session.next(PATIENCE)).isEmpty();
        assertThat(session.closed().map(Close::reason).orElse("")).contains("found HTTP 401", "check the API key");
        assertThat(changes).hasSize(2).last().isInstanceOf(SessionChange.GaveUp.class);
        assertThat(service.requests).hasSize(2);
        assertThatExceptionOfType(SessionClosedException.class).isThrownBy(session::respond);
        assertThatExceptionOfType(SessionClosedException.class).isThrownBy(() -> session.sendAudio(new byte[960]));
    }

    @Test
    void triesAgainAsOftenAsTheCallerWants() throws Exception {
        service.isInTrouble(Trouble.BUSY);

        service.closesTheChannel();

        assertThat(session.next(PATIENCE)).isEmpty();
        assertThat(session.closed().map(Close::reason).orElse("")).contains("found HTTP 429");
        assertThat(changes).hasSize(4).last().isInstanceOf(SessionChange.GaveUp.class);
        assertThat(service.requests).hasSize(4);
    }

    @Test
    void doesNotTryAgainWhenTheFirstCallIsRefused() throws Exception {
        try (var other = new Service(engine, Trouble.BUSY); var shunned = WebRtcClient.of(engine, other.client())) {
            assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> shunned.connect(POLICY));

            assertThat(other.requests).hasSize(1);
        }
    }

    /// How a service vanishes, and is missed within 5 s, the tests of ICE show.
    @Test
    void anInterruptionIsALossOnlyWhereAnotherCallFollows() {
        var alone = new EventChannel(Follower.NONE, () -> {});
        var followed = new EventChannel(Follower.ANOTHER, () -> {});

        alone.onState(PeerState.DISCONNECTED, "nothing was heard for 4 s");
        followed.onState(PeerState.DISCONNECTED, "nothing was heard for 4 s");

        assertThat(alone.closed()).isEmpty();
        assertThat(followed.closed()).contains(
                new Close(Close.ABNORMAL, "connection lost: nothing was heard for 4 s"));
    }
}
