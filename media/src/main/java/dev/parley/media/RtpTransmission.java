package dev.parley.media;

import dev.parley.media.RtcpPacket.ReportBlock;
import dev.parley.media.RtcpPacket.SenderReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What has been sent of one stream, and what the far end says about how it arrives (RFC 3550 sections 6.4.1, 6.4.4).
///
/// Not thread-safe: one thread owns it.
public final class RtpTransmission {
    private static final long UNITS = 1 << 16;
    private static final long NANOS = 1_000_000_000L;
    private static final long UNSIGNED = 0xFFFF_FFFFL;
    /// A round trip longer than this is a report that is wrong.
    private static final long LONGEST = 60 * UNITS;

    private final int ssrc;
    private final int clockRate;
    private long packets;
    private long octets;
    private int lastTimestamp;
    private long lastSent;

    private Optional<Duration> roundTrip = Optional.empty();
    private Optional<ReportBlock> lastReport = Optional.empty();

    /// A stream of which nothing has been sent, whose timestamps count `clockRate` ticks a second.
    public RtpTransmission(int ssrc, int clockRate) {
        this.ssrc = ssrc;
        this.clockRate = clockRate;
    }

    /// The stream's source.
    public int ssrc() {
        return ssrc;
    }

    /// Counts a packet.
    ///
    /// @param nanos of any clock that never goes back
    public void sent(int timestamp, int payloadLength, long nanos) {
        packets++;
        octets += payloadLength;
        lastTimestamp = timestamp;
        lastSent = nanos;
    }

    /// Packets sent.
    public long packets() {
        return packets;
    }

    /// Bytes of payload sent.
    public long octets() {
        return octets;
    }

    /// The report to send: what time it is, on the wall and in the stream.
    ///
    /// @param nanos  the same moment as `now`, of the clock given to [#sent]
    /// @param blocks what we hear
    public SenderReport report(Instant now, long nanos, List<ReportBlock> blocks) {
        long passed = packets == 0 ? 0 : nanos - lastSent;
        int timestamp = (int) (lastTimestamp + passed / 1_000 * clockRate / 1_000_000);
        return new SenderReport(ssrc, NtpTime.of(now), timestamp, packets & UNSIGNED, octets & UNSIGNED, blocks);
    }

    /// Notes what the far end says; blocks about other sources are ignored.
    public void reported(ReportBlock block, Instant now) {
        if (block.ssrc() != ssrc) {
            return;
        }
        lastReport = Optional.of(block);
        if (block.lastSenderReport() == 0) {
            return;
        }
        int sentAt = block.lastSenderReport();
        long units = (NtpTime.middle(NtpTime.of(now)) - sentAt - (int) block.delay()) & UNSIGNED;
        if (units < LONGEST) {
            roundTrip = Optional.of(Duration.ofNanos(units * NANOS / UNITS));
        } else if (units > UNSIGNED - UNITS / 100) {
            // Within the rounding of both clocks.
            roundTrip = Optional.of(Duration.ZERO);
        }
    }

    /// The time to the far end and back, as last measured.
    public Optional<Duration> roundTrip() {
        return roundTrip;
    }

    /// The last report about this stream.
    public Optional<ReportBlock> lastReport() {
        return lastReport;
    }
}
