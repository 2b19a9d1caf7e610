package dev.parley.rtc;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// An SCTP association as data channels need it (RFC 9260, with RFC 3758 and RFC 6525), as a pure machine: packets, wishes
/// and the time in, packets and messages out. It reads no clock; whoever owns it calls [#tick] at [#nextTimeout].
///
/// Both peers may start at once. There is one path, so no address is ever sent or heeded, and no restart: a peer that lost
/// its memory comes with a new DTLS connection, and with it a new association. Times are nanoseconds of any clock that never
/// goes back. Not thread-safe: one owner, or a lock.
final class SctpAssociation {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long MILLI = 1_000_000;
    private static final long DELAYED_ANSWER = 20 * MILLI;
    private static final long FIRST_WAIT = 500 * MILLI;
    private static final long LONGEST_WAIT = 4_000 * MILLI;
    private static final long HEARTBEAT_EVERY = 15_000 * MILLI;
    /// Tries to open, and timeouts without any answer, until the peer is taken for gone (RFC 9260 section 16).
    private static final int MOST_TRIES = 8;
    /// Max.Burst.
    private static final int MOST_AT_ONCE = 4;
    private static final int USER_ABORT = 12;
    private static final int PROTOCOL_VIOLATION = 13;
    /// An ABORT or SHUTDOWN COMPLETE with the sender's tag, as the other's is not known.
    private static final int REFLECTED = 1;

    /// What comes out. Packets are borrowed for the call; messages are the taker's, who says when they are [#consumed].
    interface Output extends DtlsEndpoint.Datagrams {
        /// Messages can be sent.
        void established();

        /// A message, in the order of its stream.
        void deliver(int stream, int protocol, byte[] bytes);

        /// Bytes of a stream's messages were acknowledged or given up.
        void released(int stream, int bytes);

        /// The peer starts these of its streams over.
        void peerReset(List<Integer> streams);

        /// The peer knows that we start these of ours over.
        void reset(List<Integer> streams);

        /// It is over, once.
        void closed(String reason);
    }

    private enum State {
        CLOSED, COOKIE_WAIT, COOKIE_ECHOED, ESTABLISHED, SHUTDOWN_PENDING, SHUTDOWN_SENT, SHUTDOWN_RECEIVED,
        SHUTDOWN_ACK_SENT, OVER
    }

    private final Output output;
    private final RandomGenerator random;
    private final SctpWriter packet;
    private final int localPort;
    private final int remotePort;
    private final byte[] secret = new byte[32];
    private final SctpRto rto = new SctpRto();

    private State state = State.CLOSED;
    private int localTag;
    private int localTsn;
    private int peerTag;
    private byte @Nullable [] cookie;
    private final SctpOutbound outbound;
    private @Nullable SctpInbound inbound;
    private @Nullable SctpResets resets;

    /// Tries of the handshake, or timeouts since anything was acknowledged.
    private int tries;
    private long handshakeWait = FIRST_WAIT;
    private long handshakeTimeout = NEVER;
    private long answerTimeout = NEVER;
    private long heartbeatTimeout = NEVER;
    private long heartbeat;
    private boolean heartbeatSent;

    /// @param random for tags and cookies, which must not be guessed
    SctpAssociation(int localPort, int remotePort, RandomGenerator random, Output output) {
        this.localPort = localPort;
        this.remotePort = remotePort;
        this.random = random;
        this.output = output;
        this.packet = new SctpWriter(localPort, remotePort);
        random.nextBytes(secret);
        localTag = tag();
        localTsn = random.nextInt();
        outbound = new SctpOutbound(localTsn, rto, output::released);
    }

    private int tag() {
        int tag;
        do {
            tag = random.nextInt();
        } while (tag == 0);
        return tag;
    }

    /// Asks the peer for an association.
    void connect(long now) {
        if (state == State.CLOSED) {
            state = State.COOKIE_WAIT;
            sendInit(Sctp.INIT, 0, localTag, localTsn, new byte[0]);
            startHandshakeTimer(now);
        }
    }

