package dev.parley.bench.load;

import java.util.concurrent.locks.LockSupport;

/// Waiting for a moment of [System#nanoTime].
final class Clock {
    private Clock() {}

    static void waitUntil(long moment) {
        for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
