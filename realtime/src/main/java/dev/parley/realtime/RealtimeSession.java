package dev.parley.realtime;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An open Realtime session: events in, events out, over one WebSocket.
///
/// Any number of threads may send; an event whose sending returned leaves before one whose sending began later. One thread reads
/// [#events()]. Both directions are bounded: sending waits while the queue is full, and a reader that falls behind slows
/// the server down instead of filling the heap.
public final class RealtimeSession implements AutoCloseable {
    private static final Duration AUDIO_CHUNK = Duration.ofMillis(20);

    private final Limits limits;
    private final SendQueue outgoing;
    private final Inbox inbox;
    private final Wire wire;
    private final TrafficObserver observer;
    private final AtomicBoolean streaming = new AtomicBoolean();
    /// Events of a frame that held several, for the one thread that reads.
    private final ArrayDeque<ServerEvent> read = new ArrayDeque<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private @Nullable Thread sender;
    private @Nullable WebSocket socket;

    /// How much a session holds and how long it waits.
    ///
    /// @param sendQueue frames waiting to be sent; when full, [RealtimeSession#send] waits
    /// @param receiveQueue events received and not yet read; when full, no more is read from the network
    /// @param maxMessageChars size of the largest message taken; a larger one ends the session with close code 1009
    /// @param closeTimeout time given to sending what is queued and to the far side's answer when closing
    /// @param keepAlive after this time without sending, a ping is sent; one not answered in the same time ends the session
    public record Limits(int sendQueue, int receiveQueue, int maxMessageChars, Duration closeTimeout,
            Duration keepAlive) {
        public static final Limits DEFAULT = new Limits(256, 1_024, Json.MAX_EVENT_CHARS, Duration.ofSeconds(2),
                Duration.ofSeconds(20));

        public Limits {
            if (!keepAlive.isPositive()) {
                throw new IllegalArgumentException("expected a time above zero between pings, found " + keepAlive);
            }
            if (sendQueue < 1 || receiveQueue < 1 || maxMessageChars < 1) {
                throw new IllegalArgumentException("expected queues and messages of at least 1, found " + sendQueue
                        + ", " + receiveQueue + " and " + maxMessageChars);
            }
        }
    }

    RealtimeSession(Limits limits) {
        this(limits, Wire.GA, new TrafficObserver() {});
    }

    RealtimeSession(Limits limits, Wire wire, TrafficObserver observer) {
        this.wire = wire;
        this.observer = observer;
        this.limits = limits;
        this.outgoing = new SendQueue(limits.sendQueue);
        this.inbox = new Inbox(limits.receiveQueue, limits.maxMessageChars, outgoing::close);
    }

    Inbox inbox() {
        return inbox;
    }

    void start(WebSocket opened) {
        socket = opened;
        sender = Thread.ofVirtual().name("realtime-sender").start(() -> sendAll(opened));
    }

    /// Queues an event for sending, waiting while the queue is full.
    ///
    /// @throws SessionClosedException if the session has ended
    public void send(ClientEvent event) {
        sendRaw(wire.write(event));
    }

