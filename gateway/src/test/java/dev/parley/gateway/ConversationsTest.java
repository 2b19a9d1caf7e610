package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.agent.Tool;
import dev.parley.agent.ToolCall;
import dev.parley.agent.ToolCallContext;
import dev.parley.agent.Toolbox;
import dev.parley.venue.ErrorCode;
import dev.parley.venue.Refusal;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConversationsTest {
    private final Desk desk = new Desk();
    private final Toolbox toolbox = Toolbox.of(desk);
    private final Conversations conversations = new Conversations(2, InstantSource.system());

    /// Tools of a test's own.
    public static final class Desk {
        private final AtomicInteger runs = new AtomicInteger();
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch finish = new CountDownLatch(1);

        @Tool("Counts.")
        public int count() {
            return runs.incrementAndGet();
        }

        @Tool("Is busy the first time.")
        public String busyOnce(ToolCallContext call) {
            if (runs.incrementAndGet() == 1) {
                throw new Refusal(ErrorCode.BUSY, "Please try again.");
            }
            return call.conversation();
        }

        @Tool(value = "Waits.", name = "wait")
        public String waits() throws InterruptedException {
            begun.countDown();
            return finish.await(20, TimeUnit.SECONDS) ? "waited" : "too long";
        }
    }

    @AfterEach
    void close() {
        conversations.close();
    }

    private String call(String session, String id, String name) {
        return conversations.call(session, toolbox, new ToolCall(id, name, "{}")).output();
    }

    @Test
    void keepsNobodyWhoseCallsAreAnswered() {
        assertThat(call("a", "1", "count")).isEqualTo("1");

        assertThat(conversations.size()).isZero();
        assertThat(call("a", "1", "count")).as("which calls it has answered the venue knows").isEqualTo("2");
    }

    @Test
    void runsACallOnceThatComesTwiceAtTheSameTime() throws Exception {
        var first = CompletableFuture.supplyAsync(() -> call("a", "1", "wait"), Thread::startVirtualThread);
        assertThat(desk.begun.await(20, TimeUnit.SECONDS)).isTrue();
        var second = CompletableFuture.supplyAsync(() -> call("a", "1", "wait"), Thread::startVirtualThread);
        desk.finish.countDown();

        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("waited");
        assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo("waited");
    }

    @Test
    void doesNotRepeatAFailureThatPasses() {
        assertThat(call("a", "1", "busy_once")).contains("Please try again.");
        assertThat(call("a", "1", "busy_once")).isEqualTo("a");
    }

    @Test
    void refusesMoreAtOnceThanItMay() throws Exception {
        var first = CompletableFuture.supplyAsync(() -> call("a", "1", "wait"), Thread::startVirtualThread);
        var second = CompletableFuture.supplyAsync(() -> call("b", "1", "wait"), Thread::startVirtualThread);
        while (conversations.size() < 2) {
            Thread.onSpinWait();
        }

        assertThatThrownBy(() -> call("c", "1", "count")).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.BUSY));
        desk.finish.countDown();

        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("waited");
        assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo("waited");
        assertThat(call("c", "1", "count")).isEqualTo("1");
    }
}
