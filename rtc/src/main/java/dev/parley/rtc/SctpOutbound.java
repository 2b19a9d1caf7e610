package dev.parley.rtc;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// The sending half of an association: messages are cut into chunks with transmission sequence numbers (TSNs), sent as far as
/// the congestion window and the peer's window allow, sent again when lost, or given up (RFC 9260 sections 6 and 7, RFC 3758).
///
/// Of every chunk between [#acknowledged] and [#next] there is one of these to know:
/// in flight, acknowledged by a gap block, to be sent again, or abandoned with its message.
final class SctpOutbound {
    /// Bytes of messages that wait or are not acknowledged; more are refused.
    static final int BUFFER = 1 << 20;

    /// What opens channels passes where messages wait.
    private static final int ROOM_FOR_CONTROL = 1 << 16;
    private static final long NEVER = Long.MAX_VALUE;
    private static final int INITIAL_WINDOW = Math.min(4 * Sctp.PACKET, Math.max(2 * Sctp.PACKET, 4_404));
    private static final int MISSES = 3;
    /// What a FORWARD-TSN may name to fit a packet.
    private static final int MOST_SKIPPED = 200;

    /// Told how many bytes of a stream's messages are off our hands.
    interface Released {
        void released(int stream, int bytes);
    }

    private static final class Chunk {
        private final SctpMessage message;
        private final int from;
        private final int length;
        private int transmissions;
        private int misses;
        private long sentAt;
        private boolean inFlight;
        private boolean acknowledged;
        private boolean again;
        private boolean fast;

        private Chunk(SctpMessage message, int from, int length) {
            this.message = message;
            this.from = from;
            this.length = length;
        }

        private int flags() {
            return (from == 0 ? Sctp.BEGIN : 0) | (from + length == message.bytes.length ? Sctp.END : 0)
                    | (message.ordered ? 0 : Sctp.UNORDERED);
        }
    }

    private final SctpRto rto;
    private final Released released;
    private final Queue<SctpMessage> waiting = new ArrayDeque<>();
    private final Map<Integer, Integer> sequences = new HashMap<>();
    private final Map<Integer, Integer> pending = new HashMap<>();
    private boolean peerForgets = true;

    /// Chunks by TSN; its length is a power of two.
    private @Nullable Chunk[] chunks = new Chunk[64];
    /// The highest TSN acknowledged with all before it, and the next to be given.
    private long acknowledged;
    private long next;
    /// The highest TSN that is acknowledged or abandoned with all before it.
    private long forwarded;
    private boolean tellForward;

    private long buffered;
    private long inFlight;
    private long again;
    private long peerWindow;

    private long window = INITIAL_WINDOW;
    private long threshold = Long.MAX_VALUE;
    private long partlyAcknowledged;
    private boolean recovering;
    private long recoveredAt;
    private boolean sendOneNow;

    private long timeout = NEVER;

    SctpOutbound(int firstTsn, SctpRto rto, Released released) {
        this.rto = rto;
        this.released = released;
        start(firstTsn);
    }

    /// Starts at another TSN, while nothing has been sent.
    void start(int firstTsn) {
        next = firstTsn & 0xFFFF_FFFFL;
        acknowledged = next - 1;
        forwarded = acknowledged;
    }

    /// What the peer said of itself when the association began.
    void peer(int window, boolean abandons) {
        peerWindow = window & 0xFFFF_FFFFL;
        peerForgets = abandons;
    }

    /// Takes a message; false if there is no room. One always has room when nothing is buffered.
    boolean offer(SctpMessage message) {
        int limit = message.protocol == Dcep.CONTROL ? BUFFER + ROOM_FOR_CONTROL : BUFFER;
        if (buffered > 0 && buffered + message.bytes.length > limit) {
            return false;
        }
        buffered += message.bytes.length;
        pending.merge(message.stream, message.bytes.length, Integer::sum);
        waiting.add(message);
        return true;
    }

