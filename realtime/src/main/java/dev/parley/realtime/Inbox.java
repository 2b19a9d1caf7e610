package dev.parley.realtime;

import java.net.http.WebSocket;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Frames received and not yet read, and how the session ended.
///
/// Fragments are put together up to a size; a longer message ends the session, here with close code 1009, for the far
/// side with 1008, because the HTTP client sends no 1009. When the queue is
/// full no more is asked of the socket, so a slow reader slows the far side down through TCP and nothing grows.
/// The listener runs on the HTTP client's threads, one call at a time; one thread reads.
final class Inbox implements WebSocket.Listener {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ArrayDeque<String> frames = new ArrayDeque<>();
    private final StringBuilder partial = new StringBuilder();
    /// A longer message is not worth keeping the room it took.
    private static final int KEPT_CHARS = 64 * 1_024;

    private final Silence silence;
    private final int capacity;
    private final int maxChars;
    private final Runnable onEnd;
    private boolean heard = true;
    private boolean discarding;
    private @Nullable WebSocket paused;
    private @Nullable Close close;

    Inbox(int capacity, int maxChars, Silence silence, Runnable onEnd) {
        this.silence = silence;
        this.capacity = capacity;
        this.maxChars = maxChars;
        this.onEnd = onEnd;
    }

    @Override
    public void onOpen(WebSocket socket) {
        socket.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        if (partial.length() + data.length() > maxChars) {
            partial.setLength(0);
            end(new Close(Close.TOO_BIG, "received a message over " + maxChars + " characters"));
            return socket.sendClose(Close.POLICY, "message too big").whenComplete((_, _) -> socket.abort());
        }
        if (!last) {
            // Of a CharBuffer, a string is made many times faster than it is appended.
            partial.append(data.toString());
            heardSomething();
            socket.request(1);
            return null;
        }
        var frame = whole(data);
        lock.lock();
        try {
            heard = true;
            silence.event(System.nanoTime());
            if (frames.size() < capacity) {
                frames.add(frame);
            }
            if (frames.size() < capacity || discarding) {
                socket.request(1);
            } else {
                paused = socket;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return null;
    }

    /// The message that ends with `data`; most are in one piece.
    private String whole(CharSequence data) {
        if (partial.isEmpty()) {
            return data.toString();
        }
        var message = partial.append(data.toString()).toString();
        partial.setLength(0);
        if (partial.capacity() > KEPT_CHARS) {
            partial.trimToSize();
        }
        return message;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, java.nio.ByteBuffer data, boolean last) {
        // The protocol has no binary frames; one is no reason to lose the call.
        heardSomething();
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket socket, java.nio.ByteBuffer message) {
        heardSomething();
        socket.request(1);
        return null;
    }

    private void heardSomething() {
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
            boolean alive = heard || paused != null;
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
            if (paused != null) {
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

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        // A connection that ends without a close frame arrives here too, and without a reason.
        end(new Close(code, code == Close.ABNORMAL && reason.isEmpty() ? "connection lost" : reason));
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        var message = error.getMessage();
        end(new Close(Close.ABNORMAL, message == null ? "connection lost" : "connection lost: " + message));
    }

    /// Lets go of what finds no room from now on: this side is closing, and the far side's close frame comes behind it.
    void discardOverflow() {
        WebSocket resume;
        lock.lock();
        try {
            discarding = true;
            resume = takePaused();
        } finally {
            lock.unlock();
        }
        if (resume != null) {
            resume.request(1);
        }
    }

    /// The socket to ask for more, if reading was paused. What was held back meanwhile counts as a sign of life.
    private @Nullable WebSocket takePaused() {
        var resumed = paused;
        heard |= resumed != null;
        paused = null;
        return resumed;
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
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        ended.countDown();
    }

    /// Waits at most `nanos` for the next frame.
    @Nullable
    String poll(long nanos) throws InterruptedException {
        WebSocket resume = null;
        String frame;
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (frames.isEmpty() && close == null && left > 0) {
                left = changed.awaitNanos(left);
            }
            frame = frames.poll();
            if (frames.size() < capacity) {
                resume = takePaused();
            }
        } finally {
            lock.unlock();
        }
        if (resume != null) {
            resume.request(1);
        }
        return frame;
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
