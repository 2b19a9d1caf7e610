package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What every session offers: a method per purpose, a queue that can be seen, and three ways to read.
@Timeout(60)
class SessionTest {
    private static final RealtimeSession.Limits LIMITS = RealtimeSession.Limits.DEFAULT.withQueues(4, 4)
            .withCloseTimeout(Duration.ofMillis(200));

    private final FakeWebSocket socket = new FakeWebSocket();

    private RealtimeSession aSession(RealtimeSession.Limits limits) {
        var session = new RealtimeSession(limits);
        session.start(socket);
        return session;
    }

    private RealtimeSession aSession() {
        return aSession(LIMITS);
    }

    private void receives(RealtimeSession session, String... types) {
        for (var type : types) {
            session.inbox().add("{\"type\":\"" + type + "\"}");
        }
    }

    @Test
    void thereIsAMethodForEveryPurpose() {
        var session = aSession();

        session.configure(SessionConfig.builder().voice("marin").build());
        session.commitAudio();
        session.clearAudio();
        session.add(Item.userText("Hi"));
        session.addAfter("root", Item.systemText("Be kind."));
        session.delete("item_1");
        session.retrieve("item_2");
        session.truncate("item_3", Duration.ofNanos(1_180_900_000));
        session.respond();
        session.respond(ResponseConfig.builder().outputModality("text").build());
        session.cancelResponse();
        session.cancelResponse("resp_1");
        session.close();

        assertThat(socket.sent).containsExactly(
                "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"audio\":{\"output\":{\"voice\":\"marin\"}}}}",
                "{\"type\":\"input_audio_buffer.commit\"}", "{\"type\":\"input_audio_buffer.clear\"}",
                "{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"message\",\"role\":\"user\","
                        + "\"content\":[{\"type\":\"input_text\",\"text\":\"Hi\"}]}}",
                "{\"type\":\"conversation.item.create\",\"previous_item_id\":\"root\",\"item\":{\"type\":\"message\","
                        + "\"role\":\"system\",\"content\":[{\"type\":\"input_text\",\"text\":\"Be kind.\"}]}}",
                "{\"type\":\"conversation.item.delete\",\"item_id\":\"item_1\"}",
                "{\"type\":\"conversation.item.retrieve\",\"item_id\":\"item_2\"}",
                "{\"type\":\"conversation.item.truncate\",\"item_id\":\"item_3\",\"content_index\":0,\"audio_end_ms\":1180}",
                "{\"type\":\"response.create\"}",
                "{\"type\":\"response.create\",\"response\":{\"output_modalities\":[\"text\"]}}",
                "{\"type\":\"response.cancel\"}", "{\"type\":\"response.cancel\",\"response_id\":\"resp_1\"}");
    }

    // A queue that can be seen

    @Test
    void whoeverMustNotWaitIsToldThatTheQueueIsFull() {
        socket.stuck();
        var session = aSession();
        var results = new ArrayList<SendResult>();

        for (int i = 0; i < 10; i++) {
            results.add(session.trySend(new ClientEvent.InputAppend(new byte[160])));
            // One frame is on its way, where it sticks, and makes room for no other.
            while (i == 0 && session.sendQueueLength() > 0) {
                Thread.onSpinWait();
            }
        }

        assertThat(results.getFirst()).isEqualTo(new SendResult(true, 1));
        assertThat(results.getLast()).isEqualTo(new SendResult(false, 4));
        assertThat(results).filteredOn(SendResult::isQueued).hasSize(5);
        session.close();
    }

    @Test
    void whoeverWaitsALittleIsToldAfterThat() {
        socket.stuck();
        var session = aSession();
        while (session.trySend(new ClientEvent.InputCommit(), Duration.ofMillis(20)).isQueued()) {
            assertThat(session.sendQueueLength()).isLessThanOrEqualTo(4);
        }

        long begin = System.nanoTime();
        var result = session.trySend(new ClientEvent.InputCommit(), Duration.ofMillis(50));

        assertThat(result).isEqualTo(new SendResult(false, 4));
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(50_000_000);
        session.close();
    }