    private void startHandshakeTimer(long now) {
        tries = 0;
        handshakeWait = FIRST_WAIT;
        handshakeTimeout = now + handshakeWait;
    }

    boolean isEstablished() {
        return state.compareTo(State.ESTABLISHED) >= 0 && state != State.OVER;
    }

    boolean isOver() {
        return state == State.OVER;
    }

    /// Takes a message; false if the buffer is full or the association shuts down. Before it is established messages wait.
    boolean send(SctpMessage message, long now) {
        if (state.compareTo(State.ESTABLISHED) > 0 || !outbound.offer(message)) {
            return false;
        }
        flush(now);
        return true;
    }

    /// Starts one of our streams over once all that was sent on it has arrived.
    void reset(int stream, long now) {
        if (resets != null && state != State.OVER) {
            resets.reset(stream);
            flush(now);
        }
    }

    /// A delivered message of `length` bytes has been dealt with: the peer may send as much again.
    void consumed(int length, long now) {
        if (inbound != null && state != State.OVER) {
            inbound.consumed(length);
            flush(now);
        }
    }

    /// Bytes that wait or are not acknowledged.
    long buffered() {
        return outbound.buffered();
    }

    /// Bytes received that are not consumed.
    long received() {
        return inbound == null ? 0 : inbound.buffered();
    }

    /// Chunks in flight or lost.
    int outstanding() {
        return outbound.outstanding();
    }

    /// Ends the association once all is delivered (RFC 9260 section 9.2).
    void shutdown(long now) {
        if (state == State.ESTABLISHED) {
            state = State.SHUTDOWN_PENDING;
            flush(now);
        } else if (state.compareTo(State.ESTABLISHED) < 0) {
            end("closed before it was open");
        }
    }

    /// Ends the association at once.
    void abort(String reason) {
        if (state != State.OVER) {
            if (peerTag != 0) {
                sendAbort(USER_ABORT);
            }
            end(reason);
        }
    }

    private void violated(String reason) {
        sendAbort(PROTOCOL_VIOLATION);
        end(reason);
    }

    private void sendAbort(int cause) {
        packet.start(peerTag);
        if (packet.begin(Sctp.ABORT, 0, 4)) {
            packet.u16(cause).u16(4).end();
        }
        packet.sendTo(output);
    }

    private void end(String reason) {
        if (state != State.OVER) {
            state = State.OVER;
            handshakeTimeout = NEVER;
            answerTimeout = NEVER;
            heartbeatTimeout = NEVER;
            output.closed(reason);
        }
    }

    /// When [#tick] is wanted, or `Long.MAX_VALUE`.
    long nextTimeout() {
        if (state == State.OVER) {
            return NEVER;
        }
        long next = Math.min(Math.min(handshakeTimeout, answerTimeout), heartbeatTimeout);
        if (isEstablished() && resets != null) {
            next = Math.min(next, Math.min(outbound.timeout(), resets.timeout()));
        }
        return next;
    }

    /// Does what is due.
    void tick(long now) {
        if (state == State.OVER) {
            return;
        }
        if (now >= handshakeTimeout) {
            retryHandshake(now);
        }
        if (isEstablished() && resets != null) {
            tickEstablished(resets, now);
        }
        flush(now);
    }

    private void retryHandshake(long now) {
        if (++tries > MOST_TRIES) {
            end("expected the peer to answer, found no answer to " + MOST_TRIES + " tries");
            return;
        }
        handshakeWait = Math.min(2 * handshakeWait, LONGEST_WAIT);
        handshakeTimeout = now + handshakeWait;
        switch (state) {
            case COOKIE_WAIT -> sendInit(Sctp.INIT, 0, localTag, localTsn, new byte[0]);
            case COOKIE_ECHOED -> sendCookie();
            case SHUTDOWN_SENT -> sendShutdown();
            case SHUTDOWN_ACK_SENT -> send(Sctp.SHUTDOWN_ACK, 0, peerTag);
            case CLOSED, ESTABLISHED, SHUTDOWN_PENDING, SHUTDOWN_RECEIVED, OVER -> handshakeTimeout = NEVER;
        }
    }

