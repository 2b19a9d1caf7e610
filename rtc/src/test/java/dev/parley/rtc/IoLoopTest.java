package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IoLoopTest {
    private static final int PATIENCE_SECONDS = 10;

    private final IoLoop loop = new IoLoop("loop-under-test");

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void goesOnAfterATaskThatFails() throws Exception {
        var done = new CountDownLatch(1);
        var quiet = Logger.getLogger(IoLoop.class.getName());
        quiet.setLevel(Level.OFF);

        loop.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        loop.execute(done::countDown);

        assertThat(done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("the second task has run").isTrue();
        quiet.setLevel(null);
    }

    @Test
    void ringsInTheOrderOfTimesAndNotBeforeThem() throws Exception {
        var rung = new LinkedBlockingQueue<String>();
        var start = loop.now();
        var late = start + Duration.ofMillis(40).toNanos();
        var last = new Alarm(() -> rung.add(loop.now() >= late ? "last" : "too early"));
        var first = new Alarm(() -> rung.add("first"));

        loop.wake(last, late);
        loop.wake(first, start + Duration.ofMillis(20).toNanos());

        assertThat(rung.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("first");
        assertThat(rung.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("last");
    }

    @Test
    void ringsOnceAtTheTimeItWasMovedTo() throws Exception {
        var rung = new LinkedBlockingQueue<Long>();
        var soon = loop.now() + Duration.ofMillis(10).toNanos();
        var later = soon + Duration.ofMillis(30).toNanos();
        var alarm = new Alarm(() -> rung.add(loop.now()));

        loop.wake(alarm, soon + Duration.ofHours(1).toNanos());
        loop.wake(alarm, soon);
        loop.wake(alarm, later);

        assertThat(rung.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(later);
        assertThat(rung.poll(50, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void doesNotRingWhatWasForgotten() throws Exception {
        var rung = new LinkedBlockingQueue<String>();
        var forgotten = new Alarm(() -> rung.add("forgotten"));
        var other = new Alarm(() -> rung.add("other"));
        var soon = loop.now() + Duration.ofMillis(20).toNanos();

        loop.wake(forgotten, soon);
        loop.wake(other, soon + 1);
        loop.forget(forgotten);

        assertThat(rung.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("other");
        assertThat(rung).isEmpty();
    }
}
