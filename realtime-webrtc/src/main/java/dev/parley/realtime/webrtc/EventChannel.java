package dev.parley.realtime.webrtc;

import dev.parley.realtime.Close;
import dev.parley.realtime.Transport;
import dev.parley.rtc.DataChannel;
import dev.parley.rtc.PeerConnection;
import dev.parley.rtc.PeerListener;
import dev.parley.rtc.PeerState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The data channel of a peer connection as what carries a session's events (protocol section 1.7).
///
/// It is the connection's listener from before there is a connection, so that nothing is missed. A session that is not read
/// holds up the channel's listener, and SCTP the service. Thread-safe.
final class EventChannel implements Transport, PeerListener {
    /// What the service's documentation calls it.
    static final String LABEL = "oai-events";

    /// Messages between the connection and the session, which has a queue of its own.
    private static final int CAPACITY = 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<String> arrived = new ArrayDeque<>(CAPACITY);
    private final Follower follower;
    private final Runnable onEnd;
    /// Whether this side has begun to close it.
    private volatile boolean leaving;
    private @Nullable PeerConnection peer;
    private @Nullable DataChannel channel;
    private boolean open;
    private @Nullable Close end;

    /// Whether the session goes on when this is over.
    enum Follower {
        /** It does not: a connection that is interrupted is given the time to come back. */
        NONE,
        /**
         * It goes on over another connection: one that is interrupted counts as lost, and so does one that the service ends,
         * for a data channel has no close code that would say that there is no sense in another.
         */
        ANOTHER
    }

    /// @param onEnd told once it is over
    EventChannel(Follower follower, Runnable onEnd) {
        this.follower = follower;
        this.onEnd = onEnd;
    }

    /// Opens the connection that it belongs to, with a data channel in its offer.
    PeerConnection open(PeerConnection.Builder builder) {
        var opened = builder.dataChannel(LABEL).listener(this).open();
        lock.lock();
        try {
            peer = opened;
        } finally {
            lock.unlock();
        }
        return opened;
    }

    /// Waits at most `nanos` for the far side to take the channel.
    ///
    /// @return whether it did
    boolean awaitOpen(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (long left = nanos; !open && end == null && left > 0;) {
                left = changed.awaitNanos(left);
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    // The connection's side

    @Override
    public void onState(PeerState state, String reason) {
        if (state == PeerState.FAILED || (state == PeerState.DISCONNECTED && follower == Follower.ANOTHER)) {
            end(new Close(Close.ABNORMAL, "connection lost: " + reason));
        } else if (state == PeerState.CLOSED) {
            endedThere(reason);
        }
    }

    /// In good order, or so it seems.
    private void endedThere(String reason) {
        end(new Close(follower == Follower.ANOTHER && !leaving ? Close.ABNORMAL : Close.NO_CODE, reason));
    }

    @Override
    public void onDataChannel(DataChannel opened) {
        if (!opened.label().equals(LABEL)) {
            // The far side's own; nothing is known of such.
            return;
        }
        lock.lock();
        try {
            channel = opened;
        } finally {
            lock.unlock();
        }
        opened.listener(new Events());
    }

    private final class Events implements DataChannel.Listener {
        @Override
        public void onOpen() {
            lock.lock();
            try {
                open = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void onText(String text) {
            lock.lock();
            try {
                while (arrived.size() >= CAPACITY && end == null) {
                    changed.await();
                }
                if (end == null) {
                    arrived.add(text);
                    changed.signalAll();
                }
            } catch (InterruptedException _) {
                // The engine is closing, and the connection with it.
                Thread.currentThread().interrupt();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void onClosed() {
            // Of a connection that failed, the state tells more.
            if (peer().map(PeerConnection::state).orElse(PeerState.CLOSED) != PeerState.FAILED) {
                endedThere("the service closed the data channel");
            }
        }
    }

    /// Takes note of the end; the first word counts.
    private void end(Close how) {
        lock.lock();
        try {
            if (end != null) {
                return;
            }
            end = how;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        onEnd.run();
    }

    private Optional<PeerConnection> peer() {
        lock.lock();
        try {
            return Optional.ofNullable(peer);
        } finally {
            lock.unlock();
        }
    }

    private Optional<DataChannel> channel() {
        lock.lock();
        try {
            return Optional.ofNullable(channel);
        } finally {
            lock.unlock();
        }
    }

    // The session's side

    @Override
    public int maxMessageBytes() {
        return channel().orElseThrow().maxMessageSize();
    }

    @Override
    public Optional<String> receive(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (long left = patience.toNanos(); arrived.isEmpty() && end == null && left > 0;) {
                left = changed.awaitNanos(left);
            }
            var message = Optional.ofNullable(arrived.poll());
            changed.signalAll();
            return message;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void send(String message) throws IOException, InterruptedException {
        try {
            channel().orElseThrow().send(message);
        } catch (IllegalStateException e) {
            throw new IOException("the data channel is closed", e);
        }
    }

    @Override
    public Optional<Close> closed() {
        lock.lock();
        try {
            return arrived.isEmpty() ? Optional.ofNullable(end) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        leaving = true;
        channel().ifPresent(DataChannel::close);
    }

    @Override
    public void abort() {
        lock.lock();
        try {
            arrived.clear();
        } finally {
            lock.unlock();
        }
        end(new Close(Close.ABNORMAL, "let go of"));
        peer().ifPresent(PeerConnection::close);
    }
}
