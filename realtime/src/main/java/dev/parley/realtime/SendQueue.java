package dev.parley.realtime;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Frames waiting to be sent: first in, first out, bounded. When it is full, whoever adds waits.
///
/// Any thread may add; one thread takes. Closing wakes everybody: adding is refused from then on, taking goes on until
/// the queue is empty.
final class SendQueue {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<String> frames = new ArrayDeque<>();
    private final int capacity;
    private boolean closed;

    SendQueue(int capacity) {
        this.capacity = capacity;
    }

    /// Waits for room and adds. False when the queue was closed, before or meanwhile; the frame is then not taken.
    boolean add(String frame) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (frames.size() >= capacity && !closed) {
                changed.await();
            }
            if (closed) {
                return false;
            }
            frames.add(frame);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Waits at most `nanos` for the next frame; null when none came, or once the queue is closed and empty.
    @Nullable
    String poll(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (frames.isEmpty() && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            var frame = frames.poll();
            changed.signalAll();
            return frame;
        } finally {
            lock.unlock();
        }
    }

    /// Whether nothing will be taken any more.
    boolean isDrained() {
        lock.lock();
        try {
            return closed && frames.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /// Refuses frames from now on; those already here are still taken.
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return frames.size();
        } finally {
            lock.unlock();
        }
    }
}
