package dev.parley.rtc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The receiving half of an association: which TSNs have arrived, messages put together from their pieces, and their order
/// in each stream (RFC 9260 sections 6.2, 6.5 to 6.9, RFC 3758 section 3.6).
///
/// At most [#BUFFER] bytes are kept, of pieces, of messages that wait for an earlier one, and of messages delivered but not
/// yet [#consumed]; what does not fit is not acknowledged, and the peer is told how much does.
final class SctpInbound {
    static final int BUFFER = 1 << 20;

    /// How far ahead of the first gap we look.
    private static final int AHEAD = 8_192;
    /// What a piece costs beside its bytes.
    private static final int OVERHEAD = 64;
    private static final int MOST_BLOCKS = 200;
    private static final int MOST_DUPLICATES = 20;
    private static final int SEQUENCES = 1 << 16;

    /// Takes whole messages.
    interface Deliveries {
        void deliver(int stream, int protocol, byte[] bytes);
    }

    /// Consecutive pieces of one message.
    private static final class Run {
        private final int stream;
        private final int sequence;
        private final int protocol;
        private final boolean ordered;
        private long first;
        private long last;
        private boolean begins;
        private boolean ends;
        private int length;
        private final List<byte[]> pieces = new ArrayList<>(1);

        private Run(long tsn, int flags, int stream, int sequence, int protocol, byte[] piece) {
            this.first = tsn;
            this.last = tsn;
            this.begins = (flags & Sctp.BEGIN) != 0;
            this.ends = (flags & Sctp.END) != 0;
            this.ordered = (flags & Sctp.UNORDERED) == 0;
            this.stream = stream;
            this.sequence = sequence;
            this.protocol = protocol;
            this.length = piece.length;
            pieces.add(piece);
        }

        private boolean isOfSameMessage(Run other) {
            return stream == other.stream && sequence == other.sequence && ordered == other.ordered
                    && protocol == other.protocol;
        }

        private void append(Run later) {
            pieces.addAll(later.pieces);
            last = later.last;
            ends = later.ends;
            length += later.length;
        }

        private int cost() {
            return length + OVERHEAD * pieces.size();
        }

        private byte[] bytes() {
            if (pieces.size() == 1) {
                return pieces.getFirst();
            }
            var bytes = new byte[length];
            int at = 0;
            for (var piece : pieces) {
                System.arraycopy(piece, 0, bytes, at, piece.length);
                at += piece.length;
            }
            return bytes;
        }
    }

    private static final class Stream {
        private int next;
        private final Map<Integer, Run> waiting = new HashMap<>();
    }

    private final Deliveries deliveries;
    private final Map<Long, Run> byFirst = new HashMap<>();
    private final Map<Long, Run> byLast = new HashMap<>();
    private final Map<Integer, Stream> streams = new HashMap<>();
    private final List<Integer> duplicates = new ArrayList<>();

    /// Whether a TSN ahead of the gap has arrived, by TSN modulo [#AHEAD].
    private final long[] arrived = new long[AHEAD / Long.SIZE];
    private long cumulative;
    private long highest;
    private long buffered;
    private long advertised = BUFFER;

    private boolean answerNow;
    private int unanswered;

    SctpInbound(int firstTsn, Deliveries deliveries) {
        this.cumulative = (firstTsn & 0xFFFF_FFFFL) - 1;
        this.highest = cumulative;
        this.deliveries = deliveries;
    }

    int cumulative() {
        return (int) cumulative;
    }

    boolean hasArrived(int tsn) {
        return Sctp.unwrap(tsn, cumulative) <= cumulative;
    }

    long buffered() {
        return buffered;
    }

    /// Whether a SACK is due at once, or (after a short wait) at all.
    boolean mustAnswerNow() {
        return answerNow || unanswered >= 2;
    }

    boolean mustAnswer() {
        return answerNow || unanswered > 0;
    }

    /// Told once a packet with DATA: the second in a row is answered.
    void packetEnded() {
        unanswered++;
    }

