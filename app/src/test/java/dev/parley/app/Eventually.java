package dev.parley.app;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for something that other threads bring about, for a bounded time.
final class Eventually {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);

    private Eventually() {}

    /// @param expected what is waited for, for the message when it does not come
    static void await(String expected, Duration timeout, BooleanSupplier holds, Supplier<?> found) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("expected " + expected + " within " + timeout.toMillis() + " ms, found "
                        + found.get());
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }
}
