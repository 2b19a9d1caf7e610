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
        assertThat(queue.poll(Long.MAX_VALUE)).isEqualTo("a");
        assertThat(queue.poll(Long.MAX_VALUE)).isEqualTo("b");
        assertThat(queue.poll(Long.MAX_VALUE)).isEqualTo("c");
        assertThat(queue.size()).isZero();
    }

    @Test
    void whoeverAddsToAFullQueueWaits() throws Exception {
        var queue = new SendQueue(1);
        queue.add("a");
        var adding = Background.run(() -> queue.add("b")).waits();

        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.poll(Long.MAX_VALUE)).isEqualTo("a");

        assertThat(adding.result()).isTrue();
        assertThat(queue.poll(Long.MAX_VALUE)).isEqualTo("b");
    }

    @Test
    void whoeverTakesFromAnEmptyQueueWaits() throws Exception {
        var queue = new SendQueue(1);
        var taking = Background.run(() -> queue.poll(Long.MAX_VALUE)).waits();

        queue.add("a");

        assertThat(taking.result()).isEqualTo("a");
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
        assertThat(queue.poll(Long.MAX_VALUE)).isEqualTo("a");
        assertThat(queue.poll(Long.MAX_VALUE)).isNull();
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
            taken.add(queue.poll(Long.MAX_VALUE));
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
