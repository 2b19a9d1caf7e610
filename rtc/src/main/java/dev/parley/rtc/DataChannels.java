package dev.parley.rtc;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The data channels of one connection: an SCTP association with a clock, a lock and hands.
///
/// Thread-safe. Packets come on the I/O thread, which takes the lock for as long as one packet needs and never runs a
/// listener: those run one after the other on the executor given, and until a message is dealt with it counts against the
/// window that the peer is told. What is sent leaves under the lock, so that packets are in order.
final class DataChannels implements AutoCloseable {
    /// Our `a=max-message-size`.
    static final int MAX_MESSAGE_SIZE = Sctp.MAX_MESSAGE;

    private static final Logger LOG = LoggerFactory.getLogger(DataChannels.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] EMPTY = {0};

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final SctpAssociation association;
    private final DtlsEndpoint.Role role;
    private final int maxPeerMessage;
    private final ScheduledExecutorService timer;
    private final Executor listeners;
    private final Consumer<DataChannel> onChannel;
    private final Consumer<String> onClosed;

    private final Map<Integer, DataChannel> byId = new HashMap<>();
    private final Queue<DataChannel> unopened = new ArrayDeque<>();
    private final Queue<Runnable> told = new ArrayDeque<>();
    private boolean telling;
    private long alarm = Long.MAX_VALUE;
    private @Nullable Future<?> task;
    private boolean over;

    /// @param role           who we are in DTLS: the client's channels have even numbers
    /// @param localPort      our `a=sctp-port`: 5000
    /// @param remotePort     the peer's
    /// @param maxPeerMessage the peer's `a=max-message-size`; 0: any
    /// @param out            takes SCTP packets: [DtlsEndpoint#send]
    /// @param timer          runs short tasks late
    /// @param listeners      runs listeners, which may block; calls of one connection are put in order here
    /// @param onChannel      told of channels that the peer opens, like a listener
    /// @param onClosed       told once that the association is over, and why; with the lock held: it must not block
    DataChannels(DtlsEndpoint.Role role, int localPort, int remotePort, int maxPeerMessage, DtlsEndpoint.Datagrams out,
            ScheduledExecutorService timer, Executor listeners, Consumer<DataChannel> onChannel,
            Consumer<String> onClosed) {
        this.role = role;
        this.maxPeerMessage = maxPeerMessage;
        this.timer = timer;
        this.listeners = listeners;
        this.onChannel = onChannel;
        this.onClosed = onClosed;
        this.association = new SctpAssociation(localPort, remotePort, RANDOM, new Effects(out));
    }

    /// Starts the association: once DTLS is connected. Both sides do.
    void start() {
        locked(() -> association.connect(System.nanoTime()));
    }

