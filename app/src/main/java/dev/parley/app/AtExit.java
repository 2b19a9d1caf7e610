package dev.parley.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What is to be done when the process is asked to end (Ctrl-C) while this is open. The process then waits until this is
/// closed, so that everything inside is: the far side is told goodbye, and files are whole. It does not wait long.
final class AtExit implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 1_800;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = Thread.ofPlatform().name("shutdown").unstarted(this::end);
    private volatile Runnable wish = () -> {};

    AtExit() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Makes whoever holds this open let go of it soon.
    void then(Runnable end) {
        wish = end;
    }

    private void end() {
        wish.run();
        try {
            var _ = done.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is ending, and the hook has just been let go.
        }
    }
}
