package dev.parley.rtc;

import java.net.InetSocketAddress;

/// Where a connection's datagrams come from and go to: a socket of its own, or a share in one. Sending is thread-safe and
/// never waits: what the system has no room for is dropped.
sealed interface PeerPort extends AutoCloseable permits PeerSocket, SharedPort.Share {
    /// Takes a datagram, borrowed for the call, on the loop's thread.
    interface Receiver {
        void onDatagram(byte[] bytes, int length, InetSocketAddress from);
    }

    int port();

    /// Begins to receive.
    void register(IoLoop loop);

    /// Whoever looks for this connection calls it so.
    default void answersTo(String ufrag) {
        // A socket of one's own needs no name.
    }

    /// Packets from there are this connection's, as its checks have shown.
    default void belongs(InetSocketAddress remote) {
        // All of them are.
    }

    boolean send(byte[] bytes, int offset, int length, InetSocketAddress to);

    @Override
    void close();
}
