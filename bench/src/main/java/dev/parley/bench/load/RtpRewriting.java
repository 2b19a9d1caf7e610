package dev.parley.bench.load;

import dev.parley.media.RtpPacket;
import java.util.random.RandomGenerator;

/// Makes one stream of the packets of others, in place: its own source, and sequence numbers and timestamps that go on when
/// the sender changes. Order, gaps and payload stay as they are.
///
/// Not thread-safe: who receives the packets owns it.
final class RtpRewriting {
    /// 20 ms at 48 kHz: what a packet of another sender is put behind the last.
    private static final int FRAME = 960;

    private final int ssrc;
    private int lastSequence = RandomGenerator.getDefault().nextInt(1 << 15);
    private int lastTimestamp = RandomGenerator.getDefault().nextInt();
    private boolean begun;
    private int source;
    private int sequenceShift;
    private int timestampShift;

    /// @param ssrc the source to name
    RtpRewriting(int ssrc) {
        this.ssrc = ssrc;
    }

    void apply(RtpPacket packet, int payloadType) {
        if (!begun || packet.ssrc() != source) {
            begun = true;
            source = packet.ssrc();
            sequenceShift = lastSequence + 1 - packet.sequence();
            timestampShift = lastTimestamp + FRAME - packet.timestamp();
        }
        packet.stripExtensions();
        packet.ssrc(ssrc);
        packet.payloadType(payloadType);
        packet.sequence(packet.sequence() + sequenceShift);
        packet.timestamp(packet.timestamp() + timestampShift);
        lastSequence = packet.sequence();
        lastTimestamp = packet.timestamp();
    }
}
