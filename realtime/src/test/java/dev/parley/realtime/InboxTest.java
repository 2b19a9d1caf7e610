package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InboxTest {
    private final FakeWebSocket socket = new FakeWebSocket();
    private final AtomicInteger ends = new AtomicInteger();

    private Inbox anInbox(int capacity, int maxChars) {
        var inbox = new Inbox(capacity, maxChars,
                new Silence(Duration.ofMinutes(1), Duration.ofMinutes(1), System.nanoTime()), ends::incrementAndGet);
        inbox.onOpen(socket);
        return inbox;
    }

    private Inbox anInbox() {
        return anInbox(10, 100);
    }

    @Test
    void asksForOneMessageAtATime() {
        var inbox = anInbox();
        assertThat(socket.requested).hasValue(1);

        inbox.onText(socket, "a", true);
        inbox.onText(socket, "b", true);

        assertThat(socket.requested).hasValue(3);
    }

    @Test
    void putsFragmentsTogether() throws Exception {
        var inbox = anInbox();

        inbox.onText(socket, "{\"a\"", false);
        inbox.onText(socket, ":", false);
        assertThat(inbox.poll(0)).isNull();
        inbox.onText(socket, "1}", true);
        inbox.onText(socket, "next", true);

        assertThat(inbox.poll(Long.MAX_VALUE)).isEqualTo("{\"a\":1}");
        assertThat(inbox.poll(Long.MAX_VALUE)).isEqualTo("next");
        assertThat(socket.requested).hasValue(5);
    }

    @Test
    void asksForNothingWhileFullAndForOneMoreOnceThereIsRoom() throws Exception {
        var inbox = anInbox(2, 100);

        inbox.onText(socket, "a", true);
        assertThat(socket.requested).hasValue(2);
        inbox.onText(socket, "b", true);
        assertThat(socket.requested).hasValue(2);

        assertThat(inbox.poll(Long.MAX_VALUE)).isEqualTo("a");
        assertThat(socket.requested).hasValue(3);
        assertThat(inbox.poll(Long.MAX_VALUE)).isEqualTo("b");
        assertThat(socket.requested).as("asked only once").hasValue(3);
    }

    @Test
    void neverHoldsMoreThanItsCapacity() throws Exception {
        var inbox = anInbox(3, 100);
        int delivered = 0;
        int held = 0;

        for (int round = 0; round < 100; round++) {
            while (delivered < socket.requested.get()) {
                inbox.onText(socket, "x", true);
                delivered++;
                held++;
            }
            assertThat(held).isLessThanOrEqualTo(3);
            inbox.poll(Long.MAX_VALUE);
            held--;
        }
    }

    @Test
    void aMessageOfTheLargestSizeIsTaken() throws Exception {
        var inbox = anInbox(10, 10);

        inbox.onText(socket, "12345", false);
        inbox.onText(socket, "67890", true);

        assertThat(inbox.poll(Long.MAX_VALUE)).isEqualTo("1234567890");
        assertThat(inbox.close()).isEmpty();
    }

    @Test
    void aLargerOneEndsTheSessionAndTellsTheFarSide() throws Exception {
        var inbox = anInbox(10, 10);
        inbox.onText(socket, "before", true);

        inbox.onText(socket, "12345", false);
        inbox.onText(socket, "678901", false);

        assertThat(socket.closes).containsExactly(new Close(Close.POLICY, "message too big"));
        assertThat(socket.aborted).isCompleted();
        assertThat(inbox.close()).hasValueSatisfying(close -> assertThat(close.code()).isEqualTo(Close.TOO_BIG));
        assertThat(inbox.poll(Long.MAX_VALUE)).as("what came before is still read").isEqualTo("before");
        assertThat(inbox.poll(Long.MAX_VALUE)).isNull();
        assertThat(ends).hasValue(1);
    }

    @Test
    void binaryFramesAreSkipped() throws Exception {
        var inbox = anInbox();

        inbox.onBinary(socket, ByteBuffer.allocate(8), true);
        inbox.onText(socket, "a", true);

        assertThat(inbox.poll(Long.MAX_VALUE)).isEqualTo("a");
        assertThat(socket.requested).hasValue(3);
    }

    @Test
    void whoeverReadsWaitsForTheNextFrame() throws Exception {
        var inbox = anInbox();
        var reading = Background.run(() -> inbox.poll(Long.MAX_VALUE)).waits();

        inbox.onText(socket, "a", true);

        assertThat(reading.result()).isEqualTo("a");
    }

    @Test
    void theEndWakesWhoeverReads() throws Exception {
        var inbox = anInbox();
        var reading = Background.run(() -> inbox.poll(Long.MAX_VALUE)).waits();
        var waiting = Background.run(() -> inbox.awaitEnd(TimeUnit.SECONDS.toNanos(30))).waits();

        inbox.onClose(socket, 1001, "maximum duration");

        assertThat(reading.result()).isNull();
        assertThat(waiting.result()).isTrue();
        assertThat(inbox.close()).contains(new Close(1001, "maximum duration"));
    }

    @Test
    void whatCameBeforeTheEndIsStillRead() throws Exception {
        var inbox = anInbox();
        inbox.onText(socket, "a", true);

        inbox.onClose(socket, 1000, "");

        assertThat(inbox.poll(Long.MAX_VALUE)).isEqualTo("a");
        assertThat(inbox.poll(Long.MAX_VALUE)).isNull();
    }

    @Test
    void theFirstWordOnTheEndCounts() {
        var inbox = anInbox();

        inbox.onError(socket, new IOException("reset"));
        inbox.onClose(socket, 1000, "");

        assertThat(inbox.close()).contains(new Close(Close.ABNORMAL, "connection lost: reset"));
        assertThat(ends).hasValue(1);
    }

    @Test
    void aPollGivesUpInTime() throws Exception {
        assertThat(anInbox().poll(TimeUnit.MILLISECONDS.toNanos(5))).isNull();
    }
}