    @Test
    void tryingToSendAfterTheEndSaysHowItEnded() {
        var session = aSession();
        session.inbox().end(new Close(1011, "gone"));

        assertThatExceptionOfType(SessionClosedException.class)
                .isThrownBy(() -> session.trySend(new ClientEvent.InputCommit()))
                .withMessageContaining("1011 (gone)");
    }

    @Test
    void aSendThatIsInterruptedCanBeFollowedByAnother() throws Exception {
        socket.stuck();
        var session = aSession();
        session.send(new ClientEvent.InputCommit());
        // It is on its way and stays there, so what is queued from now on stays too.
        socket.awaitSent(1);
        while (session.trySend(new ClientEvent.InputCommit()).isQueued()) {
            assertThat(session.closed()).isEmpty();
        }
        var sending = Background.run(() -> {
            session.send(new ClientEvent.InputClear());
            return true;
        }).waits();

        sending.interrupt();
        assertThatExceptionOfType(RealtimeException.class).isThrownBy(sending::result)
                .withMessageContaining("interrupted");
        socket.flows();

        session.send(new ClientEvent.ResponseCreate());
        session.close();

        assertThat(socket.sent).last().isEqualTo("{\"type\":\"response.create\"}");
        assertThat(socket.sent).noneMatch(frame -> frame.contains("clear"));
    }

    @Test
    void aSlowFarSideIsToldOfAndTheOthersDoNotNotice() {
        var slow = new RealtimeSession(LIMITS);
        slow.start(new FakeWebSocket().stuck());
        var others = new ArrayList<RealtimeSession>();
        var sockets = new ArrayList<FakeWebSocket>();
        for (int i = 0; i < 199; i++) {
            sockets.add(new FakeWebSocket());
            others.add(new RealtimeSession(RealtimeSession.Limits.DEFAULT));
            others.getLast().start(sockets.getLast());
        }
        var audio = new ClientEvent.InputAppend(new byte[960]);
        int refused = 0;

        for (int round = 0; round < 50; round++) {
            refused += slow.trySend(audio).isQueued() ? 0 : 1;
            others.forEach(session -> assertThat(session.trySend(audio, Duration.ofSeconds(10)).isQueued()).isTrue());
        }
        sockets.forEach(each -> each.awaitSent(50));
        others.forEach(session -> session.inbox().end(new Close(1000, "")));
        slow.close();

        assertThat(refused).isBetween(45, 46);
    }

    // Time that passes