    /// Takes an SCTP packet, borrowed for the call.
    void receive(byte[] bytes, int offset, int length) {
        locked(() -> association.receive(bytes, offset, length, System.nanoTime()));
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
            openWaiting();
            setAlarm();
        } finally {
            lock.unlock();
        }
    }

    /// There is one task for the next timeout; if that moves back, the task finds nothing to do and asks again.
    private void setAlarm() {
        long next = association.nextTimeout();
        if (next >= alarm && !over) {
            return;
        }
        if (task != null) {
            task.cancel(false);
        }
        if (over) {
            return;
        }
        alarm = next;
        try {
            task = timer.schedule(this::tick, next - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException _) {
            // The engine is closing, and closes us too.
        }
    }

    private void tick() {
        locked(() -> {
            alarm = Long.MAX_VALUE;
            long now = System.nanoTime();
            if (now >= association.nextTimeout()) {
                association.tick(now);
            }
        });
    }

    /// Opens a channel; also before [#start], and then it opens when the association does.
    DataChannel open(String label, DataChannelOptions options, DataChannel.Listener listener) {
        Dcep.open(label, options);
        var channel = new DataChannel(this, label, options);
        channel.listener(listener);
        locked(() -> {
            if (over) {
                throw new IllegalStateException("expected an open connection, found it closed");
            }
            unopened.add(channel);
        });
        return channel;
    }

    private void openWaiting() {
        while (association.isEstablished() && !unopened.isEmpty()) {
            var channel = unopened.peek();
            int id = freeId();
            var open = Dcep.open(channel.label(), channel.options());
            if (id < 0 || !association.send(reliable(id, open), System.nanoTime())) {
                // Tried again when there is room.
                return;
            }
            unopened.remove();
            channel.id = id;
            channel.buffered += open.length;
            byId.put(id, channel);
        }
    }

    /// The client's are even, the server's odd (RFC 8832 section 6).
    private int freeId() {
        for (int id = role == DtlsEndpoint.Role.CLIENT ? 0 : 1; id < Sctp.STREAMS; id += 2) {
            if (!byId.containsKey(id)) {
                return id;
            }
        }
        return -1;
    }

    private static SctpMessage reliable(int id, byte[] control) {
        return new SctpMessage(id, Dcep.CONTROL, true, Integer.MAX_VALUE, SctpMessage.NEVER, control);
    }

    void send(DataChannel channel, int protocol, byte[] bytes) throws InterruptedException {
        requireSize(bytes);
        lock.lockInterruptibly();
        try {
            while (!offer(channel, protocol, bytes)) {
                room.await();
            }
            setAlarm();
        } finally {
            lock.unlock();
        }
    }

    boolean trySend(DataChannel channel, int protocol, byte[] bytes) {
        requireSize(bytes);
        lock.lock();
        try {
            boolean sent = offer(channel, protocol, bytes);
            setAlarm();
            return sent;
        } finally {
            lock.unlock();
        }
    }

    int maxMessageSize() {
        return maxPeerMessage == 0 ? MAX_MESSAGE_SIZE : Math.min(maxPeerMessage, MAX_MESSAGE_SIZE);
    }

    private void requireSize(byte[] bytes) {
        int most = maxMessageSize();
        if (bytes.length > most) {
            throw new IllegalArgumentException("expected a message of at most " + most + " bytes, found "
                    + bytes.length);
        }
    }

    /// Until the peer has confirmed the channel, messages stay in order behind the opening (RFC 8832 section 6).
    private boolean offer(DataChannel channel, int protocol, byte[] bytes) {
        if (over || channel.state == DataChannel.State.CLOSING || channel.state == DataChannel.State.CLOSED) {
            throw new IllegalStateException("expected an open channel, found it closed");
        }
        if (channel.id < 0) {
            return false;
        }
        boolean empty = bytes.length == 0;
        int kind = !empty ? protocol : protocol == Dcep.TEXT ? Dcep.EMPTY_TEXT : Dcep.EMPTY_BINARY;
        var options = channel.options();
        long now = System.nanoTime();
        var body = empty ? EMPTY : bytes;
        var message = new SctpMessage(channel.id, kind, options.ordered() || !channel.confirmed,
                options.maxRetransmits().orElse(Integer.MAX_VALUE),
                options.maxLifetime().map(life -> now + life.toNanos()).orElse(SctpMessage.NEVER), body);
        channel.buffered += body.length;
        if (association.send(message, now)) {
            return true;
        }
        channel.buffered -= body.length;
        return false;
    }

    boolean isOpen(DataChannel channel) {
        lock.lock();
        try {
            return channel.state == DataChannel.State.OPEN;
        } finally {
            lock.unlock();
        }
    }

    long bufferedAmount(DataChannel channel) {
        lock.lock();
        try {
            return channel.buffered;
        } finally {
            lock.unlock();
        }
    }

    void close(DataChannel channel) {
        locked(() -> {
            if (channel.id < 0 && unopened.remove(channel)) {
                closed(channel);
            } else if (!over) {
                startOver(channel);
            }
        });
    }

    private void startOver(DataChannel channel) {
        if (channel.state == DataChannel.State.OPENING || channel.state == DataChannel.State.OPEN) {
            channel.state = DataChannel.State.CLOSING;
            room.signalAll();
        }
        if (!channel.resetByUs && channel.state == DataChannel.State.CLOSING) {
            channel.resetByUs = true;
            association.reset(channel.id, System.nanoTime());
        }
    }

    private void closeIfDone(DataChannel channel) {
        if (channel.resetConfirmed && channel.resetByPeer) {
            byId.remove(channel.id);
            closed(channel);
        }
    }

    private void closed(DataChannel channel) {
        if (channel.state != DataChannel.State.CLOSED) {
            channel.state = DataChannel.State.CLOSED;
            channel.buffered = 0;
            tell(() -> channel.listener().onClosed());
        }
    }

    /// Aborts the association and closes all channels. Idempotent, does not wait.
    @Override
    public void close() {
        locked(() -> association.abort("closed"));
    }

    /// Puts a call of a listener in order behind the others.
    private void tell(Runnable call) {
        told.add(call);
        if (!telling) {
            telling = true;
            try {
                listeners.execute(this::tellAll);
            } catch (RejectedExecutionException e) {
                telling = false;
                told.clear();
                LOG.debug("listeners of data channels are no longer told", e);
            }
        }
    }

    private void tellAll() {
        for (var call = nextCall(); call != null; call = nextCall()) {
            try {
                call.run();
            } catch (RuntimeException e) {
                LOG.warn("a listener of a data channel failed; the channel goes on", e);
            }
        }
    }

    private @Nullable Runnable nextCall() {
        lock.lock();
        try {
            var call = told.poll();
            telling = call != null;
            return call;
        } finally {
            lock.unlock();
        }
    }

    /// What the association brings about. Always with the lock held.
    private final class Effects implements SctpAssociation.Output {
        private final DtlsEndpoint.Datagrams out;

        Effects(DtlsEndpoint.Datagrams out) {
            this.out = out;
        }

        @Override
        public void send(byte[] bytes, int offset, int length) {
            out.send(bytes, offset, length);
        }

        @Override
        public void established() {
            room.signalAll();
        }

        @Override
        public void deliver(int stream, int protocol, byte[] bytes) {
            var channel = byId.get(stream);
            if (protocol == Dcep.CONTROL) {
                control(stream, Optional.ofNullable(channel), bytes);
                association.consumed(bytes.length, System.nanoTime());
                return;
            }
            if (channel == null || channel.state == DataChannel.State.CLOSED) {
                association.consumed(bytes.length, System.nanoTime());
                return;
            }
            // A message shows as well as an ACK that the peer has the channel.
            confirm(channel);
            tell(() -> {
                try {
                    hand(channel.listener(), protocol, bytes);
                } finally {
                    locked(() -> association.consumed(bytes.length, System.nanoTime()));
                }
            });
        }

        private static void hand(DataChannel.Listener listener, int protocol, byte[] bytes) {
            switch (protocol) {
                case Dcep.TEXT -> listener.onText(new String(bytes, StandardCharsets.UTF_8));
                case Dcep.EMPTY_TEXT -> listener.onText("");
                case Dcep.BINARY -> listener.onBinary(bytes);
                case Dcep.EMPTY_BINARY -> listener.onBinary(new byte[0]);
                default -> LOG.debug("dropped a message of the unknown protocol {}", protocol);
            }
        }

        private void control(int stream, Optional<DataChannel> known, byte[] bytes) {
            if (Dcep.isAck(bytes)) {
                known.ifPresent(this::confirm);
                return;
            }
            var open = Dcep.readOpen(bytes);
            if (open.isEmpty() || known.isPresent()) {
                LOG.debug("dropped a message that opens no channel on stream {}", stream);
                return;
            }
            var channel = new DataChannel(DataChannels.this, open.get().label(), open.get().options());
            channel.id = stream;
            channel.state = DataChannel.State.OPEN;
            channel.confirmed = true;
            byId.put(stream, channel);
            if (association.send(reliable(stream, Dcep.ack()), System.nanoTime())) {
                channel.buffered++;
            }
            tell(() -> {
                onChannel.accept(channel);
                channel.listener().onOpen();
            });
        }

        private void confirm(DataChannel channel) {
            channel.confirmed = true;
            if (channel.state == DataChannel.State.OPENING) {
                channel.state = DataChannel.State.OPEN;
                tell(() -> channel.listener().onOpen());
            }
        }

        @Override
        public void released(int stream, int bytes) {
            var channel = byId.get(stream);
            if (channel != null) {
                channel.buffered = Math.max(channel.buffered - bytes, 0);
            }
            room.signalAll();
        }

        @Override
        public void peerReset(List<Integer> streams) {
            for (int stream : streams) {
                var channel = byId.get(stream);
                if (channel != null) {
                    channel.resetByPeer = true;
                    startOver(channel);
                    closeIfDone(channel);
                }
            }
        }

        @Override
        public void reset(List<Integer> streams) {
            for (int stream : streams) {
                var channel = byId.get(stream);
                if (channel != null) {
                    channel.resetConfirmed = true;
                    closeIfDone(channel);
                }
            }
        }

        @Override
        public void closed(String reason) {
            over = true;
            var all = new ArrayList<>(byId.values());
            all.addAll(unopened);
            byId.clear();
            unopened.clear();
            all.forEach(DataChannels.this::closed);
            room.signalAll();
            onClosed.accept(reason);
        }
    }
}
