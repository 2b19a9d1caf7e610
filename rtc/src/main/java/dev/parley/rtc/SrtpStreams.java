package dev.parley.rtc;

import org.jspecify.annotations.Nullable;

/// What has to be remembered of each SSRC of one direction: how far its sequence numbers have come, and which packets
/// were there. At most 64: forgetting one would let its packets be replayed, or its key stream be used twice.
final class SrtpStreams {
    static final int MOST = 64;

    private static final int SEQUENCES = 1 << 16;

    private final Stream[] streams = new Stream[MOST];
    private int count;

    /// One SSRC.
    static final class Stream {
        private final int ssrc;
        final ReplayWindow packets = new ReplayWindow();
        final ReplayWindow control = new ReplayWindow();

        private Stream(int ssrc) {
            this.ssrc = ssrc;
        }
    }

    /// The stream, or null if nothing of it has been kept.
    @Nullable
    Stream find(int ssrc) {
        for (int i = 0; i < count; i++) {
            if (streams[i].ssrc == ssrc) {
                return streams[i];
            }
        }
        return null;
    }

    boolean isFull() {
        return count == MOST;
    }

    Stream add(int ssrc) {
        var stream = new Stream(ssrc);
        streams[count++] = stream;
        return stream;
    }

    /// The index of a packet: its sequence number, and above it how often they wrapped, whichever is nearest to the
    /// highest so far (RFC 3711 section 3.3.1). Negative: a packet from before the first.
    static long index(@Nullable Stream stream, int sequence) {
        if (stream == null || stream.packets.highest() < 0) {
            return sequence;
        }
        long highest = stream.packets.highest();
        long index = (highest & -SEQUENCES) | sequence;
        if (index - highest > SEQUENCES / 2) {
            return index - SEQUENCES;
        }
        return highest - index > SEQUENCES / 2 ? index + SEQUENCES : index;
    }
}