    @Test
    void aServiceThatDoesNotBeginTheSessionLosesIt() {
        var session = aSession(LIMITS.withFirstEvent(Duration.ofMillis(50)));

        assertThat(session.events()).isEmpty();

        assertThat(session.closed()).contains(
                new Close(Close.ABNORMAL, "the session did not begin: no event within 50 ms"));
        assertThat(socket.aborted).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void aServiceThatFallsSilentLosesTheSession() {
        var session = aSession(LIMITS.withIdle(Duration.ofMillis(50)));
        receives(session, "session.created");

        assertThat(session.events()).hasSize(1);

        assertThat(session.closed()).contains(
                new Close(Close.ABNORMAL, "connection lost: nothing was heard for 50 ms"));
    }

    @Test
    void aNetworkThatTakesNothingIsNoticedWhileSending() {
        socket.stuck();
        var session = aSession(LIMITS.withIdle(Duration.ofMillis(50)));
        receives(session, "session.created");
        session.send(new ClientEvent.InputCommit());

        assertThat(session.events()).hasSize(1);

        assertThat(session.closed()).hasValueSatisfying(close -> assertThat(close.reason()).contains(
                "nothing was heard"));
    }

    // Ways to read

    @Test
    void aListenerIsGivenEveryEventAndEndsWithTheSession() throws Exception {
        var session = aSession();
        var heard = new LinkedBlockingQueue<String>();
        var listening = session.listen(event -> heard.add(event.type()));

        receives(session, "a", "b");
        session.inbox().end(new Close(1000, ""));

        assertThat(listening.join(Duration.ofSeconds(10))).isTrue();
        assertThat(heard).containsExactly("a", "b");
    }

    @Test
    void aListenerThatThrowsEndsTheSession() throws Exception {
        var session = aSession();
        var listening = session.listen(_ -> {
            throw new IllegalStateException("the listener of this test throws");
        });
        var thrown = new CompletableFuture<Throwable>();
        listening.setUncaughtExceptionHandler((_, e) -> thrown.complete(e));

        receives(session, "a");

        assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        assertThat(socket.closes).containsExactly(new Close(1011, "the listener failed"));
    }

    @Test
    void aSubscriberIsGivenWhatItAskedForAndNoMoreIsRead() throws Exception {
        var session = aSession(LIMITS.withQueues(4, 10));
        var subscriber = new Subscriber();
        session.publisher().subscribe(subscriber);
        var subscription = subscriber.subscription.get(10, TimeUnit.SECONDS);

        subscription.request(2);
        receives(session, "a", "b", "c", "d", "e");

        assertThat(subscriber.next()).isEqualTo("a");
        assertThat(subscriber.next()).isEqualTo("b");
        // One is read ahead; the others wait where they slow the service down.
        assertThat(subscriber.heard).isEmpty();

        subscription.request(Long.MAX_VALUE);
        subscription.request(Long.MAX_VALUE);
        assertThat(List.of(subscriber.next(), subscriber.next(), subscriber.next())).containsExactly("c", "d", "e");
        session.inbox().end(new Close(1000, ""));
        assertThat(subscriber.ended.get(10, TimeUnit.SECONDS)).isEqualTo("complete");
    }

    @Test
    void theEndIsToldToASubscriberThatAsksForNothing() throws Exception {
        var session = aSession();
        var subscriber = new Subscriber();
        session.publisher().subscribe(subscriber);

        session.inbox().end(new Close(1000, ""));

        assertThat(subscriber.ended.get(10, TimeUnit.SECONDS)).isEqualTo("complete");
    }

    @Test
    void aCancelledSubscriptionLeavesTheSessionOpen() throws Exception {
        var session = aSession();
        var subscriber = new Subscriber();
        session.publisher().subscribe(subscriber);
        var subscription = subscriber.subscription.get(10, TimeUnit.SECONDS);
        subscription.request(1);

        subscription.cancel();
        receives(session, "a");

        session.send(new ClientEvent.InputCommit());
        assertThat(session.closed()).isEmpty();
        session.close();
        assertThat(subscriber.ended).isNotDone();
    }

    @Test
    void askingForNothingIsTheSubscribersMistake() throws Exception {
        var session = aSession();
        var subscriber = new Subscriber();
        session.publisher().subscribe(subscriber);

        subscriber.subscription.get(10, TimeUnit.SECONDS).request(0);

        assertThat(subscriber.ended.get(10, TimeUnit.SECONDS)).contains("at least 1");
        session.close();
    }

    @Test
    void aPublisherHasOneSubscriber() throws Exception {
        var session = aSession();
        var publisher = session.publisher();
        publisher.subscribe(new Subscriber());
        var second = new Subscriber();

        publisher.subscribe(second);

        assertThat(second.ended.get(10, TimeUnit.SECONDS)).contains("one subscriber");
        session.close();
    }

    private static final class Subscriber implements Flow.Subscriber<ServerEvent> {
        final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        final CompletableFuture<String> ended = new CompletableFuture<>();

        String next() throws InterruptedException {
            return heard.poll(10, TimeUnit.SECONDS);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
        }

        @Override
        public void onNext(ServerEvent event) {
            heard.add(event.type());
        }

        @Override
        public void onError(Throwable e) {
            ended.complete(e.getMessage());
        }

        @Override
        public void onComplete() {
            ended.complete("complete");
        }
    }
}
