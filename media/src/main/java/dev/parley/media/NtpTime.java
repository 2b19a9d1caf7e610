package dev.parley.media;

import java.time.Instant;

/// Wall-clock time as RTCP writes it (RFC 3550 section 4): seconds since 1900 in the upper 32 bits, fractions below.
final class NtpTime {
    private static final long SECONDS_FROM_1900_TO_1970 = 2_208_988_800L;
    private static final long NANOS = 1_000_000_000L;

    private NtpTime() {}

    static long of(Instant time) {
        long seconds = time.getEpochSecond() + SECONDS_FROM_1900_TO_1970;
        return (seconds << 32) | (((long) time.getNano() << 32) / NANOS);
    }

    /// The middle 32 bits, in which reports count time in units of 1/65,536 s.
    static int middle(long ntp) {
        return (int) (ntp >> 16);
    }
}