    /// Whether all that was sent has been acknowledged or given up.
    boolean isEmpty() {
        return waiting.isEmpty() && acknowledged + 1 == next;
    }

    boolean hasPending(int stream) {
        return pending.containsKey(stream);
    }

    int lastTsn() {
        return (int) (next - 1);
    }

    long buffered() {
        return buffered;
    }

    long timeout() {
        return timeout;
    }

    /// Chunks that are kept, for tests.
    int outstanding() {
        return (int) (next - acknowledged - 1);
    }

    /// Streams start over with their first message (RFC 6525 section 5.2.2).
    void reset(int stream) {
        sequences.remove(stream);
    }

    /// Writes a FORWARD-TSN if one is due, and as many chunks as fit and are allowed.
    void write(SctpWriter packet, long now) {
        writeForward(packet, now);
        writeAgain(packet, now);
        writeNew(packet, now);
        sendOneNow = false;
    }

    private void writeAgain(SctpWriter packet, long now) {
        if (again == 0) {
            return;
        }
        for (long tsn = acknowledged + 1; tsn < next && again > 0; tsn++) {
            var chunk = chunk(tsn);
            if (chunk.again) {
                if (!(inFlight < window || sendOneNow) || !write(packet, chunk, tsn, now)) {
                    return;
                }
                chunk.again = false;
                again--;
                if (tsn == acknowledged + 1) {
                    timeout = now + rto.rto();
                }
            }
        }
    }

    private void writeNew(SctpWriter packet, long now) {
        dropExpired(now);
        while (again == 0) {
            var message = waiting.peek();
            if (message == null) {
                return;
            }
            int length = Math.min(message.bytes.length - message.sent, Sctp.PIECE);
            boolean allowed = inFlight == 0 || (inFlight < window && inFlight + length <= peerWindow);
            if (!allowed || packet.room() < Sctp.filled(Sctp.DATA_HEADER + length)) {
                return;
            }
            if (message.sent == 0 && message.ordered) {
                message.sequence = sequences.merge(message.stream, 1, Integer::sum) - 1;
            }
            var chunk = new Chunk(message, message.sent, length);
            add(chunk);
            message.sent += length;
            if (message.isSent()) {
                waiting.remove();
            }
            write(packet, chunk, next - 1, now);
            dropExpired(now);
        }
    }

    private boolean write(SctpWriter packet, Chunk chunk, long tsn, long now) {
        var message = chunk.message;
        if (!packet.begin(Sctp.DATA, chunk.flags(), Sctp.DATA_HEADER - Sctp.CHUNK_HEADER + chunk.length)) {
            return false;
        }
        packet.i32((int) tsn)
                .u16(message.stream)
                .u16(message.ordered ? message.sequence : 0)
                .i32(message.protocol)
                .put(message.bytes, chunk.from, chunk.length)
                .end();
        chunk.transmissions++;
        chunk.sentAt = now;
        chunk.misses = 0;
        chunk.inFlight = true;
        inFlight += chunk.length;
        if (timeout == NEVER) {
            timeout = now + rto.rto();
        }
        return true;
    }

    private void writeForward(SctpWriter packet, long now) {
        if (!tellForward) {
            return;
        }
        var skipped = new LinkedHashMap<Integer, Integer>();
        for (long tsn = acknowledged + 1; tsn <= forwarded; tsn++) {
            var message = chunk(tsn).message;
            if (message.ordered) {
                skipped.put(message.stream, message.sequence);
            }
        }
        if (!packet.begin(Sctp.FORWARD_TSN, 0, Integer.BYTES * (1 + skipped.size()))) {
            return;
        }
        packet.i32((int) forwarded);
        skipped.forEach((stream, sequence) -> packet.u16(stream).u16(sequence));
        packet.end();
        tellForward = false;
        if (timeout == NEVER) {
            timeout = now + rto.rto();
        }
    }

