package dev.parley.rtc;

import java.time.Duration;

/// One end of a DTLS 1.2 association with SRTP keys (RFC 6347, 5764, 8827). Sketch.
///
/// A virtual thread runs the handshake and ends with it; afterwards whoever brings a datagram decrypts it. In the server
/// role nothing is kept and no thread started until a client has shown by a cookie that it receives what we send.
/// Thread-safe; never blocks the thread that calls [#receive].
final class DtlsEndpoint implements AutoCloseable {
    enum Role {
        CLIENT,
        SERVER
    }

    /// Takes a datagram for the peer; the bytes are borrowed for the call.
    interface Datagrams {
        void send(byte[] bytes, int offset, int length);
    }

    /// What becomes of it. One call at a time, and in order.
    interface Listener {
        /// The handshake is done and the peer is who its fingerprint says. On the handshake's thread; nothing is
        /// received before it returns.
        void onConnected(SrtpKeys local, SrtpKeys remote);

        /// Application data, borrowed for the call: an SCTP packet. On the thread that called [DtlsEndpoint#receive].
        void onData(byte[] bytes, int offset, int length);

        /// It is over, once: by either side or by an error. `reason` fits a log.
        void onClosed(String reason);
    }

    /// Starts the handshake (client) or waits for the peer to start it (server), at most for `deadline`; then
    /// `onClosed`. Datagrams may be up to 1,200 bytes.
    static DtlsEndpoint start(Role role, DtlsIdentity identity, Fingerprint peer, Duration deadline, Datagrams out,
            Listener listener) {
        throw new UnsupportedOperationException();
    }

    /// Takes a datagram of the peer (first byte 20 to 63); copied if it has to wait. Dropped when 32 are waiting.
    void receive(byte[] bytes, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    /// Sends application data; false before the handshake is done and after the end. At most 1,150 bytes.
    boolean send(byte[] bytes, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    /// Sends close_notify. Idempotent; `onClosed` follows.
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
