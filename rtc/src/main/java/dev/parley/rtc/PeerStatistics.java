package dev.parley.rtc;

import java.time.Duration;
import java.util.Optional;

/// What a connection has carried, as of the moment it was asked.
///
/// @param packetsSent     RTP packets
/// @param bytesSent       of payload in them
/// @param packetsReceived RTP packets that were authentic, of the source heard last
/// @param packetsLost     packets of that source that never came; negative if some came twice
/// @param packetsRefused  packets that were forged, repeated, or of a payload type nobody agreed on
/// @param jitter          how much the time varies that packets take to us
/// @param roundTrip       the time there and back, once the other side has reported
/// @param lossThere       what the other side misses of our packets, 0 to 1, in its last report
public record PeerStatistics(long packetsSent, long bytesSent, long packetsReceived, long packetsLost,
        long packetsRefused,
        Duration jitter, Optional<Duration> roundTrip, Optional<Double> lossThere) {
    static final PeerStatistics NOTHING = new PeerStatistics(0, 0, 0, 0, 0, Duration.ZERO, Optional.empty(),
            Optional.empty());
}
