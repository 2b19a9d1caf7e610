package dev.parley.rtc;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// One relay of one connection: its [TurnClient], its time and its link to the server. Thread-safe; never calls its owner
/// in its lock.
final class PeerRelay implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    /// The connection.
    interface Owner {
        void onRelayed(int via, InetSocketAddress address, InetSocketAddress mapped);

        void onRelayGone(int via, String why);

        /// A peer's packet came, borrowed for the call, on the loop's thread.
        void onRelayedDatagram(int via, byte[] bytes, int length, InetSocketAddress from);
    }

    private final int via;
    private final IoLoop loop;
    private final Owner owner;
    private final TurnLink link;
    private final Alarm alarm = new Alarm(this::onAlarm);
    private final ReentrantLock lock = new ReentrantLock();
    /// Guarded by the lock.
    private final TurnClient client;
    private boolean closed;

    /// @param via its number in the connection, from 1
    /// @throws RtcException if there is no free port
    PeerRelay(int via, TurnServer server, Optional<InetAddress> bind, IoLoop loop, Owner owner) {
        this.via = via;
        this.loop = loop;
        this.owner = owner;
        var stream = server.transport() != TurnServer.Transport.UDP;
        client = new TurnClient(server.username(), server.password(), stream, RANDOM);
        var receiver = new TurnLink.Receiver() {
            @Override
            public void onMessage(byte[] bytes, int length) {
                PeerRelay.this.onMessage(bytes, length);
            }

            @Override
            public void onLost(String why) {
                report(locked(() -> client.fail(why)));
            }
        };
        link = stream
                ? TurnStream.open(server, bind, loop, receiver)
                : TurnDatagrams.open(server.address(), bind, loop, receiver);
    }

    void start() {
        report(locked(() -> client.start(loop.now())));
    }

    /// Sends a packet to a peer, unless there is no relay or no room.
    boolean send(byte[] bytes, int offset, int length, InetSocketAddress to) {
        lock.lock();
        try {
            var packet = client.wrap(bytes, offset, length, to, loop.now());
            // Sending asks for permission at most, which is nothing to report.
            perform();
            return packet.isPresent() && send(packet.get());
        } finally {
            lock.unlock();
        }
    }

    /// Settles on a peer.
    void bind(InetSocketAddress peer) {
        locked(() -> client.bind(peer, loop.now()));
    }

    private void onMessage(byte[] bytes, int length) {
        Optional<TurnClient.Payload> payload;
        List<TurnEffect> news;
        lock.lock();
        try {
            payload = client.receive(bytes, 0, length, loop.now());
            news = perform();
        } finally {
            lock.unlock();
        }
        report(news);
        payload.ifPresent(packet -> {
            var data = packet.data();
            var size = data.remaining();
            System.arraycopy(data.array(), data.arrayOffset() + data.position(), bytes, 0, size);
            if (size > 0) {
                owner.onRelayedDatagram(via, bytes, size, packet.from());
            }
        });
    }

    private void onAlarm() {
        report(locked(() -> client.tick(loop.now())));
    }

    private List<TurnEffect> locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            return perform();
        } finally {
            lock.unlock();
        }
    }

    /// Does what the client wants, in the lock; what is left is for the owner.
    private List<TurnEffect> perform() {
        List<TurnEffect> news = new ArrayList<>();
        for (var effect = client.poll(); effect.isPresent(); effect = client.poll()) {
            switch (effect.get()) {
                case TurnEffect.Transmit(var packet) -> send(packet);
                case TurnEffect.Allocated allocated -> news.add(allocated);
                case TurnEffect.Failed failed -> news.add(failed);
            }
        }
        if (!closed) {
            loop.wake(alarm, client.nextTimeout());
        }
        return news;
    }

    private boolean send(ByteBuffer packet) {
        return link.send(packet.array(), packet.arrayOffset() + packet.position(), packet.remaining());
    }

    private void report(List<TurnEffect> news) {
        for (var one : news) {
            switch (one) {
                case TurnEffect.Allocated(var address, var mapped) -> owner.onRelayed(via, address, mapped);
                case TurnEffect.Failed(var why) -> owner.onRelayGone(via, why);
                case TurnEffect.Transmit _ -> throw new IllegalStateException("a packet was not sent");
            }
        }
    }

    /// Gives the relay up. Idempotent; does not wait.
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            client.close(loop.now());
            perform();
        } finally {
            lock.unlock();
        }
        loop.forget(alarm);
        link.close();
    }
}
