package dev.parley.gateway;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The requests that are being answered, so that closing can wait for them. Thread-safe.
final class Underway {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private int requests;
    private boolean isClosed;

    /// False if it is too late.
    boolean begin() {
        lock.lock();
        try {
            if (!isClosed) {
                requests++;
            }
            return !isClosed;
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            requests--;
            if (requests == 0) {
                none.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Lets no more begin, and waits for those that have; false if they took longer than `most`.
    boolean finish(Duration most) {
        lock.lock();
        try {
            isClosed = true;
            for (var left = most.toNanos(); requests > 0; left = none.awaitNanos(left)) {
                if (left <= 0) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
