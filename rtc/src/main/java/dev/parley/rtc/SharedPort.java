package dev.parley.rtc;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// One UDP port for many connections, for servers of which a firewall shows no more than that.
///
/// Whose a packet is:
/// - a check (a STUN request) is for the connection whose name it bears, from wherever it comes;
/// - a response is for the connection that asked under its transaction id;
/// - everything else is for the connection that a signed check from that address has shown to be there. Whoever is there
///   first keeps the address until it leaves, so that nobody is robbed of packets by a peer that claims to be somewhere
///   else. Two calls from the very same address and port, such as another shared port, cannot be told apart: the second
///   one fails.
///
/// What is nobody's is dropped. Thread-safe.
final class SharedPort implements AutoCloseable {
    /// Per connection: names since its last restarts, questions under way, addresses it was seen at.
    private static final int MOST_NAMES = 4;
    static final int MOST_QUESTIONS = 256;
    static final int MOST_REMOTES = 8;
    /// The class bits of a STUN message's type, which are 0 for a request.
    private static final int CLASS = 0x0110;

    private final InetSocketAddress address;
    private final IoLoop loop;
    private final PeerSocket socket;
    private final Map<String, Share> names = new ConcurrentHashMap<>();
    private final Map<StunMessage.TransactionId, Share> questions = new ConcurrentHashMap<>();
    private final Map<InetSocketAddress, Share> remotes = new ConcurrentHashMap<>();

    /// @throws RtcException if the port is taken
    SharedPort(InetSocketAddress address, IoLoop loop) {
        this.loop = loop;
        socket = PeerSocket.open(Optional.of(address.getAddress()).filter(at -> !at.isAnyLocalAddress()),
                address.getPort(), this::onDatagram);
        this.address = new InetSocketAddress(address.getAddress(), socket.port());
        socket.register(loop);
    }

    /// The one address it is bound to, unless it is all.
    Optional<InetAddress> address() {
        return Optional.of(address.getAddress()).filter(at -> !at.isAnyLocalAddress());
    }

    int port() {
        return address.getPort();
    }

    /// The loop that all its connections belong to.
    IoLoop loop() {
        return loop;
    }

    Share share(PeerPort.Receiver receiver) {
        return new Share(receiver);
    }

    private void onDatagram(byte[] bytes, int length, InetSocketAddress from) {
        var share = (bytes[0] & 0xFF) < 4 ? ofStun(bytes, length) : Optional.ofNullable(remotes.get(from));
        share.ifPresent(one -> one.receiver.onDatagram(bytes, length, from));
    }

    private Optional<Share> ofStun(byte[] bytes, int length) {
        return StunMessage.parse(bytes, 0, length).flatMap(message -> switch (message.kind()) {
            case REQUEST, INDICATION -> message.username()
                    .map(name -> names.get(name.substring(0, Math.max(0, name.indexOf(':')))));
            case SUCCESS, ERROR -> Optional.ofNullable(questions.get(message.id()));
        });
    }

    /// The shared socket; its connections are closed first.
    @Override
    public void close() {
        socket.close();
    }

    /// One connection's part of the port.
    final class Share implements PeerPort {
        private final Receiver receiver;
        private final ReentrantLock lock = new ReentrantLock();
        /// Guarded by the lock; the oldest first.
        private final SequencedSet<String> ownNames = new LinkedHashSet<>();
        private final SequencedSet<StunMessage.TransactionId> ownQuestions = new LinkedHashSet<>();
        private final SequencedSet<InetSocketAddress> ownRemotes = new LinkedHashSet<>();
        private boolean closed;

        private Share(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public int port() {
            return SharedPort.this.port();
        }

        @Override
        public void register(IoLoop other) {
            // The port is registered already.
        }

        @Override
        public void answersTo(String ufrag) {
            keep(ufrag, names, ownNames, MOST_NAMES);
        }

        @Override
        public void belongs(InetSocketAddress remote) {
            keep(remote, remotes, ownRemotes, MOST_REMOTES);
        }

        @Override
        public boolean send(byte[] bytes, int offset, int length, InetSocketAddress to) {
            if (StunMessage.isStun(bytes, offset, length) && (Wire.u16(bytes, offset) & CLASS) == 0) {
                StunMessage.parse(bytes, offset, length)
                        .ifPresent(request -> keep(request.id(), questions, ownQuestions, MOST_QUESTIONS));
            }
            return socket.send(bytes, offset, length, to);
        }

        /// Enters something of ours, unless somebody else has it; the oldest of too many goes.
        private <T> void keep(T key, Map<T, Share> all, SequencedSet<T> own, int most) {
            lock.lock();
            try {
                if (closed || !all.computeIfAbsent(key, _ -> this).equals(this)) {
                    return;
                }
                own.addLast(key);
                if (own.size() > most) {
                    all.remove(own.removeFirst(), this);
                }
            } finally {
                lock.unlock();
            }
        }

        /// Leaves the port to the others.
        @Override
        public void close() {
            lock.lock();
            try {
                closed = true;
                ownNames.forEach(name -> names.remove(name, this));
                ownQuestions.forEach(id -> questions.remove(id, this));
                ownRemotes.forEach(remote -> remotes.remove(remote, this));
            } finally {
                lock.unlock();
            }
        }
    }
}
