package dev.parley.realtime;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One WebSocket, or other transport, as queues of text frames, whatever the frames say: sending and its limits, pings, silence, the end.
///
/// Any number of threads may send, one reads. The socket has three virtual threads: one receives, one sends, and one watches
/// for silence and lets the socket go, for the other two may be stuck in it.
final class Connection {
    private final RealtimeSession.Limits limits;
    private final TrafficObserver observer;
    private final int maxFrameBytes;
    private final SendQueue outgoing;
    private final Inbox inbox;
    private final AtomicBoolean closing = new AtomicBoolean();
    private @Nullable Thread receiver;
    private @Nullable Thread sender;
    private @Nullable WebSocket socket;

    Connection(RealtimeSession.Limits limits, TrafficObserver observer) {
        this(limits, observer, Integer.MAX_VALUE);
    }

    /// @param maxFrameBytes the longest frame the far side takes
    Connection(RealtimeSession.Limits limits, TrafficObserver observer, int maxFrameBytes) {
        this.limits = limits;
        this.observer = observer;
        this.maxFrameBytes = maxFrameBytes;
        this.outgoing = new SendQueue(limits.sendQueue());
        this.inbox = new Inbox(limits.receiveQueue(),
                new Silence(limits.firstEvent(), limits.idle(), System.nanoTime()), outgoing::close);
    }

    /// What was received.
    Inbox inbox() {
        return inbox;
    }

    /// @param onEnd told once the socket has been let go
    void start(WebSocket opened, Runnable onEnd) {
        socket = opened;
        receiver = Thread.ofVirtual().name("realtime-receiver").start(() -> receiveAll(opened));
        sender = Thread.ofVirtual().name("realtime-sender").start(() -> sendAll(opened));
        Thread.ofVirtual().name("realtime-watch").start(() -> {
            watch(opened);
            onEnd.run();
        });
    }

    /// Queues a frame, waiting while the queue is full.
    void send(String frame) {
        requireFits(frame);
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
        requireFits(frame);
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

    /// In the queue it could only end the session, of which the sender would not know that it was to blame.
    private void requireFits(String frame) {
        // No character has more than three bytes; most have one.
        if (frame.length() > maxFrameBytes / 3 && Utf8.length(frame) > maxFrameBytes) {
            throw new IllegalArgumentException("expected an event of at most " + maxFrameBytes + " bytes, which is what"
                    + " the far side takes, found one of " + Utf8.length(frame) + ": send it in pieces");
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
            outgoing.finish(wanted);
            inbox.discardOverflow();
            long deadline = System.nanoTime() + limits.closeTimeout().toNanos();
            try {
                if (!inbox.awaitEnd(deadline - System.nanoTime())) {
                    inbox.end(new Close(code, "closed by this side, the far side did not answer"));
                }
                // If the far side was first, it is still to be answered.
                awaitEnd(Objects.requireNonNull(sender), deadline);
            } catch (InterruptedException _) {
                inbox.end(new Close(code, "closed by this side, interrupted"));
                Thread.currentThread().interrupt();
            }
            Objects.requireNonNull(socket).abort();
        }
        return inbox.close().orElse(wanted);
    }

    /// Ends it at once, without a word to the far side.
    void abort(String reason) {
        inbox.end(new Close(Close.ABNORMAL, reason));
        Objects.requireNonNull(socket).abort();
    }

    private static void awaitEnd(Thread running, long deadline) throws InterruptedException {
        var _ = running.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }

    private void receiveAll(WebSocket from) {
        try {
            while (inbox.close().isEmpty()) {
                receive(from);
            }
            from.drain();
        } catch (IOException e) {
            var why = e.getMessage();
            inbox.end(new Close(Close.ABNORMAL, why == null ? "connection lost" : "connection lost: " + why));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void receive(WebSocket from) throws IOException, InterruptedException {
        try {
            switch (from.receive()) {
                case Incoming.Text(var frame) -> {
                    inbox.add(frame);
                    inbox.awaitRoom();
                }
                case Incoming.Ping(var payload) -> {
                    inbox.hearSomething();
                    outgoing.answer(payload);
                }
                // The protocol has no binary frames; one is no reason to lose the call.
                case Incoming.Binary _,Incoming.Pong _ -> inbox.hearSomething();
                case Incoming.Goodbye(var how) -> endTold(how);
            }
        } catch (BadFrameException e) {
            endTold(e.close());
        }
    }

    /// Answers a close frame with its code, or tells the far side what it did wrong.
    private void endTold(Close how) {
        outgoing.abandon(how);
        inbox.end(how);
    }

    private void sendAll(WebSocket to) {
        try {
            long pingAt = System.nanoTime() + limits.keepAlive().toNanos();
            while (!outgoing.isDrained()) {
                var next = outgoing.poll(pingAt - System.nanoTime());
                if (next instanceof Outgoing.Text(var frame)) {
                    observe(observer::onSent, frame);
                }
                if (next != null) {
                    to.send(next);
                }
                // However much is sent: that it leaves does not tell whether anybody is there.
                if (!outgoing.isDrained() && System.nanoTime() - pingAt >= 0) {
                    keepAlive(to);
                    pingAt = System.nanoTime() + limits.keepAlive().toNanos();
                }
            }
        } catch (IOException e) {
            inbox.end(new Close(Close.ABNORMAL, "sending failed: " + e.getMessage()));
            to.abort();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// A connection can be gone without the client being told; whoever only reads would wait for ever.
    private void keepAlive(WebSocket to) throws IOException {
        if (inbox.hasHeardSomething()) {
            to.ping();
            return;
        }
        inbox.end(new Close(Close.ABNORMAL, "connection lost: a ping was not answered within "
                + limits.keepAlive().toMillis() + " ms"));
        to.abort();
    }

    /// Ends a session in which nothing is heard, and lets go of the socket of one that has ended, once everything was said or
    /// after the close timeout.
    private void watch(WebSocket watched) {
        try {
            // The first event may come meanwhile, and less time be left from then on.
            while (!inbox.awaitEnd(Math.min(inbox.silenceLeft(), limits.idle().toNanos()))) {
                if (inbox.silenceLeft() <= 0) {
                    abort(inbox.silenceReason());
                }
            }
            long deadline = System.nanoTime() + limits.closeTimeout().toNanos();
            awaitEnd(Objects.requireNonNull(receiver), deadline);
            awaitEnd(Objects.requireNonNull(sender), deadline);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            watched.abort();
        }
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
