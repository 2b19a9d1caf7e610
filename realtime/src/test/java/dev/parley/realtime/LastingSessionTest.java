package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Sockets that come and go under one session.
@Timeout(60)
class LastingSessionTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Close LOST = new Close(Close.ABNORMAL, "connection lost");
    private static final RealtimeSession.Limits LIMITS = RealtimeSession.Limits.DEFAULT.withQueues(2, 4)
            .withCloseTimeout(Duration.ofMillis(100));
    private static final ReconnectPolicy POLICY = ReconnectPolicy.DEFAULT
            .withRetry(new RetryPolicy(Duration.ofMillis(1), Duration.ofSeconds(5)));

    private final LinkedBlockingQueue<Line> lines = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<RuntimeException> refusals = new LinkedBlockingQueue<>();
    private final List<SessionChange> changes = new CopyOnWriteArrayList<>();
    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private final List<LastingSession> opened = new ArrayList<>();

    /// One socket and the session over it.
    private record Line(RealtimeSession session, FakeWebSocket socket) {
        void says(String... frames) {
            for (var frame : frames) {
                awaitRoom();
                session.inbox().add(frame);
            }
        }

        void begins() {
            says("{\"type\":\"session.created\",\"session\":{\"type\":\"realtime\",\"expires_at\":"
                    + NOON.plusSeconds(3_600).getEpochSecond() + "}}");
        }

        /// As the network would.
        void awaitRoom() {
            assertThat(Background.run(() -> {
                session.inbox().awaitRoom();
                return true;
            })).satisfies(waiting -> assertThat(waiting.result()).isTrue());
        }

        void awaitClosed() {
            waitUntil("closed", () -> !socket.closes.isEmpty());
        }

        private static void waitUntil(String what, BooleanSupplier condition) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (!condition.getAsBoolean()) {
                assertThat(System.nanoTime()).as("%s within 10 s", what).isLessThan(deadline);
                Thread.onSpinWait();
            }
        }

        void ends(Close close) {
            session.inbox().end(new Close(close.code(), close.reason()));
        }
    }

    private RealtimeSession open() {
        var refusal = refusals.poll();
        if (refusal != null) {
            throw refusal;
        }
        var line = new Line(new RealtimeSession(LIMITS), new FakeWebSocket());
        line.session.start(line.socket);
        lines.add(line);
        return line.session;
    }

    private LastingSession aSession(ReconnectPolicy policy) {
        var session = new LastingSession(this::open,
                new Continuation(policy, Continuation.Kind.OWN, new Random(7), NOON), now::get, changes::add);
        opened.add(session);
        return session;
    }

    private LastingSession aSession() {
        return aSession(POLICY);
    }

    @AfterEach
    void close() {
        opened.forEach(Session::close);
    }

    private Line line() throws InterruptedException {
        return Objects.requireNonNull(lines.poll(10, TimeUnit.SECONDS), "no socket was opened within 10 s");
    }

    private static String item(String type, String id, String role, String words) {
        return "{\"type\":\"conversation.item." + type + "\",\"previous_item_id\":null,\"item\":{\"id\":\"" + id
                + "\",\"type\":\"message\",\"role\":\"" + role + "\",\"status\":\"completed\",\"content\":[{\"type\":\""
                + (role.equals("user") ? "input_text" : "output_text") + "\",\"text\":\"" + words + "\"}]}}";
    }

    private static String next(Session session) {
        return session.next(Duration.ofSeconds(10)).orElseThrow().type();
    }

    @Test
    void aLostSessionGoesOnOverAnotherSocket() throws Exception {
        var session = aSession();
        var first = line();
        first.begins();
        assertThat(next(session)).isEqualTo("session.created");
        session.configure(SessionConfig.builder().instructions("Be kind.").build());
        session.add(Item.userText("Hi"));
        first.socket.awaitSent(2);
        var hi = ((ClientEvent.ItemCreate) ClientEvent.parse(first.socket.sent.get(1))).item();
        first.says("{\"type\":\"session.updated\",\"session\":{\"type\":\"realtime\"}}",
                item("added", hi.id().orElseThrow(), "user", "Hi"));
        assertThat(List.of(next(session), next(session))).containsExactly("session.updated", "conversation.item.added");

        first.ends(LOST);
        var reading = Background.run(() -> next(session));
        var second = line();
        second.socket.awaitSent(2);
        second.begins();
        second.says("{\"type\":\"session.updated\",\"session\":{\"type\":\"realtime\"}}",
                item("added", hi.id().orElseThrow(), "user", "Hi"), item("done", hi.id().orElseThrow(), "user", "Hi"));
        second.says("{\"type\":\"new.event\"}");

        assertThat(reading.result()).as("what is repeated is not news").isEqualTo("new.event");
        assertThat(second.socket.sent.get(0)).contains("Be kind.");
        assertThat(second.socket.sent.get(1)).contains("\"id\":\"" + hi.id().orElseThrow() + "\"", "Hi");
        session.respond();
        second.socket.awaitSent(3);
        assertThat(first.socket.sent).hasSize(2);
        assertThat(changes).hasSize(2)
                .first()
                .isInstanceOfSatisfying(SessionChange.Lost.class,
                        lost -> assertThat(lost.close()).isEqualTo(LOST));
        assertThat(changes.getLast()).isEqualTo(new SessionChange.Replaced(SessionChange.Cause.LOST, 1));
    }

    @Test
    void itIsTriedUntilTheServiceIsBack() throws Exception {
        var session = aSession();
        refusals.add(new ConnectException("nobody there", 0, null));
        refusals.add(new ConnectException("busy", 503, null));
        line().ends(LOST);

        var reading = Background.run(() -> next(session));
        var second = line();
        second.begins();

        assertThat(reading.result()).as("the first was lost before it began").isEqualTo("session.created");
        assertThat(changes).extracting(change -> change.getClass().getSimpleName())
                .containsExactly("Lost", "Lost", "Lost", "Replaced");
    }

    @Test
    void whatAPersonMustMendEndsIt() throws Exception {
        var session = aSession();
        var refused = new Close(4000, "invalid_request_error.missing_model");
        line().ends(refused);

        assertThat(session.events()).isEmpty();

        assertThat(session.closed()).contains(refused);
        assertThat(changes).containsExactly(new SessionChange.GaveUp(refused));
        assertThatExceptionOfType(SessionClosedException.class).isThrownBy(session::respond)
                .withMessageContaining("missing_model");
        assertThat(lines).isEmpty();
    }

    @Test
    void aRefusedKeyEndsIt() throws Exception {
        var session = aSession();
        refusals.add(new ConnectException("expected a session, found HTTP 401", 401, null));
        line().ends(LOST);

        assertThat(session.events()).isEmpty();

        assertThat(session.closed()).hasValueSatisfying(close -> assertThat(close.reason()).contains("401"));
    }

    @Test
    void whatATokenSupplierThrowsReachesTheReader() throws Exception {
        var session = aSession();
        refusals.add(new IllegalStateException("the supplier of this test throws"));
        line().ends(LOST);

        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> session.next(Duration.ofSeconds(10)));
        assertThat(session.closed()).isPresent();
    }

    @Test
    void anOrdinaryCloseIsTheEnd() throws Exception {
        var session = aSession();
        line().ends(new Close(Close.NORMAL, "bye"));

        assertThat(session.events()).isEmpty();

        assertThat(session.closed()).contains(new Close(Close.NORMAL, "bye"));
        assertThat(changes).isEmpty();
    }

    @Test
    void whoeverSendsMeanwhileWaitsAndWhoeverMustNotIsTold() throws Exception {
        var session = aSession();
        line().ends(LOST);

        assertThat(session.trySend(new ClientEvent.InputCommit()).isQueued()).isFalse();
        var sending = Background.run(() -> {
            session.send(new ClientEvent.InputClear());
            return true;
        }).waits();
        var reading = Background.run(() -> session.next(Duration.ofSeconds(10)));
        var second = line();

        assertThat(sending.result()).isTrue();
        second.socket.awaitSent(1);
        assertThat(second.socket.sent).containsExactly("{\"type\":\"input_audio_buffer.clear\"}");
        second.begins();
        assertThat(reading.result()).isPresent();
    }

    @Test
    void whoeverWaitsForRoomInALostSessionGoesOnInTheNext() throws Exception {
        var session = aSession();
        var first = line();
        first.socket.stuck();
        while (session.trySend(new ClientEvent.InputCommit(), Duration.ofMillis(20)).isQueued()) {
            assertThat(session.sendQueueLength()).isLessThanOrEqualTo(2);
        }
        var sending = Background.run(() -> {
            session.send(new ClientEvent.InputClear());
            return true;
        }).waits();

        first.ends(LOST);
        var reading = Background.run(() -> session.next(Duration.ofSeconds(10)));
        var second = line();
        second.begins();

        assertThat(sending.result()).isTrue();
        assertThat(reading.result()).isPresent();
        second.socket.awaitSent(1);
    }

    @Test
    void aLongConversationIsReplayedToAServiceThatAnswersMeanwhile() throws Exception {
        var session = aSession();
        var first = line();
        first.begins();
        next(session);
        for (int i = 0; i < 50; i++) {
            first.says(item("added", "item_" + (100 + i), "user", "x"));
            next(session);
        }
        first.ends(LOST);

        var reading = Background.run(() -> next(session));
        var second = line();
        second.begins();
        for (int i = 0; i < 50; i++) {
            second.socket.awaitSent(i + 1);
            var id = "item_" + (149 - i);
            assertThat(second.socket.sent.get(i)).contains(id);
            second.says(item("added", id, "user", "x"));
        }
        second.says("{\"type\":\"new.event\"}");

        assertThat(reading.result()).isEqualTo("new.event");
    }

    @Test
    void itCanBeClosedWhileItWaitsToTryAgain() throws Exception {
        var session = aSession(POLICY.withRetry(new RetryPolicy(Duration.ofHours(1), Duration.ofHours(1))));
        line().ends(LOST);
        var reading = Background.run(() -> session.next(Duration.ofHours(1))).waits();

        session.close();
        session.close();

        assertThat(reading.result()).isEmpty();
        assertThat(session.closed()).contains(new Close(Close.NORMAL, ""));
        assertThat(lines).isEmpty();
    }

    @Test
    void aSessionIsReplacedBeforeItExpires() throws Exception {
        var session = aSession();
        var first = line();
        first.begins();
        next(session);
        first.says(item("added", "item_1", "assistant", "Hello."));
        next(session);

        now.set(NOON.plusSeconds(3_400));
        var reading = Background.run(() -> next(session));
        var second = line();
        second.begins();
        second.socket.awaitSent(1);
        second.says("{\"type\":\"new.event\"}");

        assertThat(reading.result()).isEqualTo("new.event");
        assertThat(second.socket.sent.getFirst()).contains("Hello.");
        assertThat(changes).containsExactly(new SessionChange.Replaced(SessionChange.Cause.EXPIRING, 1));
        first.awaitClosed();
    }

    @Test
    void aFreshSessionThatCannotBeHadInTimeIsNoLoss() throws Exception {
        var session = aSession();
        var first = line();
        first.begins();
        next(session);
        now.set(NOON.plusSeconds(3_400));
        refusals.add(new ConnectException("busy", 503, null));

        assertThat(session.next(Duration.ofMillis(50))).isEmpty();
        first.says("{\"type\":\"new.event\"}");

        assertThat(next(session)).isEqualTo("new.event");
        assertThat(changes).isEmpty();
        assertThat(session.closed()).isEmpty();
    }
}