    /// Takes a SACK: which TSNs have arrived, all up to one and then some in blocks.
    ///
    /// @return whether it is possible; one that acknowledges what was never sent is not
    boolean acknowledge(byte[] bytes, int at, int length, long now) {
        if (length < 12) {
            return false;
        }
        long cumulative = Sctp.unwrap(Wire.i32(bytes, at), acknowledged);
        int blocks = Wire.u16(bytes, at + 8);
        if (cumulative >= next || length < 12 + Integer.BYTES * blocks) {
            return false;
        }
        if (cumulative < acknowledged) {
            // Overtaken by a later one.
            return true;
        }
        boolean wasFull = inFlight >= window - Sctp.PACKET;
        boolean advanced = cumulative > acknowledged;
        long arrived = 0;
        long highestNew = acknowledged;
        while (acknowledged < cumulative) {
            long tsn = acknowledged + 1;
            var chunk = chunk(tsn);
            if (!chunk.acknowledged) {
                arrived += arrive(chunk, now);
                highestNew = tsn;
            }
            remove(tsn);
        }
        long highest = acknowledged;
        int block = 0;
        for (long tsn = acknowledged + 1; tsn < next; tsn++) {
            while (block < blocks && tsn - acknowledged > Wire.u16(bytes, at + 14 + Integer.BYTES * block)) {
                block++;
            }
            boolean there = block < blocks && tsn - acknowledged >= Wire.u16(bytes, at + 12 + Integer.BYTES * block);
            var chunk = chunk(tsn);
            if (there) {
                highest = tsn;
                if (!chunk.acknowledged) {
                    arrived += arrive(chunk, now);
                    highestNew = tsn;
                }
            } else if (chunk.acknowledged) {
                takeBack(chunk);
            }
        }
        if (recovering && acknowledged >= recoveredAt) {
            recovering = false;
        }
        countMisses(recovering && advanced ? highest : highestNew, now);
        grow(advanced, wasFull, arrived);
        forward();
        peerWindow = Wire.i32(bytes, at + 4) & 0xFFFF_FFFFL;
        if (acknowledged + 1 == next) {
            timeout = NEVER;
            partlyAcknowledged = 0;
        } else if (advanced) {
            timeout = now + rto.rto();
        }
        return true;
    }

    private long arrive(Chunk chunk, long now) {
        chunk.acknowledged = true;
        if (chunk.transmissions == 1) {
            rto.measured(now - chunk.sentAt, now);
        }
        land(chunk);
        if (chunk.again) {
            chunk.again = false;
            again--;
        }
        return chunk.length;
    }

    private void land(Chunk chunk) {
        if (chunk.inFlight) {
            chunk.inFlight = false;
            inFlight -= chunk.length;
        }
    }

    /// The peer had to drop what it had acknowledged in a block, or a SACK was overtaken.
    private void takeBack(Chunk chunk) {
        chunk.acknowledged = false;
        if (!chunk.message.abandoned) {
            chunk.inFlight = true;
            inFlight += chunk.length;
        }
    }

    /// A chunk that three SACKs passed over is lost (RFC 9260 section 7.2.4).
    private void countMisses(long below, long now) {
        for (long tsn = acknowledged + 1; tsn < below; tsn++) {
            var chunk = chunk(tsn);
            if (!chunk.inFlight || ++chunk.misses < MISSES || chunk.fast) {
                continue;
            }
            lose(chunk, now);
            chunk.fast = true;
            if (!recovering) {
                recovering = true;
                recoveredAt = next - 1;
                threshold = Math.max(window / 2, 4L * Sctp.PACKET);
                window = threshold;
                partlyAcknowledged = 0;
                sendOneNow = true;
            }
        }
    }

