package dev.parley.rtc;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSRequest;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DTLSVerifier;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsTimeoutException;
import org.jspecify.annotations.Nullable;

/// One end of a DTLS 1.2 association with SRTP keys (RFC 6347, 5764, 8827).
///
/// A virtual thread runs the handshake, as Bouncy Castle blocks in it, and ends with it; afterwards whoever brings a
/// datagram decrypts it. In the server role nothing is kept of a client that has not shown by a cookie that it receives
/// what we send; only a ClientHello so large that it comes in fragments goes without, as no cookie covers those: the engine
/// hands in datagrams of addresses that ICE has checked, and there is one handshake an endpoint.
///
/// Thread-safe; never blocks the thread that calls [#receive].
final class DtlsEndpoint implements AutoCloseable {
    /// Bytes of a datagram that passes every path.
    static final int MTU = 1_200;
    /// Bytes of application data in one datagram: the record's header, nonce and tag take the rest.
    static final int MAX_DATA = MTU - 13 - 8 - 16;

    private static final int LONGEST_DATAGRAM = 1_500;
    private static final int MOST_WAITING = 32;
    private static final byte[] NO_CLIENT_ID = {};

    /// Who speaks first.
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

    private enum State {
        /** For a client's cookie. */
        WAITING,
        SHAKING,
        CONNECTED
    }

    private static final class NothingMore extends InterruptedIOException {
        private static final long serialVersionUID = 1;

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }

    private final Role role;
    private final Datagrams out;
    private final Listener listener;
    private final Duration deadline;
    private final DtlsTerms terms;
    private final DTLSVerifier verifier;
    private final Transport transport = new Transport();
    /// Says that there is no further datagram, without a trace or a wait.
    private final InterruptedIOException nothingMore = new NothingMore();

    /// How a server begins: with a client's cookie, or without.
    private final BlockingQueue<Optional<DTLSRequest>> beginning = new ArrayBlockingQueue<>(1);
    private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicBoolean over = new AtomicBoolean();

    /// Held by whoever feeds Bouncy Castle; guards what follows.
    private final ReentrantLock receiving = new ReentrantLock();
    private final byte[] data = new byte[LONGEST_DATAGRAM];
    private State state;
    private boolean proven;
    private byte @Nullable [] datagram;
    private int datagramOffset;
    private int datagramLength;

    private volatile boolean shut;
    private volatile @Nullable DTLSTransport dtls;
    private volatile @Nullable Thread handshake;

    private DtlsEndpoint(Role role, DtlsIdentity identity, Fingerprint peer, Duration deadline,
            List<SrtpProfile> profiles, Datagrams out, Listener listener) {
        this.role = role;
        this.deadline = deadline;
        this.out = out;
        this.listener = listener;
        this.state = role == Role.CLIENT ? State.SHAKING : State.WAITING;
        this.terms = new DtlsTerms(identity, peer, profiles, Math.toIntExact(deadline.toMillis()));
        this.verifier = new DTLSVerifier(identity.crypto());
    }

    /// Starts the handshake (client) or waits for the peer to start it (server), at most for `deadline` each; then
    /// `onClosed`. Datagrams may be up to 1,200 bytes.
    static DtlsEndpoint start(Role role, DtlsIdentity identity, Fingerprint peer, Duration deadline, Datagrams out,
            Listener listener) {
        // Counter mode first: it costs our provider less than GCM, and no garbage.
        return start(role, identity, peer, deadline,
                List.of(SrtpProfile.AES128_CM_SHA1_80, SrtpProfile.AEAD_AES_128_GCM), out, listener);
    }

    static DtlsEndpoint start(Role role, DtlsIdentity identity, Fingerprint peer, Duration deadline,
            List<SrtpProfile> profiles, Datagrams out, Listener listener) {
        var endpoint = new DtlsEndpoint(role, identity, peer, deadline, profiles, out, listener);
        endpoint.handshake = Thread.ofVirtual().name("dtls-handshake").start(endpoint::shakeHands);
        return endpoint;
    }

    /// Takes a datagram of the peer (first byte 20 to 63); copied if it has to wait. Dropped when 32 are waiting.
    void receive(byte[] bytes, int offset, int length) {
        if (over.get() || length > LONGEST_DATAGRAM || !DtlsRecords.areWellFormed(bytes, offset, length)) {
            return;
        }
        receiving.lock();
        try {
            switch (state) {
                case WAITING -> verify(bytes, offset, length);
                case SHAKING -> shake(bytes, offset, length);
                case CONNECTED -> decrypt(bytes, offset, length);
            }
        } finally {
            receiving.unlock();
        }
    }

    private void verify(byte[] bytes, int offset, int length) {
        if (DtlsRecords.isFragmentOfClientHello(bytes, offset, length)) {
            waiting.offer(Arrays.copyOfRange(bytes, offset, offset + length));
            begin(Optional.empty());
            return;
        }
        var request = verifier.verifyRequest(NO_CLIENT_ID, bytes, offset, length, transport);
        if (request != null) {
            begin(Optional.of(request));
        }
    }

    /// A server's Bouncy Castle changes the cipher whenever it is told to, and from then on drops the proof of the client's
    /// key, should that have been lost and be sent again. Until it was there, the change counts as lost, too.
    private void shake(byte[] bytes, int offset, int length) {
        proven |= role == Role.CLIENT || DtlsRecords.haveProof(bytes, offset, length);
        int taken = proven ? length : DtlsRecords.beforeChange(bytes, offset, length);
        if (taken > 0) {
            waiting.offer(Arrays.copyOfRange(bytes, offset, offset + taken));
        }
    }

