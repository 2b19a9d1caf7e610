package dev.parley.realtime;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Frames waiting to be sent: first in, first out, bounded. When it is full, whoever adds waits. An answer to a ping goes
/// before them, the last word behind.
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
    private Outgoing.@Nullable Pong pong;
    private Outgoing.@Nullable Goodbye goodbye;
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

    /// Waits at most `nanos` for what to send next; null when nothing came, or once the queue is closed and empty.
    @Nullable
    Outgoing poll(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (frames.isEmpty() && pong == null && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            var next = take();
            changed.signalAll();
            return next;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Outgoing take() {
        if (pong != null) {
            var answer = pong;
            pong = null;
            return answer;
        }
        var frame = frames.poll();
        if (frame != null) {
            return new Outgoing.Text(frame);
        }
        var last = goodbye;
        goodbye = null;
        return last;
    }

    /// Answers a ping, and any before it that is not answered yet (RFC 6455 section 5.5.3): however many come, nothing grows.
    void answer(byte[] ping) {
        lock.lock();
        try {
            pong = new Outgoing.Pong(ping);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Whether nothing will be taken any more.
    boolean isDrained() {
        lock.lock();
        try {
            return closed && frames.isEmpty() && pong == null && goodbye == null;
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

    /// Refuses frames from now on; those already here are still taken, and then the last word. Once it is closed the last word
    /// has been said.
    void finish(Close how) {
        lock.lock();
        try {
            goodbye = closed ? goodbye : new Outgoing.Goodbye(how);
            close();
        } finally {
            lock.unlock();
        }
    }

    /// Lets go of the frames that are here: nobody reads them any more. What is left to take is the last word.
    void abandon(Close how) {
        lock.lock();
        try {
            frames.clear();
            finish(how);
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
