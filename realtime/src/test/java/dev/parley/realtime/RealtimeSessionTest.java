package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RealtimeSessionTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final FakeWebSocket socket = new FakeWebSocket();

    private RealtimeSession aSession(Duration closeTimeout) {
        var session = new RealtimeSession(new RealtimeSession.Limits(4, 4, 1_000, closeTimeout, LONG));
        session.start(socket);
        return session;
    }

    private RealtimeSession aSession() {
        return aSession(Duration.ofSeconds(10));
    }

    /// The far side answers a close with its own.
    private Background<Close> closing(RealtimeSession session, int code, String reason) {
        var closing = Background.run(() -> session.close(code, reason)).waits();
        session.inbox().end(new Close(code, reason));
        return closing;
    }

    @Test
    void sendsWhatIsQueuedBeforeItCloses() throws Exception {
        var session = aSession();
        session.send(new ClientEvent.InputCommit());
        session.send(new ClientEvent.ResponseCreate());

        var close = closing(session, 1000, "done").result();

        assertThat(socket.sent)
                .containsExactly("{\"type\":\"input_audio_buffer.commit\"}", "{\"type\":\"response.create\"}");
        assertThat(socket.closes).containsExactly(new Close(1000, "done"));
        assertThat(socket.aborted).succeedsWithin(Duration.ofSeconds(10));
        assertThat(close).isEqualTo(new Close(1000, "done"));
        assertThat(session.closed()).contains(close);
    }

    @Test
    void endsWhenTheFarSideDoesNotAnswerAPing() throws Exception {
        var session = aSessionThatPings();

        var events = Background.run(() -> session.events().iterator().hasNext());

        assertThat(events.result()).isFalse();
        assertThat(session.closed()).hasValueSatisfying(close -> {
            assertThat(close.code()).isEqualTo(Close.ABNORMAL);
            assertThat(close.reason()).contains("ping");
        });
        assertThat(socket.pings).hasValue(1);
        assertThat(socket.aborted).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void goesOnWhenPingsAreAnswered() throws Exception {
        socket.onPing(() -> inboxOf.get().hearSomething());
        var session = aSessionThatPings();

        socket.awaitPings(5);

        assertThat(session.closed()).isEmpty();
        closing(session, 1000, "").result();
    }

    /// A caller who is silent is still streamed, and the service has nothing to say to that.
    @Test
    void pingsWhileItSendsToo() throws Exception {
        socket.onPing(() -> inboxOf.get().hearSomething());
        var session = aSessionThatPings();
        var sending = Background.run(() -> {
            int sent = 0;
            for (; sent < 100_000 && socket.pings.get() < 3; sent++) {
                session.send(new ClientEvent.InputCommit());
            }
            return sent;
        });

        socket.awaitPings(3);

        assertThat(sending.result()).isPositive();
        closing(session, 1000, "").result();
    }

    @Test
    void takesAFarSideItDoesNotReadFromToBeAlive() throws Exception {
        var session = aSessionThatPings();
        for (int i = 0; i < 4; i++) {
            session.inbox().add("{\"type\":\"new.event\"}");
        }

        socket.awaitPings(5);

        assertThat(session.closed()).isEmpty();
        closing(session, 1000, "").result();
    }

    private final AtomicReference<Inbox> inboxOf = new AtomicReference<>();

    private RealtimeSession aSessionThatPings() {
        var session = new RealtimeSession(new RealtimeSession.Limits(4, 4, 1_000, SHORT, Duration.ofMillis(20)));
        inboxOf.set(session.inbox());
        session.start(socket);
        return session;
    }

    @Test
    void closingTwiceDoesNothing() throws Exception {
        var session = aSession();
        closing(session, 1000, "").result();

        session.close();

        assertThat(socket.closes).hasSize(1);
    }

    @Test
    void closesInTimeWhenTheFarSideDoesNotAnswer() {
        var close = aSession(SHORT).close(1000, "");

        assertThat(close.reason()).contains("did not answer");
        assertThat(socket.aborted).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void closesInTimeWhenTheNetworkIsStuck() {
        socket.stuck();
        var session = aSession(SHORT);
        session.send(new ClientEvent.InputCommit());

        session.close();

        assertThat(socket.aborted).succeedsWithin(Duration.ofSeconds(10));
        assertThat(session.closed()).isPresent();
    }

    @Test
    void sendingOnALostConnectionEndsTheSession() throws Exception {
        socket.gone();
        var session = aSession();

        session.send(new ClientEvent.InputCommit());

        assertThat(session.inbox().awaitEnd(TimeUnit.SECONDS.toNanos(10))).isTrue();
        assertThat(session.closed()).contains(new Close(Close.ABNORMAL, "sending failed: broken pipe"));
    }

    @Test
    void sendingAfterTheEndSaysHowItEnded() {
        var session = aSession();
        session.inbox().end(new Close(1001, "maximum duration"));

        assertThatExceptionOfType(SessionClosedException.class)
                .isThrownBy(() -> session.send(new ClientEvent.InputCommit()))
                .withMessageContaining("close code 1001 (maximum duration)")
                .satisfies(e -> assertThat(e.close().code()).isEqualTo(1001));
    }

    @Test
    void whoeverSendsIntoAFullQueueIsWokenByTheEnd() {
        socket.stuck();
        var session = aSession(SHORT);
        var sending = Background.run(() -> {
            while (true) {
                session.send(new ClientEvent.InputCommit());
            }
        }).waits();

        session.inbox().end(new Close(1011, ""));

        assertThatExceptionOfType(SessionClosedException.class).isThrownBy(sending::result);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1002, 1005, 1006, 1009, 1012, 1015, 2999, 5000})
    void aCodeNoClientMaySendIsTheCallersMistake(int code) {
        var session = aSession(SHORT);

        assertThatIllegalArgumentException().isThrownBy(() -> session.close(code, ""))
                .withMessageContaining("found " + code);
        assertThat(session.closed()).isEmpty();
        session.close();
    }

    @Test
    void aReasonThatDoesNotFitAFrameIsTheCallersMistake() {
        var session = aSession(SHORT);

        assertThatIllegalArgumentException().isThrownBy(() -> session.close(1000, "\u00e9".repeat(62)))
                .withMessageContaining("found 124");
        session.close(1000, "x".repeat(123));
        assertThat(socket.closes).hasSize(1);
    }

    @Test
    void givesTheEventsInOrderAndEnds() {
        var session = aSession();
        session.inbox().add("{\"type\":\"input_audio_buffer.cleared\"}");
        session.inbox().add("not json");
        session.inbox().add("{\"type\":\"from.the.future\"}");
        session.inbox().end(new Close(1000, ""));

        var events = new ArrayList<Class<?>>();
        session.events().forEach(event -> events.add(event.getClass()));

        assertThat(events).containsExactly(ServerEvent.InputCleared.class, ServerEvent.Malformed.class,
                ServerEvent.Unknown.class);
        assertThat(session.next(Duration.ofDays(1))).isEmpty();
    }

    @Test
    void sendsAudioInPiecesOfTwentyMilliseconds() throws Exception {
        var session = aSession();
        var audio = new byte[2 * 160 + 7];

        session.sendAudio(new ByteArrayInputStream(audio), AudioEncoding.PCMU, Pace.UNPACED);
        closing(session, 1000, "").result();

        assertThat(socket.sent).map(ClientEvent::parse)
                .map(event -> ((ClientEvent.InputAppend) event).bytes().length)
                .containsExactly(160, 160, 7);
    }

    @Test
    void sendsAudioAsFastAsItWouldBeSpoken() throws Exception {
        var session = aSession();
        long begin = System.nanoTime();

        session.sendAudio(new ByteArrayInputStream(new byte[5 * 160]), AudioEncoding.PCMU, Pace.REALTIME);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
        closing(session, 1000, "").result();
    }

    @Test
    void eventsOfManyThreadsKeepTheOrderOfEach() throws Exception {
        var session = aSession();
        var senders = new ArrayList<CompletableFuture<Void>>();
        for (int sender = 0; sender < 4; sender++) {
            var name = "item_" + sender + "_";
            senders.add(CompletableFuture.runAsync(() -> {
                for (int i = 100; i < 200; i++) {
                    session.send(new ClientEvent.ItemDelete(name + i));
                }
            }));
        }

        CompletableFuture.allOf(senders.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
        closing(session, 1000, "").result();

        assertThat(socket.sent).hasSize(400);
        for (int sender = 0; sender < 4; sender++) {
            var name = "item_" + sender + "_";
            assertThat(socket.sent).filteredOn(frame -> frame.contains(name)).hasSize(100).isSorted();
        }
    }

    @Test
    void sendsOneStreamAtATime() throws Exception {
        socket.stuck();
        var session = aSession(SHORT);
        var audio = new byte[100 * 160];
        var first = Background.run(() -> {
            session.sendAudio(new ByteArrayInputStream(audio), AudioEncoding.PCMU, Pace.UNPACED);
            return null;
        }).waits();

        assertThatIllegalStateException().isThrownBy(() -> session
                .sendAudio(new ByteArrayInputStream(audio), AudioEncoding.PCMU, Pace.UNPACED))
                .withMessageContaining("one audio stream at a time");

        session.close();
        assertThatExceptionOfType(SessionClosedException.class).isThrownBy(first::result);
    }

    @Test
    void sendsStreamsOneAfterTheOtherAndPiecesAnyNumberOfTimes() throws Exception {
        var session = aSession();

        for (int i = 0; i < 3; i++) {
            session.sendAudio(new ByteArrayInputStream(new byte[160]), AudioEncoding.PCMU, Pace.UNPACED);
        }
        for (int i = 0; i < 10_000; i++) {
            session.sendAudio(new byte[160]);
        }
        closing(session, 1000, "").result();

        assertThat(socket.sent).hasSize(10_003);
    }

    @Test
    void anObserverSeesEveryFrameAsItIsOnTheWire() throws Exception {
        var seen = new CopyOnWriteArrayList<String>();
        var session = new RealtimeSession(new RealtimeSession.Limits(4, 4, 1_000, SHORT, LONG), new BetaWire(),
                new TrafficObserver() {
                    @Override
                    public void onSent(String frame) {
                        seen.add("> " + frame);
                    }

                    @Override
                    public void onReceived(String frame) {
                        seen.add("< " + frame);
                    }
                });
        session.start(socket);

        session.inbox().add("not json");
        session.next(Duration.ofSeconds(5));
        session.send(new ClientEvent.ItemCreate(Item.assistantText("Hi")));
        session.close();

        assertThat(seen).containsExactly("< not json", "> " + socket.sent.getFirst());
        assertThat(seen.getLast()).contains("\"type\":\"text\"");
    }

    @Test
    void anObserverThatThrowsDoesNotEndTheSession() throws Exception {
        var session = new RealtimeSession(new RealtimeSession.Limits(4, 4, 1_000, SHORT, LONG), Wire.GA,
                new TrafficObserver() {
                    @Override
                    public void onSent(String frame) {
                        throw new IllegalStateException("the observer of this test throws");
                    }
                });
        session.start(socket);

        session.send(new ClientEvent.InputCommit());
        session.send(new ClientEvent.InputClear());
        session.close();

        assertThat(socket.sent).hasSize(2);
    }
}
