package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InboxTest {
    private final AtomicInteger ends = new AtomicInteger();

    private Inbox anInbox(int capacity) {
        return new Inbox(capacity, new Silence(Duration.ofMinutes(1), Duration.ofMinutes(1), System.nanoTime()),
                ends::incrementAndGet);
    }

    private Inbox anInbox() {
        return anInbox(10);
    }

    private static Background<Boolean> awaitingRoom(Inbox inbox) {
        return Background.run(() -> {
            inbox.awaitRoom();
            return true;
        });
    }

    @Test
    void nothingMoreIsReceivedWhileItIsFull() throws Exception {
        var inbox = anInbox(2);
        inbox.add("a");
        inbox.awaitRoom();
        inbox.add("b");
        var receiving = awaitingRoom(inbox).waits();

        assertThat(inbox.poll(Long.MAX_VALUE)).isEqualTo("a");

        assertThat(receiving.result()).isTrue();
        assertThat(inbox.poll(Long.MAX_VALUE)).isEqualTo("b");
    }

    @Test
    void neverHoldsMoreThanItsCapacity() throws Exception {
        var inbox = anInbox(3);
        for (int i = 0; i < 10; i++) {
            inbox.add("x" + i);
        }

        for (int i = 0; i < 3; i++) {
            assertThat(inbox.poll(0)).isEqualTo("x" + i);
        }
        assertThat(inbox.poll(0)).isNull();
    }

    @Test
    void whatFindsNoRoomIsLetGoOfOnceThisSideCloses() throws Exception {
        var inbox = anInbox(1);
        inbox.add("a");
        var receiving = awaitingRoom(inbox).waits();

        inbox.discardOverflow();

        assertThat(receiving.result()).isTrue();
        inbox.add("b");
        assertThat(inbox.poll(0)).isEqualTo("a");
        assertThat(inbox.poll(0)).isNull();
    }

    @Test
    void aFarSideThatIsHeldBackIsTakenToBeAlive() throws Exception {
        var inbox = anInbox(1);
        assertThat(inbox.hasHeardSomething()).isTrue();
        assertThat(inbox.hasHeardSomething()).isFalse();

        inbox.add("a");

        assertThat(inbox.hasHeardSomething()).isTrue();
        assertThat(inbox.hasHeardSomething()).isTrue();
        inbox.poll(0);
        assertThat(inbox.hasHeardSomething()).as("until a little after it is not any more").isTrue();
        assertThat(inbox.hasHeardSomething()).isFalse();
    }

    @Test
    void whoeverReadsWaitsForTheNextFrame() throws Exception {
        var inbox = anInbox();
        var reading = Background.run(() -> inbox.poll(Long.MAX_VALUE)).waits();

        inbox.add("a");

        assertThat(reading.result()).isEqualTo("a");
    }

    @Test
    void theEndWakesWhoeverReadsAndWhoeverReceives() throws Exception {
        var inbox = anInbox(1);
        var reading = Background.run(() -> inbox.poll(Long.MAX_VALUE)).waits();
        var waiting = Background.run(() -> inbox.awaitEnd(TimeUnit.SECONDS.toNanos(30))).waits();
        var full = anInbox(1);
        full.add("a");
        var receiving = awaitingRoom(full).waits();

        inbox.end(new Close(1001, "maximum duration"));
        full.end(new Close(1001, "maximum duration"));

        assertThat(reading.result()).isNull();
        assertThat(waiting.result()).isTrue();
        assertThat(receiving.result()).isTrue();
        assertThat(inbox.close()).contains(new Close(1001, "maximum duration"));
    }

    @Test
    void whatCameBeforeTheEndIsStillRead() throws Exception {
        var inbox = anInbox();
        inbox.add("a");

        inbox.end(new Close(1000, ""));

        assertThat(inbox.poll(Long.MAX_VALUE)).isEqualTo("a");
        assertThat(inbox.poll(Long.MAX_VALUE)).isNull();
    }

    @Test
    void theFirstWordOnTheEndCounts() {
        var inbox = anInbox();

        inbox.end(new Close(Close.ABNORMAL, "connection lost: reset"));
        inbox.end(new Close(1000, ""));

        assertThat(inbox.close()).contains(new Close(Close.ABNORMAL, "connection lost: reset"));
        assertThat(ends).hasValue(1);
    }

    @Test
    void aPollGivesUpInTime() throws Exception {
        assertThat(anInbox().poll(TimeUnit.MILLISECONDS.toNanos(5))).isNull();
    }
}
