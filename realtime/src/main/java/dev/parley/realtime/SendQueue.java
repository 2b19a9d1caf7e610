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
    /// Instead of a length: there was no room.
    static final int FULL = -1;
    /// Instead of a length: nothing is taken any more.
    static final int CLOSED = -2;

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
        return offer(frame, Long.MAX_VALUE) >= 0;
    }

    /// Waits at most `nanos` for room and adds. Gives the length of the queue with the frame in it, or, when the frame was
    /// not taken, [#FULL] or [#CLOSED].
    int offer(String frame, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (frames.size() >= capacity && !closed) {
                if (left <= 0) {
                    return FULL;
                }
                left = changed.awaitNanos(left);
            }
            if (closed) {
                return CLOSED;
            }
            frames.add(frame);
            changed.signalAll();
            return frames.size();
        } finally {
            lock.unlock();
        }
    }

    /// Waits at most `nanos` for room, or for the end.
    boolean awaitRoom(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (frames.size() >= capacity && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return frames.size() < capacity || closed;
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