    /// Takes a DATA chunk: TSN, stream, sequence number in it, protocol, piece of a message.
    ///
    /// @return false if the peer breaks the rules
    boolean data(int flags, byte[] bytes, int at, int length) {
        int piece = length - (Sctp.DATA_HEADER - Sctp.CHUNK_HEADER);
        if (piece <= 0) {
            return false;
        }
        long tsn = Sctp.unwrap(Wire.i32(bytes, at), cumulative);
        if (tsn <= cumulative || (tsn <= highest && isMarked(tsn))) {
            if (duplicates.size() < MOST_DUPLICATES) {
                duplicates.add((int) tsn);
            }
            answerNow = true;
            return true;
        }
        // The one that what is kept waits for may go over the limit.
        boolean awaited = tsn == cumulative + 1 && (highest > cumulative || !byFirst.isEmpty());
        boolean fits = buffered + piece + OVERHEAD <= (awaited ? 2L * BUFFER : BUFFER);
        int stream = Wire.u16(bytes, at + 4);
        if (tsn - cumulative >= AHEAD || !fits) {
            answerNow = true;
            return true;
        }
        mark(tsn);
        answerNow |= tsn != cumulative || highest > cumulative || (flags & Sctp.IMMEDIATE) != 0;
        if (stream >= Sctp.STREAMS) {
            return false;
        }
        var copy = new byte[piece];
        System.arraycopy(bytes, at + 12, copy, 0, piece);
        boolean ordered = (flags & Sctp.UNORDERED) == 0;
        return add(new Run(tsn, flags, stream, ordered ? Wire.u16(bytes, at + 6) : 0, Wire.i32(bytes, at + 8), copy));
    }

    private boolean isMarked(long tsn) {
        int bit = (int) tsn & (AHEAD - 1);
        return ((arrived[bit / Long.SIZE] >>> bit) & 1) != 0;
    }

    private void mark(long tsn) {
        if (tsn == cumulative + 1) {
            cumulative = tsn;
            highest = Math.max(highest, cumulative);
            advance();
        } else {
            int bit = (int) tsn & (AHEAD - 1);
            arrived[bit / Long.SIZE] |= 1L << bit;
            highest = Math.max(highest, tsn);
        }
    }

    private void advance() {
        while (cumulative < highest && isMarked(cumulative + 1)) {
            cumulative++;
            unmark(cumulative);
        }
    }

    private void unmark(long tsn) {
        int bit = (int) tsn & (AHEAD - 1);
        arrived[bit / Long.SIZE] &= ~(1L << bit);
    }

    private boolean add(Run run) {
        buffered += run.cost();
        var whole = run;
        if (!run.begins) {
            var earlier = byLast.get(run.first - 1);
            if (earlier != null && !earlier.ends) {
                if (!earlier.isOfSameMessage(run)) {
                    return false;
                }
                forget(earlier);
                earlier.append(run);
                whole = earlier;
            }
        }
        if (!whole.ends) {
            var later = byFirst.get(whole.last + 1);
            if (later != null && !later.begins) {
                if (!later.isOfSameMessage(whole)) {
                    return false;
                }
                forget(later);
                whole.append(later);
            }
        }
        if (whole.length > Sctp.MAX_MESSAGE) {
            return false;
        }
        if (whole.begins && whole.ends) {
            return complete(whole);
        }
        byFirst.put(whole.first, whole);
        byLast.put(whole.last, whole);
        return true;
    }

    private void forget(Run run) {
        byFirst.remove(run.first);
        byLast.remove(run.last);
    }

    private boolean complete(Run run) {
        if (!run.ordered) {
            deliver(run);
            return true;
        }
        var stream = streams.computeIfAbsent(run.stream, _ -> new Stream());
        if (run.sequence == stream.next) {
            deliver(run);
            stream.next = (stream.next + 1) & (SEQUENCES - 1);
            deliverWaiting(stream);
            return true;
        }
        return stream.waiting.put(run.sequence, run) == null;
    }

    private void deliverWaiting(Stream stream) {
        for (var run = stream.waiting.remove(stream.next); run != null; run = stream.waiting.remove(stream.next)) {
            deliver(run);
            stream.next = (stream.next + 1) & (SEQUENCES - 1);
        }
    }