    private void tickEstablished(SctpResets resets, long now) {
        if (now >= outbound.timeout()) {
            outbound.timedOut(now);
            missed();
        }
        if (now >= resets.timeout()) {
            resets.timedOut();
            missed();
        }
        if (now >= heartbeatTimeout) {
            if (heartbeatSent) {
                missed();
            }
            sendHeartbeat(now);
        }
    }

    private void missed() {
        if (++tries > MOST_TRIES) {
            end("expected the peer to answer, found it silent");
        }
    }

    private void sendHeartbeat(long now) {
        if (state == State.OVER) {
            return;
        }
        heartbeat = random.nextLong();
        heartbeatSent = true;
        packet.start(peerTag);
        if (packet.begin(Sctp.HEARTBEAT, 0, 12)) {
            packet.u16(1).u16(12).i32((int) (heartbeat >> 32)).i32((int) heartbeat).end();
        }
        packet.sendTo(output);
        heartbeatTimeout = now + (tries > 0 ? rto.rto() : HEARTBEAT_EVERY);
    }

    /// Takes a packet, borrowed for the call. What is damaged, not for us or without the right tag is dropped.
    void receive(byte[] bytes, int offset, int length, long now) {
        if (state == State.OVER || !Sctp.isIntact(bytes, offset, length) || Wire.u16(bytes, offset) != remotePort
                || Wire.u16(bytes, offset + 2) != localPort) {
            return;
        }
        int tag = Wire.i32(bytes, offset + 4);
        boolean data = false;
        int end = offset + length;
        for (int at = offset + Sctp.HEADER; at < end && state != State.OVER;) {
            int type = Wire.u8(bytes, at);
            int flags = Wire.u8(bytes, at + 1);
            int size = Wire.u16(bytes, at + 2);
            boolean alone = at == offset + Sctp.HEADER && at + Sctp.filled(size) >= end;
            if (!isTagged(type, flags, tag, alone)) {
                return;
            }
            data |= type == Sctp.DATA;
            if (!receiveChunk(type, flags, bytes, at + Sctp.CHUNK_HEADER, size - Sctp.CHUNK_HEADER, now)) {
                break;
            }
            at += Sctp.filled(size);
        }
        if (data && inbound != null) {
            inbound.packetEnded();
        }
        flush(now);
    }

    /// The rules of RFC 9260 section 8.5: who does not know our tag has not been in touch with us.
    private boolean isTagged(int type, int flags, int tag, boolean alone) {
        boolean reflected = (flags & REFLECTED) != 0;
        return switch (type) {
            case Sctp.INIT -> tag == 0 && alone;
            case Sctp.ABORT, Sctp.SHUTDOWN_COMPLETE -> reflected ? peerTag != 0 && tag == peerTag : tag == localTag;
            // Who answers without memory has its tag in the cookie, which is signed.
            case Sctp.COOKIE_ECHO -> state == State.CLOSED || tag == localTag;
            default -> tag == localTag;
        };
    }