    /// Queues a frame as it is, in whatever dialect the service speaks.
    ///
    /// @throws SessionClosedException if the session has ended
    public void sendRaw(String frame) {
        try {
            if (!outgoing.add(frame)) {
                throw new SessionClosedException(close(Close.NORMAL, "closed by this side"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RealtimeException("interrupted while waiting to send", e);
        }
    }

    /// Sends one piece of audio in the session's input format; any number of times, from any thread.
    public void sendAudio(byte[] audio) {
        send(new ClientEvent.InputAppend(audio));
    }

    /// Sends a stream of audio in 20 ms pieces and returns when the last one is queued.
    ///
    /// @param encoding format of the stream, which must be the session's input format
    /// @throws IllegalStateException if another stream is being sent: the service would hear the two in turns
    public void sendAudio(InputStream stream, AudioEncoding encoding, Pace pace) throws IOException {
        if (!streaming.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "expected one audio stream at a time, found another still being sent: wait until it has returned");
        }
        try {
            sendStream(stream, encoding, pace);
        } finally {
            streaming.set(false);
        }
    }

    private void sendStream(InputStream stream, AudioEncoding encoding, Pace pace) throws IOException {
        int chunkBytes = Math.toIntExact(encoding.bytesPerSecond() * AUDIO_CHUNK.toMillis() / 1_000);
        long due = System.nanoTime();
        while (true) {
            var chunk = stream.readNBytes(chunkBytes);
            if (chunk.length == 0) {
                return;
            }
            sendAudio(chunk);
            if (pace == Pace.REALTIME) {
                due += AUDIO_CHUNK.toNanos();
                waitUntil(due);
            }
        }
    }

    /// The events of this session, in order. Iterating waits for the next one and ends when the session has ended;
    /// [#closed()] then says how.
    public Iterable<ServerEvent> events() {
        return EventIterator::new;
    }

    /// The next event, if one comes within `timeout` and the session has not ended.
    public Optional<ServerEvent> next(Duration timeout) {
        try {
            return Optional.ofNullable(read.isEmpty() ? read(inbox.poll(timeout.toNanos())) : read.poll());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /// How the session ended; empty while it is open.
    public Optional<Close> closed() {
        return inbox.close();
    }

    /// Frames waiting to be sent.
    public int sendQueueLength() {
        return outgoing.size();
    }

    /// Ends the session in the ordinary way. Returns when it is over, within the close timeout.
    @Override
    public void close() {
        close(Close.NORMAL, "");
    }

    /// Ends the session: what is queued is still sent, the far side is told `code` and `reason`, and its answer awaited.
    /// Closing twice does nothing. Gives how the session ended.
    ///
    /// @throws IllegalArgumentException if a client may not send that code, or the reason is over 123 bytes
    public Close close(int code, String reason) {
        var wanted = new Close(code, reason).checkedForSending();
        if (closing.compareAndSet(false, true)) {
            outgoing.close();
            inbox.discardOverflow();
            long deadline = System.nanoTime() + limits.closeTimeout.toNanos();
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
            while (!outgoing.isDrained()) {
                var frame = outgoing.poll(limits.keepAlive.toNanos());
                if (frame != null) {
                    observe(observer::onSent, frame);
                    to.sendText(frame, true).get();
                } else if (!outgoing.isDrained()) {
                    keepAlive(to);
                }
            }
        } catch (ExecutionException e) {
            var why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            inbox.end(new Close(Close.ABNORMAL, "sending failed: " + why));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// A connection can be gone without the client being told; whoever only reads would wait for ever.
    private void keepAlive(WebSocket to) throws ExecutionException, InterruptedException {
        if (inbox.hasHeardSomething()) {
            to.sendPing(ByteBuffer.allocate(0)).get();
            return;
        }
        inbox.end(new Close(Close.ABNORMAL, "connection lost: a ping was not answered within "
                + limits.keepAlive.toMillis() + " ms"));
        to.abort();
    }

    private static void waitUntil(long nanoTime) throws IOException {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                throw new java.io.InterruptedIOException("interrupted while sending audio");
            }
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

    private @Nullable ServerEvent read(@Nullable String frame) {
        if (frame != null) {
            observe(observer::onReceived, frame);
            read.addAll(wire.read(frame));
        }
        return read.poll();
    }

    private final class EventIterator implements Iterator<ServerEvent> {
        private @Nullable ServerEvent next;

        @Override
        public boolean hasNext() {
            if (next == null) {
                try {
                    next = read.isEmpty() ? read(inbox.take()) : read.poll();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }
            return next != null;
        }

        @Override
        public ServerEvent next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the session has ended");
            }
            var event = Objects.requireNonNull(next);
            next = null;
            return event;
        }
    }
}
