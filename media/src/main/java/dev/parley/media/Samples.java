package dev.parley.media;

import java.time.Duration;

/// The one place where positions in samples and spans of time are converted into each other.
public final class Samples {
    private static final long NANOS = 1_000_000_000L;

    private Samples() {}

    /// Whole samples in `span` at `rate`, rounded down.
    public static long in(Duration span, int rate) {
        return Math.multiplyExact(span.getSeconds(), (long) rate) + span.getNano() * (long) rate / NANOS;
    }

    /// The time `samples` last at `rate`.
    public static Duration duration(long samples, int rate) {
        return Duration.ofSeconds(samples / rate, samples % rate * NANOS / rate);
    }

    /// Whole milliseconds in `samples` at `rate`, rounded down: the unit of `audio_end_ms`.
    public static long millis(long samples, int rate) {
        return samples * 1_000 / rate;
    }
}