    /// Whether the rest of the packet is to be read.
    private boolean receiveChunk(int type, int flags, byte[] bytes, int at, int length, long now) {
        switch (type) {
            case Sctp.INIT -> onInit(bytes, at, length, now);
            case Sctp.INIT_ACK -> onInitAck(bytes, at, length, now);
            case Sctp.COOKIE_ECHO -> {
                return onCookieEcho(bytes, at, length, now);
            }
            case Sctp.COOKIE_ACK -> onCookieAck(now);
            case Sctp.DATA -> onData(flags, bytes, at, length);
            case Sctp.SACK -> onSack(bytes, at, length, now);
            case Sctp.FORWARD_TSN -> onForward(bytes, at, length);
            case Sctp.RE_CONFIG -> onReconfig(bytes, at, length);
            case Sctp.HEARTBEAT -> onHeartbeat(bytes, at, length);
            case Sctp.HEARTBEAT_ACK -> onHeartbeatAck(bytes, at, length, now);
            case Sctp.ABORT -> end("the peer aborted the association");
            case Sctp.SHUTDOWN -> onShutdown(bytes, at, length, now);
            case Sctp.SHUTDOWN_ACK -> onShutdownAck();
            case Sctp.SHUTDOWN_COMPLETE -> {
                if (state == State.SHUTDOWN_ACK_SENT) {
                    end("closed by the peer");
                }
            }
            case Sctp.ERROR -> {
                // Its causes have no cure; a stale cookie is asked for again by the timer.
            }
            default -> {
                // The upper bit of an unknown type says whether to go on (RFC 9260 section 3.2).
                return (type & 0x80) != 0;
            }
        }
        return state != State.OVER;
    }

    /// Answers without remembering anything; all of it is in the cookie. Before the association is open it is ours whose
    /// tag and TSN are offered, so that two that start at once end up with one association (section 5.2.1).
    private void onInit(byte[] bytes, int at, int length, long now) {
        if (length < 16 || state.compareTo(State.ESTABLISHED) >= 0) {
            return;
        }
        int initiator = Wire.i32(bytes, at);
        if (initiator == 0 || Wire.u16(bytes, at + 8) == 0 || Wire.u16(bytes, at + 10) == 0) {
            return;
        }
        boolean ours = state != State.CLOSED;
        var offer = new SctpCookie(ours ? localTag : tag(), initiator, ours ? localTsn : random.nextInt(),
                Wire.i32(bytes, at + 12), Wire.i32(bytes, at + 4), Wire.u16(bytes, at + 10),
                parameter(Sctp.FORWARD_TSN_SUPPORTED, bytes, at + 16, at + length) >= 0, now);
        sendInit(Sctp.INIT_ACK, initiator, offer.localTag(), offer.localTsn(), offer.sign(secret));
    }

    private void onInitAck(byte[] bytes, int at, int length, long now) {
        if (state != State.COOKIE_WAIT || length < 16) {
            return;
        }
        int end = at + length;
        int found = parameter(Sctp.STATE_COOKIE, bytes, at + 16, end);
        if (found < 0 || Wire.i32(bytes, at) == 0 || Wire.u16(bytes, at + 8) == 0 || Wire.u16(bytes, at + 10) == 0) {
            return;
        }
        int size = Wire.u16(bytes, found + 2) - 4;
        if (size > Sctp.PACKET - Sctp.HEADER - Sctp.CHUNK_HEADER) {
            return;
        }
        peerTag = Wire.i32(bytes, at);
        cookie = new byte[size];
        System.arraycopy(bytes, found + 4, cookie, 0, size);
        begin(Wire.i32(bytes, at + 12), Wire.i32(bytes, at + 4),
                parameter(Sctp.FORWARD_TSN_SUPPORTED, bytes, at + 16, end) >= 0);
        state = State.COOKIE_ECHOED;
        sendCookie();
        startHandshakeTimer(now);
    }

    /// Where a parameter of this type begins, or -1.
    private static int parameter(int type, byte[] bytes, int from, int end) {
        for (int at = from; end - at >= 4;) {
            int size = Wire.u16(bytes, at + 2);
            if (size < 4 || size > end - at) {
                return -1;
            }
            if (Wire.u16(bytes, at) == type) {
                return at;
            }
            at += Sctp.filled(size);
        }
        return -1;
    }

    private void begin(int peerTsn, int window, boolean abandons) {
        var receiving = new SctpInbound(peerTsn, output::deliver);
        inbound = receiving;
        outbound.peer(window, abandons);
        resets = new SctpResets(localTsn, peerTsn, outbound, receiving, rto, output::peerReset, output::reset);
    }

