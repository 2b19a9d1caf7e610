package dev.parley.realtime;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// An open Realtime session: events in, events out, over one WebSocket or other [Transport].
///
/// Any number of threads may send; an event whose sending returned leaves before one whose sending began later. One thread reads
/// [#events()]. Both directions are bounded: sending waits while the queue is full, and a reader that falls behind slows
/// the server down instead of filling the heap.
public final class RealtimeSession implements Session {
    private final Connection connection;
    private final Wire wire;
    private final AtomicBoolean streaming = new AtomicBoolean();
    /// Events of a frame that held several, for the one thread that reads.
    private final ArrayDeque<ServerEvent> read = new ArrayDeque<>();

    /// How much a session holds and how long it waits.
    ///
    /// @param sendQueue frames waiting to be sent; when full, [Session#send] waits
    /// @param receiveQueue events received and not yet read; when full, no more is read from the network
    /// @param maxMessageChars size of the largest message taken; a larger one ends the session with close code 1009
    /// @param closeTimeout time given to sending what is queued and to the far side's answer when closing
    /// @param keepAlive time between pings; one not answered before the next ends the session
    /// @param firstEvent time given to the service for its first event, `session.created`; without it the session ends
    /// @param idle after this time without an event or a pong the session ends; longer than `keepAlive`, or a session in
    ///         which nobody speaks would not live. Not counted while the reader has fallen behind
    public record Limits(int sendQueue, int receiveQueue, int maxMessageChars, Duration closeTimeout,
            Duration keepAlive, Duration firstEvent, Duration idle) {
        public static final Limits DEFAULT = new Limits(256, 1_024, Json.MAX_EVENT_CHARS, Duration.ofSeconds(2),
                Duration.ofSeconds(20), Duration.ofSeconds(15), Duration.ofSeconds(60));

        public Limits {
            if (!keepAlive.isPositive()) {
                throw new IllegalArgumentException("expected a time above zero between pings, found " + keepAlive);
            }
            if (!firstEvent.isPositive() || !idle.isPositive()) {
                throw new IllegalArgumentException(
                        "expected times above zero for the first event and for silence, found "
                                + firstEvent + " and " + idle);
            }
            if (sendQueue < 1 || receiveQueue < 1 || maxMessageChars < 1) {
                throw new IllegalArgumentException("expected queues and messages of at least 1, found " + sendQueue
                        + ", " + receiveQueue + " and " + maxMessageChars);
            }
        }

        /// With the usual patience for silence.
        public Limits(int sendQueue, int receiveQueue, int maxMessageChars, Duration closeTimeout,
                Duration keepAlive) {
            this(sendQueue, receiveQueue, maxMessageChars, closeTimeout, keepAlive, DEFAULT.firstEvent, DEFAULT.idle);
        }

        /// With queues of these lengths.
        public Limits withQueues(int sending, int receiving) {
            return new Limits(sending, receiving, maxMessageChars, closeTimeout, keepAlive, firstEvent, idle);
        }

        public Limits withMaxMessageChars(int most) {
            return new Limits(sendQueue, receiveQueue, most, closeTimeout, keepAlive, firstEvent, idle);
        }

        public Limits withCloseTimeout(Duration patience) {
            return new Limits(sendQueue, receiveQueue, maxMessageChars, patience, keepAlive, firstEvent, idle);
        }

        public Limits withKeepAlive(Duration between) {
            return new Limits(sendQueue, receiveQueue, maxMessageChars, closeTimeout, between, firstEvent, idle);
        }

        public Limits withFirstEvent(Duration patience) {
            return new Limits(sendQueue, receiveQueue, maxMessageChars, closeTimeout, keepAlive, patience, idle);
        }

        public Limits withIdle(Duration patience) {
            return new Limits(sendQueue, receiveQueue, maxMessageChars, closeTimeout, keepAlive, firstEvent, patience);
        }
    }

    RealtimeSession(Limits limits) {
        this(limits, Wire.GA, new TrafficObserver() {});
    }

    RealtimeSession(Limits limits, Wire wire, TrafficObserver observer) {
        this(new Connection(limits, observer), wire);
    }

    RealtimeSession(Connection connection, Wire wire) {
        this.connection = connection;
        this.wire = wire;
    }

    Inbox inbox() {
        return connection.inbox();
    }

    void start(WebSocket opened) {
        connection.start(opened, () -> {});
    }

    @Override
    public void send(ClientEvent event) {
        connection.send(wire.write(event));
    }

    @Override
    public SendResult trySend(ClientEvent event, Duration patience) {
        return connection.trySend(wire.write(event), patience);
    }

    @Override
    public void sendRaw(String frame) {
        connection.send(frame);
    }

    /// Queues a frame as it is, if there is room for it now.
    SendResult trySendRaw(String frame) {
        return connection.trySend(frame, Duration.ZERO);
    }

    /// Waits at most `nanos` until something can be queued, or until nothing ever can.
    boolean awaitRoom(long nanos) throws InterruptedException {
        return connection.awaitRoom(nanos);
    }

    @Override
    public void sendAudio(InputStream stream, AudioEncoding encoding, Pace pace) throws IOException {
        AudioStream.send(stream, encoding, pace, streaming, this::sendAudio);
    }

    @Override
    public Iterable<ServerEvent> events() {
        return () -> new EventIterator<>(() -> poll(Long.MAX_VALUE));
    }

    @Override
    public Optional<ServerEvent> next(Duration timeout) {
        return EventIterator.next(this::poll, timeout);
    }

    @Override
    public Optional<Close> closed() {
        return connection.closed();
    }

    @Override
    public int sendQueueLength() {
        return connection.sendQueueLength();
    }

    @Override
    public Close close(int code, String reason) {
        return connection.close(code, reason);
    }

    /// The next event within `nanos`; null when none came, or once the session has ended and everything was read.
    @Nullable
    ServerEvent poll(long nanos) throws InterruptedException {
        if (read.isEmpty()) {
            var frame = connection.poll(nanos);
            if (frame != null) {
                read.addAll(wire.read(frame));
            }
        }
        return read.poll();
    }
}