    private void deliver(Run run) {
        // From here on its own length counts, until it is consumed.
        buffered -= run.cost() - run.length;
        deliveries.deliver(run.stream, run.protocol, run.bytes());
    }

    /// A message of `length` bytes has been dealt with.
    void consumed(int length) {
        buffered -= length;
        if (advertised < BUFFER / 4 && window() >= BUFFER / 2) {
            answerNow = true;
        }
    }

    /// The peer will not send what is missing up to a TSN, and names the messages it gave up.
    ///
    /// @return false if it breaks the rules
    boolean forward(byte[] bytes, int at, int length) {
        if (length < Integer.BYTES) {
            return false;
        }
        long tsn = Sctp.unwrap(Wire.i32(bytes, at), cumulative);
        answerNow = true;
        if (tsn <= cumulative) {
            return true;
        }
        if (tsn - cumulative >= AHEAD) {
            return false;
        }
        while (cumulative < tsn) {
            cumulative++;
            unmark(cumulative);
        }
        highest = Math.max(highest, cumulative);
        advance();
        dropRunsUpTo(tsn);
        for (int skip = at + 4; skip + 4 <= at + length; skip += 4) {
            skip(Wire.u16(bytes, skip), Wire.u16(bytes, skip + 2));
        }
        return true;
    }

    private void dropRunsUpTo(long tsn) {
        for (var run : List.copyOf(byFirst.values())) {
            if (run.first <= tsn) {
                forget(run);
                buffered -= run.cost();
            }
        }
    }

    private void skip(int number, int sequence) {
        if (number >= Sctp.STREAMS) {
            return;
        }
        var stream = streams.computeIfAbsent(number, _ -> new Stream());
        int ahead = (sequence - stream.next) & (SEQUENCES - 1);
        if (ahead >= SEQUENCES / 2) {
            return;
        }
        if (stream.waiting.isEmpty()) {
            stream.next = (sequence + 1) & (SEQUENCES - 1);
            return;
        }
        for (int i = 0; i <= ahead; i++) {
            var run = stream.waiting.remove(stream.next);
            if (run != null) {
                deliver(run);
            }
            stream.next = (stream.next + 1) & (SEQUENCES - 1);
        }
        deliverWaiting(stream);
    }

    /// A stream starts over: the peer has closed its channel (RFC 6525 section 5.2.2).
    void reset(int number) {
        var stream = streams.remove(number);
        if (stream != null) {
            stream.waiting.values().forEach(run -> buffered -= run.cost());
        }
    }

    private long window() {
        return Math.max(BUFFER - buffered, 0);
    }

    /// Writes a SACK: all up to one TSN, blocks of what came after a gap, and what came twice.
    /// ```
    /// +---------------------------------------------------------------+
    /// |                      cumulative TSN                           |
    /// +---------------------------------------------------------------+
    /// |                          window                               |
    /// +-------------------------------+-------------------------------+
    /// |       number of blocks        |     number of duplicates      |
    /// +-------------------------------+-------------------------------+
    /// |  block: first, from cumulative|  last                         |
    /// +-------------------------------+-------------------------------+
    /// ```
    void writeSack(SctpWriter packet) {
        var blocks = blocks();
        if (!packet.begin(Sctp.SACK, 0, 12 + Integer.BYTES * (blocks.size() + duplicates.size()))) {
            return;
        }
        advertised = window();
        packet.i32((int) cumulative).i32((int) advertised).u16(blocks.size()).u16(duplicates.size());
        blocks.forEach(packet::i32);
        duplicates.forEach(packet::i32);
        packet.end();
        duplicates.clear();
        answerNow = false;
        unanswered = 0;
    }

    private List<Integer> blocks() {
        var blocks = new ArrayList<Integer>();
        for (long tsn = cumulative + 2; tsn <= highest && blocks.size() < MOST_BLOCKS; tsn++) {
            if (isMarked(tsn)) {
                long first = tsn - cumulative;
                while (tsn < highest && isMarked(tsn + 1)) {
                    tsn++;
                }
                blocks.add((int) ((first << 16) | (tsn - cumulative)));
            }
        }
        return blocks;
    }
}