    private void lose(Chunk chunk, long now) {
        land(chunk);
        var message = chunk.message;
        if (peerForgets && (chunk.transmissions > message.retransmits || now >= message.expires)) {
            abandon(message);
        } else if (!chunk.again) {
            chunk.again = true;
            again++;
        }
    }

    private void abandon(SctpMessage message) {
        message.abandoned = true;
        for (long tsn = acknowledged + 1; tsn < next; tsn++) {
            var chunk = chunk(tsn);
            if (chunk.message == message) {
                land(chunk);
                if (chunk.again) {
                    chunk.again = false;
                    again--;
                }
            }
        }
        if (!message.isSent()) {
            // One TSN for the pieces that never leave: if those that did have arrived, there would be none to skip, and the
            // peer would wait for the end of the message.
            waiting.remove(message);
            add(new Chunk(message, message.sent, message.bytes.length - message.sent));
            message.sent = message.bytes.length;
        }
        forward();
    }

    /// Moves the point up to which the peer should wait for nothing more (RFC 3758 section 3.5).
    private void forward() {
        forwarded = Math.max(forwarded, acknowledged);
        long before = forwarded;
        while (forwarded + 1 < next && forwarded - acknowledged < MOST_SKIPPED
                && chunk(forwarded + 1).message.abandoned) {
            forwarded++;
        }
        tellForward |= forwarded > before;
        tellForward &= forwarded > acknowledged;
    }

    private void grow(boolean advanced, boolean wasFull, long arrived) {
        if (recovering || arrived == 0) {
            return;
        }
        if (window <= threshold) {
            if (advanced && wasFull) {
                window += Math.min(arrived, Sctp.PACKET);
            }
        } else {
            partlyAcknowledged += arrived;
            if (partlyAcknowledged >= window && wasFull) {
                partlyAcknowledged -= window;
                window += Sctp.PACKET;
            }
        }
        window = Math.min(window, BUFFER);
    }

    /// Nothing came for too long: all that is in flight counts as lost.
    void timedOut(long now) {
        threshold = Math.max(window / 2, 4L * Sctp.PACKET);
        window = Sctp.PACKET;
        partlyAcknowledged = 0;
        recovering = false;
        rto.backOff();
        for (long tsn = acknowledged + 1; tsn < next; tsn++) {
            var chunk = chunk(tsn);
            if (chunk.inFlight) {
                lose(chunk, now);
                chunk.fast = false;
            }
        }
        tellForward = forwarded > acknowledged;
        timeout = acknowledged + 1 == next ? NEVER : now + rto.rto();
    }

    private void dropExpired(long now) {
        for (var message = waiting.peek(); message != null && now >= message.expires; message = waiting.peek()) {
            if (message.sent > 0) {
                if (!peerForgets) {
                    return;
                }
                abandon(message);
            } else {
                waiting.remove();
                release(message, message.bytes.length);
            }
        }
    }

    private void add(Chunk chunk) {
        if (next - acknowledged > chunks.length) {
            var larger = new Chunk[chunks.length * 2];
            for (long tsn = acknowledged + 1; tsn < next; tsn++) {
                larger[(int) tsn & (larger.length - 1)] = chunk(tsn);
            }
            chunks = larger;
        }
        chunks[(int) next & (chunks.length - 1)] = chunk;
        next++;
    }

    private void remove(long tsn) {
        var chunk = chunk(tsn);
        chunks[(int) tsn & (chunks.length - 1)] = null;
        acknowledged = tsn;
        release(chunk.message, chunk.length);
    }

    private void release(SctpMessage message, int length) {
        buffered -= length;
        pending.computeIfPresent(message.stream, (_, bytes) -> bytes == length ? null : bytes - length);
        released.released(message.stream, length);
    }

    private Chunk chunk(long tsn) {
        var chunk = chunks[(int) tsn & (chunks.length - 1)];
        if (chunk == null) {
            throw new IllegalStateException("expected a chunk of every TSN between " + acknowledged + " and " + next);
        }
        return chunk;
    }
}