    /// The table of RFC 9260 section 5.2.4, less what only a restart needs.
    private boolean onCookieEcho(byte[] bytes, int at, int length, long now) {
        var opened = SctpCookie.open(bytes, at, length, secret);
        if (opened.isEmpty()) {
            return false;
        }
        var found = opened.get();
        if (isEstablished()) {
            if (found.localTag() != localTag || found.peerTag() != peerTag) {
                return false;
            }
            send(Sctp.COOKIE_ACK, 0, peerTag);
            return true;
        }
        if (found.isStale(now)) {
            return false;
        }
        if (state == State.CLOSED) {
            adopt(found);
        } else if (found.localTag() != localTag) {
            return false;
        } else if (found.peerTag() != peerTag || inbound == null) {
            peerTag = found.peerTag();
            begin(found.peerTsn(), found.window(), found.abandons());
        }
        send(Sctp.COOKIE_ACK, 0, peerTag);
        establish(now);
        return true;
    }

    private void adopt(SctpCookie found) {
        localTag = found.localTag();
        localTsn = found.localTsn();
        peerTag = found.peerTag();
        outbound.start(localTsn);
        begin(found.peerTsn(), found.window(), found.abandons());
    }

    private void onCookieAck(long now) {
        if (state == State.COOKIE_ECHOED) {
            establish(now);
        }
    }

    private void establish(long now) {
        state = State.ESTABLISHED;
        cookie = null;
        tries = 0;
        handshakeTimeout = NEVER;
        heartbeatTimeout = now + HEARTBEAT_EVERY;
        output.established();
    }

    private void onData(int flags, byte[] bytes, int at, int length) {
        boolean open = isEstablished() && state != State.SHUTDOWN_RECEIVED && state != State.SHUTDOWN_ACK_SENT;
        if (inbound != null && open && !inbound.data(flags, bytes, at, length)) {
            violated("expected DATA as the standard has it, found a contradiction");
        }
    }

    private void onSack(byte[] bytes, int at, int length, long now) {
        if (!isEstablished()) {
            return;
        }
        if (!outbound.acknowledge(bytes, at, length, now)) {
            violated("expected acknowledgements of what was sent, found others");
            return;
        }
        tries = 0;
    }

    private void onForward(byte[] bytes, int at, int length) {
        if (inbound != null && isEstablished() && !inbound.forward(bytes, at, length)) {
            violated("expected a FORWARD-TSN near what was received, found another");
        }
    }

    private void onReconfig(byte[] bytes, int at, int length) {
        if (resets != null && isEstablished()) {
            resets.receive(bytes, at, length);
            tries = 0;
        }
    }

    private void onHeartbeat(byte[] bytes, int at, int length) {
        packet.start(peerTag);
        if (peerTag != 0 && packet.begin(Sctp.HEARTBEAT_ACK, 0, length)) {
            packet.put(bytes, at, length).end();
            packet.sendTo(output);
        }
    }

    private void onHeartbeatAck(byte[] bytes, int at, int length, long now) {
        boolean ours = length == 12 && Wire.i32(bytes, at + 4) == (int) (heartbeat >> 32)
                && Wire.i32(bytes, at + 8) == (int) heartbeat;
        if (heartbeatSent && ours) {
            heartbeatSent = false;
            tries = 0;
            heartbeatTimeout = now + HEARTBEAT_EVERY;
        }
    }

    private void onShutdown(byte[] bytes, int at, int length, long now) {
        if (length < 4 || !isEstablished()) {
            return;
        }
        // A SACK without blocks.
        var sack = new byte[12];
        System.arraycopy(bytes, at, sack, 0, 4);
        Wire.put32(sack, 4, Sctp.MAX_MESSAGE);
        if (!outbound.acknowledge(sack, 0, sack.length, now)) {
            violated("expected acknowledgements of what was sent, found others");
            return;
        }
        tries = 0;
        switch (state) {
            case ESTABLISHED, SHUTDOWN_PENDING -> state = State.SHUTDOWN_RECEIVED;
            case SHUTDOWN_SENT -> sendShutdownAck(now);
            case SHUTDOWN_ACK_SENT -> send(Sctp.SHUTDOWN_ACK, 0, peerTag);
            case CLOSED, COOKIE_WAIT, COOKIE_ECHOED, SHUTDOWN_RECEIVED, OVER -> {
                // Nothing changes.
            }
        }
    }

