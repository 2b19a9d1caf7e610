package dev.parley.realtime;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Frames received and not yet read, and how the session ended.
///
/// One thread adds and [waits for room][#awaitRoom()] before it receives more, so a slow reader slows the far side down
/// through TCP and nothing grows. One thread reads.
final class Inbox {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition emptied = lock.newCondition();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ArrayDeque<String> frames = new ArrayDeque<>();

    private final Silence silence;
    private final int capacity;
    private final Runnable onEnd;
    private boolean heard = true;
    private boolean discarding;
    private @Nullable Close close;

    Inbox(int capacity, Silence silence, Runnable onEnd) {
        this.silence = silence;
        this.capacity = capacity;
        this.onEnd = onEnd;
    }

    /// Takes a frame; the last for which there is room is followed by none until it is awaited.
    void add(String frame) {
        lock.lock();
        try {
            heard = true;
            silence.event(System.nanoTime());
            if (frames.size() < capacity) {
                frames.add(frame);
            }
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until more may be received: there is room, or what finds none is let go of.
    void awaitRoom() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (isFull()) {
                emptied.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /// While it is, nothing is received, and nobody can tell whether the far side is alive.
    private boolean isFull() {
        return frames.size() >= capacity && !discarding && close == null;
    }

    /// Something arrived that is no frame to be read.
    void hearSomething() {
        lock.lock();
        try {
            heard = true;
            silence.heard(System.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    /// Whether the far side has shown life since this was last asked. A reader that has paused it cannot tell, and takes
    /// it to be alive.
    boolean hasHeardSomething() {
        lock.lock();
        try {
            boolean alive = heard || isFull();
            heard = false;
            return alive;
        } finally {
            lock.unlock();
        }
    }

    /// Nanoseconds for which the far side may still say nothing. A reader that has paused it would not hear it.
    long silenceLeft() {
        lock.lock();
        try {
            long now = System.nanoTime();
            if (isFull()) {
                silence.heard(now);
            }
            return silence.left(now);
        } finally {
            lock.unlock();
        }
    }

    String silenceReason() {
        lock.lock();
        try {
            return silence.reason();
        } finally {
            lock.unlock();
        }
    }

    /// Lets go of what finds no room from now on: this side is closing, and the far side's close frame comes behind it.
    void discardOverflow() {
        lock.lock();
        try {
            discarding = true;
            emptied.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Records how the session ended; the first word counts.
    void end(Close how) {
        lock.lock();
        try {
            if (close != null) {
                return;
            }
            close = how;
            // Before anybody can see the end: whoever has seen it must not be able to send.
            onEnd.run();
            filled.signalAll();
            emptied.signalAll();
        } finally {
            lock.unlock();
        }
        ended.countDown();
    }

    /// Waits at most `nanos` for the next frame.
    @Nullable
    String poll(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            awaitFrame(nanos);
            if (isFull()) {
                // What was held back meanwhile counts as a sign of life.
                heard = true;
                emptied.signal();
            }
            return frames.poll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitFrame(long nanos) throws InterruptedException {
        long left = nanos;
        while (frames.isEmpty() && close == null && left > 0) {
            if (nanos == Long.MAX_VALUE) {
                // No timer to be set and cancelled for every frame.
                filled.await();
            } else {
                left = filled.awaitNanos(left);
            }
        }
    }

    /// How the session ended; empty while it is open.
    Optional<Close> close() {
        lock.lock();
        try {
            return Optional.ofNullable(close);
        } finally {
            lock.unlock();
        }
    }

    boolean awaitEnd(long nanos) throws InterruptedException {
        return ended.await(nanos, TimeUnit.NANOSECONDS);
    }
}
