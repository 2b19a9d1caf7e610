package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SendQueueTest {
    @Test
    void givesFramesInTheOrderTheyCame() throws Exception {
        var queue = new SendQueue(3);

        queue.add("a");
        queue.add("b");
        queue.add("c");

        assertThat(queue.size()).isEqualTo(3);
        assertThat(queue.poll(Long.MAX_VALUE)).isEqualTo(new Outgoing.Text("a"));
        assertThat(queue.poll(Long.MAX_VALUE)).isEqualTo(new Outgoing.Text("b"));
        assertThat(queue.poll(Long.MAX_VALUE)).isEqualTo(new Outgoing.Text("c"));
        assertThat(queue.size()).isZero();
    }

    @Test
    void whoeverAddsToAFullQueueWaits() throws Exception {
        var queue = new SendQueue(1);
        queue.add("a");
        var adding = Background.run(() -> queue.add("b")).waits();

        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.poll(Long.MAX_VALUE)).isEqualTo(new Outgoing.Text("a"));

        assertThat(adding.result()).isTrue();
        assertThat(queue.poll(Long.MAX_VALUE)).isEqualTo(new Outgoing.Text("b"));
    }

    @Test
    void whoeverTakesFromAnEmptyQueueWaits() throws Exception {
        var queue = new SendQueue(1);
        var taking = Background.run(() -> queue.poll(Long.MAX_VALUE)).waits();

        queue.add("a");

        assertThat(taking.result()).isEqualTo(new Outgoing.Text("a"));
    }

    @Test
    void closingWakesEveryoneWhoAdds() throws Exception {
        var queue = new SendQueue(1);
        queue.add("a");
        var first = Background.run(() -> queue.add("b")).waits();
        var second = Background.run(() -> queue.add("c")).waits();

        queue.close();

        assertThat(first.result()).isFalse();
        assertThat(second.result()).isFalse();
    }

    @Test
    void closingWakesWhoeverTakes() throws Exception {
        var queue = new SendQueue(1);
        var taking = Background.run(() -> queue.poll(Long.MAX_VALUE)).waits();

        queue.close();

        assertThat(taking.result()).isNull();
    }

    @Test
    void whatIsQueuedWhenItClosesIsStillTaken() throws Exception {
        var queue = new SendQueue(2);
        queue.add("a");
        queue.close();
        queue.close();

        assertThat(queue.add("b")).isFalse();
        assertThat(queue.poll(Long.MAX_VALUE)).isEqualTo(new Outgoing.Text("a"));
        assertThat(queue.poll(Long.MAX_VALUE)).isNull();
    }

    @Test
    void theLastWordComesBehindWhatIsQueued() throws Exception {
        var queue = new SendQueue(2);
        queue.add("a");
        queue.finish(new Close(1000, "done"));
        queue.finish(new Close(1001, "again"));

        assertThat(queue.add("b")).isFalse();
        assertThat(queue.poll(Long.MAX_VALUE)).isEqualTo(new Outgoing.Text("a"));
        assertThat(queue.isDrained()).isFalse();
        assertThat(queue.poll(Long.MAX_VALUE)).isEqualTo(new Outgoing.Goodbye(new Close(1000, "done")));
        assertThat(queue.isDrained()).isTrue();
        assertThat(queue.poll(Long.MAX_VALUE)).isNull();
    }

    @Test
    void whatNobodyReadsAnyMoreIsLetGoOfForTheLastWord() throws Exception {
        var queue = new SendQueue(2);
        queue.add("a");
        queue.abandon(new Close(1002, ""));

        assertThat(queue.poll(Long.MAX_VALUE)).isEqualTo(new Outgoing.Goodbye(new Close(1002, "")));
        assertThat(queue.isDrained()).isTrue();
    }

    @Test
    void theLatestPingIsAnsweredFirst() throws Exception {
        var queue = new SendQueue(1);
        queue.add("a");
        for (int i = 0; i < 1_000; i++) {
            queue.answer(new byte[]{(byte) i});
        }

        assertThat(queue.poll(Long.MAX_VALUE)).isInstanceOfSatisfying(Outgoing.Pong.class,
                pong -> assertThat(pong.payload()).containsExactly((byte) 999));
        assertThat(queue.poll(Long.MAX_VALUE)).isEqualTo(new Outgoing.Text("a"));
        assertThat(queue.poll(0)).isNull();
    }

    @Test
    void aWaitCanBeInterrupted() {
        var queue = new SendQueue(1);
        var taking = Background.run(() -> queue.poll(Long.MAX_VALUE)).waits();

        taking.interrupt();

        assertThatExceptionOfType(InterruptedException.class).isThrownBy(taking::result);
    }

    @Test
    void losesAndRepeatsNothingWithManyAdders() throws Exception {
        var queue = new SendQueue(4);
        var adders = IntStream.range(0, 8)
                .mapToObj(adder -> Background.run(() -> {
                    for (int i = 0; i < 500; i++) {
                        queue.add(adder + ":" + i);
                    }
                    return true;
                }))
                .toList();

        var taken = new ArrayList<String>();
        for (int i = 0; i < 4_000; i++) {
            taken.add(((Outgoing.Text) queue.poll(Long.MAX_VALUE)).message());
        }

        for (var adder : adders) {
            assertThat(adder.result()).isTrue();
        }
        for (int adder = 0; adder < 8; adder++) {
            var prefix = adder + ":";
            var own = IntStream.range(0, 500).mapToObj(i -> prefix + i).toList();
            assertThat(taken).filteredOn(frame -> frame.startsWith(prefix)).isEqualTo(own);
        }
    }
}
