package dev.parley.venue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Lets the calls of one session in one after the other, within this process. Who waits here keeps no thread of the
/// database from others. Thread-safe.
final class SessionLocks {
    /// Some sessions share one, which makes them wait for each other now and then, and does no harm.
    private static final int LOCKS = 1_024;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ReentrantLock[] locks = Stream.generate(ReentrantLock::new)
            .limit(LOCKS)
            .toArray(ReentrantLock[]::new);

    /// Held by a thread until it closes it.
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /// @throws Refusal if the call before takes too long, or the thread is interrupted
    Held enter(String sessionId) {
        var lock = locks[Math.floorMod(sessionId.hashCode(), LOCKS)];
        try {
            if (lock.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return lock::unlock;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        throw new Refusal(ErrorCode.BUSY, "The till is still busy with what was asked before; please try again in a"
                + " moment.");
    }
}
