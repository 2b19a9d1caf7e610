package dev.parley.media;

import dev.parley.media.RtcpPacket.ReportBlock;
import dev.parley.media.RtcpPacket.SenderReport;
import java.time.Duration;

/// How well one source is heard: loss and jitter as RFC 3550 (sections 6.4.1, A.1, A.3 and A.8) counts them, and the report
/// to send about it. Told of every packet that passed authentication; allocates only for a report.
///
/// Arrival times are of any clock that never goes back, in nanoseconds. Not thread-safe: one thread owns it.
public final class RtpReception {
    private static final int SEQUENCES = 1 << 16;
    /// A step forward of up to this is loss, a step back of up to the other is disorder; more is a restart.
    private static final int MOST_MISSING = 3_000;
    private static final int MOST_DISORDER = 100;
    private static final int NONE = -1;
    private static final int MOST_LOST = 0x7F_FFFF;
    private static final long UNITS = 1 << 16;
    private static final long NANOS = 1_000_000_000L;

    private final int ssrc;
    private final int clockRate;

    private boolean started;
    private int base;
    private int highest;
    private long cycles;
    private long received;
    /// The sequence number that would confirm a restart.
    private int afterJump = NONE;

    private long expectedBefore;
    private long receivedBefore;

    private int transit;
    /// In sixteenths of a tick.
    private long jitter;

    private int lastSenderReport;
    private long senderReportAt;

    /// A source that nothing has been heard of, whose timestamps count `clockRate` ticks a second.
    public RtpReception(int ssrc, int clockRate) {
        this.ssrc = ssrc;
        this.clockRate = clockRate;
    }

    /// The source.
    public int ssrc() {
        return ssrc;
    }

    /// Counts a packet.
    public void received(int sequence, int timestamp, long nanos) {
        if (!started) {
            restart(sequence);
        } else if (!follows(sequence)) {
            return;
        }
        boolean first = received == 0;
        received++;
        int now = ticks(nanos) - timestamp;
        if (!first) {
            long change = Math.abs((long) (now - transit));
            jitter += change - ((jitter + 8) >> 4);
        }
        transit = now;
    }

    private void restart(int sequence) {
        started = true;
        base = sequence;
        highest = sequence;
        cycles = 0;
        received = 0;
        expectedBefore = 0;
        receivedBefore = 0;
        jitter = 0;
        afterJump = NONE;
    }

    /// Whether the packet counts.
    private boolean follows(int sequence) {
        int step = (sequence - highest) & (SEQUENCES - 1);
        if (step < MOST_MISSING) {
            if (sequence < highest) {
                cycles += SEQUENCES;
            }
            highest = sequence;
            afterJump = NONE;
        } else if (step <= SEQUENCES - MOST_DISORDER) {
            // One packet far off may be a stray; two in a row are a sender that started anew.
            if (sequence != afterJump) {
                afterJump = (sequence + 1) & (SEQUENCES - 1);
                return false;
            }
            restart(sequence);
        }
        return true;
    }

    private int ticks(long nanos) {
        return (int) (Math.floorDiv(nanos, NANOS) * clockRate + Math.floorMod(nanos, NANOS) * clockRate / NANOS);
    }

    /// Notes a report of the source, so that it can work out the round trip from ours.
    public void reported(SenderReport report, long nanos) {
        lastSenderReport = NtpTime.middle(report.ntp());
        senderReportAt = nanos;
    }

    /// Packets received, duplicates included.
    public long packets() {
        return received;
    }

    /// Packets lost since the beginning: expected less received, so that duplicates make it smaller.
    public long lost() {
        return started ? expected() - received : 0;
    }

    /// How much the time that packets take varies.
    public Duration jitter() {
        return Samples.duration(jitter >> 4, clockRate);
    }

    /// The report about the time since the report before.
    public ReportBlock report(long nanos) {
        long expected = started ? expected() : 0;
        long expectedNow = expected - expectedBefore;
        long lostNow = expectedNow - (received - receivedBefore);
        expectedBefore = expected;
        receivedBefore = received;
        int fraction = expectedNow <= 0 || lostNow <= 0 ? 0 : (int) Math.min((lostNow << 8) / expectedNow, 255);
        int lost = Math.clamp(lost(), -MOST_LOST - 1, MOST_LOST);
        long delay = lastSenderReport == 0
                ? 0
                : Math.clamp((nanos - senderReportAt) / 1_000 * UNITS / 1_000_000, 0, 0xFFFF_FFFFL);
        return new ReportBlock(ssrc, fraction, lost, cycles + highest, jitter >> 4, lastSenderReport, delay);
    }

    private long expected() {
        return cycles + highest - base + 1;
    }
}