    private void begin(Optional<DTLSRequest> request) {
        state = State.SHAKING;
        beginning.add(request);
    }

    private void shakeHands() {
        try {
            connected(role == Role.CLIENT
                    ? new DTLSClientProtocol().connect(new DtlsClient(terms), transport)
                    : accept());
        } catch (TlsTimeoutException _) {
            end(timedOut());
        } catch (TlsFatalAlertReceived e) {
            end("the peer ended the handshake with the alert " + AlertDescription.getText(e.getAlertDescription()));
        } catch (TlsFatalAlert e) {
            end(terms.complaint().isEmpty()
                    ? "the handshake failed with our alert "
                            + AlertDescription.getText(e.getAlertDescription())
                    : terms.complaint());
        } catch (InterruptedException | IOException e) {
            end("the handshake was cut off: " + e.getMessage());
        } catch (RuntimeException e) {
            end("the handshake failed: " + e);
        }
    }

    private DTLSTransport accept() throws InterruptedException, IOException {
        var request = beginning.poll(deadline.toMillis(), TimeUnit.MILLISECONDS);
        if (request == null) {
            throw new TlsTimeoutException("no ClientHello");
        }
        var protocol = new DTLSServerProtocol();
        if (request.isPresent()) {
            return protocol.accept(new DtlsServer(terms), transport, request.get());
        }
        protocol.setVerifyRequests(false);
        return protocol.accept(new DtlsServer(terms), transport);
    }

    private String timedOut() {
        return "expected the handshake to be done within " + deadline.toMillis() + " ms, found it unfinished";
    }

    private void connected(DTLSTransport connection) {
        dtls = connection;
        boolean client = role == Role.CLIENT;
        listener.onConnected(client ? terms.clientKeys() : terms.serverKeys(),
                client ? terms.serverKeys() : terms.clientKeys());
        receiving.lock();
        try {
            handshake = null;
            for (var early = waiting.poll(); early != null; early = waiting.poll()) {
                decrypt(early, 0, early.length);
            }
            state = State.CONNECTED;
        } finally {
            receiving.unlock();
        }
        if (over.get()) {
            // Closed while the last flight was under way.
            closeQuietly(connection);
        }
    }

    /// Lets Bouncy Castle take the datagram from [Transport#receive], and all records in it. One that is not authentic
    /// gives -1, one without application data makes it ask for more than there is.
    private void decrypt(byte[] bytes, int offset, int length) {
        var connection = dtls;
        if (connection == null || over.get()) {
            return;
        }
        datagram = bytes;
        datagramOffset = offset;
        datagramLength = length;
        try {
            while (true) {
                boolean more = datagram != null;
                int received = more
                        ? connection.receive(data, 0, data.length, 1)
                        : connection.receivePending(data, 0, data.length);
                if (received >= 0) {
                    listener.onData(data, 0, received);
                } else if (!more) {
                    break;
                }
            }
        } catch (InterruptedIOException _) {
            // Nothing more in this datagram.
        } catch (IOException e) {
            end("the connection failed: " + e.getMessage());
        } finally {
            datagram = null;
        }
        if (shut) {
            end("the peer closed the connection");
        }
    }

    /// Sends application data; false before the handshake is done and after the end. At most [#MAX_DATA] bytes.
    boolean send(byte[] bytes, int offset, int length) {
        var connection = dtls;
        if (connection == null || over.get()) {
            return false;
        }
        try {
            connection.send(bytes, offset, length);
            return true;
        } catch (IOException e) {
            end("the connection failed: " + e.getMessage());
            return false;
        }
    }

    /// Sends close_notify. Idempotent; `onClosed` follows.
    @Override
    public void close() {
        if (!end("closed")) {
            return;
        }
        var connection = dtls;
        var thread = handshake;
        if (connection != null) {
            closeQuietly(connection);
        } else if (thread != null) {
            // Bouncy Castle sends the alert when it finds the interruption.
            thread.interrupt();
        }
    }

    private static void closeQuietly(DTLSTransport connection) {
        try {
            connection.close();
        } catch (IOException _) {
            // The peer will notice by consent or by silence.
        }
    }

    private boolean end(String reason) {
        boolean first = over.compareAndSet(false, true);
        if (first) {
            waiting.clear();
            listener.onClosed(reason);
        }
        return first;
    }

    /// What Bouncy Castle has for a socket.
    private final class Transport implements DatagramTransport {
        @Override
        public int getReceiveLimit() {
            return LONGEST_DATAGRAM;
        }

        @Override
        public int getSendLimit() {
            return MTU;
        }

        @Override
        public void send(byte[] bytes, int offset, int length) {
            out.send(bytes, offset, length);
        }

        @Override
        public int receive(byte[] into, int offset, int length, int waitMillis) throws IOException {
            if (dtls == null) {
                return await(into, offset, length, waitMillis);
            }
            var now = datagram;
            if (now == null) {
                throw nothingMore;
            }
            datagram = null;
            int copied = Math.min(length, datagramLength);
            System.arraycopy(now, datagramOffset, into, offset, copied);
            return copied;
        }

        private int await(byte[] into, int offset, int length, int waitMillis) throws IOException {
            try {
                // Bouncy Castle means no limit by zero; there is one.
                long limit = waitMillis == 0 ? deadline.toMillis() : waitMillis;
                var next = waiting.poll(limit, TimeUnit.MILLISECONDS);
                if (next == null) {
                    return -1;
                }
                int copied = Math.min(length, next.length);
                System.arraycopy(next, 0, into, offset, copied);
                return copied;
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("closed");
            }
        }

        /// The peer said goodbye, or Bouncy Castle gave up and will say why.
        @Override
        public void close() {
            shut = true;
        }
    }
}
