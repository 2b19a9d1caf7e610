package dev.parley.realtime;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One WebSocket as queues of text frames, whatever the frames say: sending and its limits, pings, silence, the end.
///
/// Any number of threads may send, one reads; a virtual thread of its own sends.
final class Connection {
    private final RealtimeSession.Limits limits;
    private final TrafficObserver observer;
    private final SendQueue outgoing;
    private final Inbox inbox;
    private final AtomicBoolean closing = new AtomicBoolean();
    private @Nullable Thread sender;
    private @Nullable WebSocket socket;

    Connection(RealtimeSession.Limits limits, TrafficObserver observer) {
        this.limits = limits;
        this.observer = observer;
        this.outgoing = new SendQueue(limits.sendQueue());
        this.inbox = new Inbox(limits.receiveQueue(), limits.maxMessageChars(),
                new Silence(limits.firstEvent(), limits.idle(), System.nanoTime()), outgoing::close);
    }

    /// What the socket tells.
    Inbox inbox() {
        return inbox;
    }

    void start(WebSocket opened) {
        socket = opened;
        sender = Thread.ofVirtual().name("realtime-sender").start(() -> sendAll(opened));
    }

    /// Queues a frame, waiting while the queue is full.
    void send(String frame) {
        try {
            if (!outgoing.add(frame)) {
                throw ended();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /// Queues a frame if there is room for it within `patience`.
    SendResult trySend(String frame, Duration patience) {
        try {
            int length = outgoing.offer(frame, patience.toNanos());
            if (length == SendQueue.CLOSED) {
                throw ended();
            }
            return length == SendQueue.FULL
                    ? new SendResult(false, outgoing.size())
                    : new SendResult(true, length);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /// Waits at most `nanos` until a frame can be queued, or until none ever can.
    boolean awaitRoom(long nanos) throws InterruptedException {
        return outgoing.awaitRoom(nanos);
    }

    private SessionClosedException ended() {
        return new SessionClosedException(close(Close.NORMAL, "closed by this side"));
    }

    private static RealtimeException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new RealtimeException("interrupted while waiting to send", e);
    }

    /// The next frame within `nanos`; null when none came, or once everything received was read and the session is over.
    @Nullable
    String poll(long nanos) throws InterruptedException {
        var frame = inbox.poll(nanos);
        if (frame != null) {
            observe(observer::onReceived, frame);
        }
        return frame;
    }

    Optional<Close> closed() {
        return inbox.close();
    }

    int sendQueueLength() {
        return outgoing.size();
    }

    /// Ends the session: what is queued is still sent, the far side is told `code` and `reason`, and its answer awaited.
    /// Closing twice does nothing. Gives how the session ended.
    ///
    /// @throws IllegalArgumentException if a client may not send that code, or the reason is over 123 bytes
    Close close(int code, String reason) {
        var wanted = new Close(code, reason).checkedForSending();
        if (closing.compareAndSet(false, true)) {
            outgoing.close();
            inbox.discardOverflow();
            long deadline = System.nanoTime() + limits.closeTimeout().toNanos();
            try {
                awaitSender(deadline);
                var open = Objects.requireNonNull(socket);
                // Fails when the connection is already gone, which ends the session just as well.
                var _ = open.sendClose(code, reason).exceptionally(lost -> {
                    inbox.end(new Close(Close.ABNORMAL, "connection lost while closing: " + lost.getMessage()));
                    return open;
                });
                if (!inbox.awaitEnd(deadline - System.nanoTime())) {
                    inbox.end(new Close(code, "closed by this side, the far side did not answer"));
                }
            } catch (InterruptedException _) {
                inbox.end(new Close(code, "closed by this side, interrupted"));
                Thread.currentThread().interrupt();
            }
            Objects.requireNonNull(socket).abort();
        }
        return inbox.close().orElse(wanted);
    }

    private void awaitSender(long deadline) throws InterruptedException {
        var running = Objects.requireNonNull(sender);
        if (!running.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
            running.interrupt();
        }
    }

    private void sendAll(WebSocket to) {
        try {
            long pingAt = System.nanoTime() + limits.keepAlive().toNanos();
            while (!outgoing.isDrained() && !isSilentForTooLong(to)) {
                var frame = outgoing.poll(Math.min(pingAt - System.nanoTime(), untilLookingAgain()));
                if (frame != null) {
                    observe(observer::onSent, frame);
                    await(to.sendText(frame, true), to);
                }
                // However much is sent: that it leaves does not tell whether anybody is there.
                if (!outgoing.isDrained() && System.nanoTime() - pingAt >= 0) {
                    keepAlive(to);
                    pingAt = System.nanoTime() + limits.keepAlive().toNanos();
                }
            }
        } catch (ExecutionException e) {
            var why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            inbox.end(new Close(Close.ABNORMAL, "sending failed: " + why));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits until the socket has taken what it was given. A network that takes nothing is not waited for longer than one
    /// that says nothing.
    private void await(CompletableFuture<WebSocket> taken, WebSocket to)
            throws ExecutionException, InterruptedException {
        while (!isSilentForTooLong(to)) {
            try {
                taken.get(Math.max(1, untilLookingAgain()), TimeUnit.NANOSECONDS);
                return;
            } catch (TimeoutException _) {
                // Looked at above.
            }
        }
    }

    /// The first event may come meanwhile, and less time be left from then on.
    private long untilLookingAgain() {
        return Math.min(inbox.silenceLeft(), limits.idle().toNanos());
    }

    private boolean isSilentForTooLong(WebSocket to) {
        if (inbox.silenceLeft() > 0) {
            return false;
        }
        inbox.end(new Close(Close.ABNORMAL, inbox.silenceReason()));
        to.abort();
        return true;
    }

    /// A connection can be gone without the client being told; whoever only reads would wait for ever.
    private void keepAlive(WebSocket to) throws ExecutionException, InterruptedException {
        if (inbox.hasHeardSomething()) {
            await(to.sendPing(ByteBuffer.allocate(0)), to);
            return;
        }
        inbox.end(new Close(Close.ABNORMAL, "connection lost: a ping was not answered within "
                + limits.keepAlive().toMillis() + " ms"));
        to.abort();
    }

    private static void observe(Consumer<String> watching, String frame) {
        try {
            watching.accept(frame);
        } catch (RuntimeException e) {
            // Whoever only watches must not end the session.
            var thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }
}
