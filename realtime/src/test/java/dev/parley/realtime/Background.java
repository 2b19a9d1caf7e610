package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Something that runs beside a test, on a thread that can be watched waiting.
final class Background<T> {
    private static final long DEADLINE = TimeUnit.SECONDS.toNanos(10);

    private final FutureTask<T> task;
    private final Thread thread;

    private Background(Callable<T> work) {
        task = new FutureTask<>(work);
        thread = Thread.ofPlatform().daemon().name("background").start(task);
    }

    static <T> Background<T> run(Callable<T> work) {
        return new Background<>(work);
    }

    /// Returns once the thread waits for something.
    Background<T> waits() {
        long deadline = System.nanoTime() + DEADLINE;
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(task.isDone()).as("finished instead of waiting").isFalse();
            assertThat(System.nanoTime()).as("does not wait within 10 s").isLessThan(deadline);
            Thread.onSpinWait();
        }
        return this;
    }

    void interrupt() {
        thread.interrupt();
    }

    T result() throws Exception {
        try {
            return task.get(DEADLINE, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException _) {
            return fail("does not finish within 10 s, but is " + thread.getState());
        }
    }
}