    private void onShutdownAck() {
        if (state == State.SHUTDOWN_SENT || state == State.SHUTDOWN_ACK_SENT) {
            send(Sctp.SHUTDOWN_COMPLETE, 0, peerTag);
            end("closed");
        }
    }

    /// Sends what is due and allowed, in packets as full as can be, a few at a time: the answers to these let the next go,
    /// so that no burst overruns the buffers on the way.
    private void flush(long now) {
        if (inbound == null || resets == null || !isEstablished()) {
            return;
        }
        for (int burst = 0; burst < MOST_AT_ONCE; burst++) {
            packet.start(peerTag);
            if (inbound.mustAnswerNow() || (inbound.mustAnswer() && now >= answerTimeout)) {
                inbound.writeSack(packet);
            }
            if (resets.isDue()) {
                resets.write(packet, now);
            }
            outbound.write(packet, now);
            if (packet.isEmpty()) {
                break;
            }
            packet.sendTo(output);
        }
        if (!inbound.mustAnswer()) {
            answerTimeout = NEVER;
        } else if (answerTimeout == NEVER) {
            answerTimeout = now + DELAYED_ANSWER;
        }
        goOnShuttingDown(now);
    }

    private void goOnShuttingDown(long now) {
        if (!outbound.isEmpty()) {
            return;
        }
        if (state == State.SHUTDOWN_PENDING) {
            state = State.SHUTDOWN_SENT;
            sendShutdown();
            startHandshakeTimer(now);
        } else if (state == State.SHUTDOWN_RECEIVED) {
            sendShutdownAck(now);
        }
    }

    private void sendShutdown() {
        packet.start(peerTag);
        if (inbound != null && packet.begin(Sctp.SHUTDOWN, 0, 4)) {
            packet.i32(inbound.cumulative()).end();
            packet.sendTo(output);
        }
    }

    private void sendShutdownAck(long now) {
        state = State.SHUTDOWN_ACK_SENT;
        send(Sctp.SHUTDOWN_ACK, 0, peerTag);
        startHandshakeTimer(now);
    }

    private void send(int type, int flags, int tag) {
        packet.start(tag);
        packet.chunk(type, flags);
        packet.sendTo(output);
    }

    private void sendCookie() {
        packet.start(peerTag);
        if (cookie != null && packet.begin(Sctp.COOKIE_ECHO, 0, cookie.length)) {
            packet.put(cookie, 0, cookie.length).end();
            packet.sendTo(output);
        }
    }

    /// INIT, or INIT ACK with a cookie: tag, window, streams out and in, first TSN, and what we know beyond the standard.
    private void sendInit(int type, int tag, int initiate, int firstTsn, byte[] signed) {
        packet.start(tag);
        if (!packet.begin(type, 0, 16 + 4 + 8 + 4 + signed.length)) {
            return;
        }
        packet.i32(initiate).i32(SctpInbound.BUFFER).u16(Sctp.STREAMS).u16(Sctp.STREAMS).i32(firstTsn);
        packet.u16(Sctp.FORWARD_TSN_SUPPORTED).u16(4);
        packet.u16(Sctp.SUPPORTED_EXTENSIONS)
                .u16(6)
                .put(new byte[]{(byte) Sctp.RE_CONFIG, (byte) Sctp.FORWARD_TSN}, 0, 2)
                .fill();
        if (signed.length > 0) {
            packet.u16(Sctp.STATE_COOKIE).u16(4 + signed.length).put(signed, 0, signed.length);
        }
        packet.end();
        packet.sendTo(output);
    }
}
