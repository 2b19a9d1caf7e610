package dev.parley.venue;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Makes sure that what was committed is on disk, for as many transactions as there are with one write.
///
/// Whoever has committed waits for a write that began afterwards. Meanwhile others commit, and the next write is for all of
/// them. Writes begin at least 10 ms apart, so that under load there are more to each: they are the dearest part of small
/// transactions. Who comes alone does not wait. The writing is done by one thread of its own, which nobody interrupts.
/// Thread-safe.
final class GroupCommit implements AutoCloseable {
    private static final long NANOS_BETWEEN_WRITES = 10_000_000;

    private final Runnable write;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wanted = lock.newCondition();
    private final Condition written = lock.newCondition();
    private final Thread writer;
    // Guarded by the lock. Commits are counted: those that wait or have waited, those on disk, those a write failed for.
    private long committed;
    private long durable;
    private long failed;
    private @Nullable RuntimeException failure;
    private boolean closed;

    /// @param write returns once everything that is committed when it begins is on disk
    GroupCommit(Runnable write) {
        this.write = write;
        this.writer = Thread.ofPlatform().daemon().name("database-writer").start(this::writeAll);
    }

    /// Waits until what the caller has committed is on disk.
    ///
    /// @throws InterruptedException if the caller does not want to wait; it may still get there
    /// @throws RuntimeException if it could not be written
    void await() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var mine = ++committed;
            wanted.signal();
            while (durable < mine && failed < mine) {
                written.await();
            }
            if (durable < mine && failure != null) {
                throw new DatabaseException("expected what was committed to be written to disk, found that it was not;"
                        + " check the space on the disk", failure);
            }
        } finally {
            lock.unlock();
        }
    }

    private void writeAll() {
        var notBefore = System.nanoTime();
        for (var waiting = next(notBefore); waiting >= 0; waiting = next(notBefore)) {
            notBefore = System.nanoTime() + NANOS_BETWEEN_WRITES;
            RuntimeException problem = null;
            try {
                write.run();
            } catch (RuntimeException e) {
                problem = e;
            }
            conclude(waiting, problem);
        }
    }

    /// Waits until somebody waits and it is time; -1 once nobody does any more.
    private long next(long notBefore) {
        lock.lock();
        try {
            while (Math.max(durable, failed) == committed && !closed) {
                wanted.awaitUninterruptibly();
            }
            pauseUntil(notBefore);
            return Math.max(durable, failed) == committed ? -1 : committed;
        } finally {
            lock.unlock();
        }
    }

    /// Unless it is closed meanwhile.
    private void pauseUntil(long time) {
        try {
            for (var early = time - System.nanoTime(); early > 0 && !closed; early = time - System.nanoTime()) {
                wanted.awaitNanos(early);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("expected nobody to interrupt the thread that writes", e);
        }
    }

    private void conclude(long upTo, @Nullable RuntimeException problem) {
        lock.lock();
        try {
            if (problem == null) {
                durable = upTo;
            } else {
                failed = upTo;
                failure = problem;
            }
            written.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Writes for those who wait, and ends the thread. Closing again does nothing.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            wanted.signal();
        } finally {
            lock.unlock();
        }
        try {
            writer.join(2_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
