package dev.parley.rtc;

/// When an answer is overdue (RFC 9260 section 6.3.1), in nanoseconds. The bounds are those of calls, not of the RFC's
/// long haul: our delayed acknowledgement is 20 ms where it allows 500.
final class SctpRto {
    private static final long MILLI = 1_000_000;
    private static final long INITIAL = 500 * MILLI;
    private static final long SHORTEST = 200 * MILLI;
    private static final long LONGEST = 10_000 * MILLI;

    private long smoothed = -1;
    private long variation;
    private long rto = INITIAL;
    private long measuredAt = Long.MIN_VALUE;

    long rto() {
        return rto;
    }

    /// A round trip was measured, of something sent once only; one a round trip counts.
    void measured(long roundTrip, long now) {
        if (smoothed >= 0 && now - measuredAt < smoothed) {
            return;
        }
        measuredAt = now;
        if (smoothed < 0) {
            smoothed = roundTrip;
            variation = roundTrip / 2;
        } else {
            variation += (Math.abs(smoothed - roundTrip) - variation) / 4;
            smoothed += (roundTrip - smoothed) / 8;
        }
        rto = Math.clamp(smoothed + 4 * variation, SHORTEST, LONGEST);
    }

    /// Nothing came.
    void backOff() {
        rto = Math.min(rto * 2, LONGEST);
    }
}
