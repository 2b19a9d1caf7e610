package dev.parley.bench.load;

import java.util.Arrays;

/// How late things were, every one of them, in nanoseconds. Thread-safe.
final class Lateness {
    private long[] nanos = new long[4_096];
    private int count;

    synchronized void add(long late) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = late;
    }

    synchronized int count() {
        return count;
    }

    /// Median, 99th percentile and worst, in milliseconds, as `NAME.p50`, `NAME.p99` and `NAME.max`.
    synchronized Figures as(String name) {
        var sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return Figures.none()
                .with(name + ".p50", millis(sorted, 0.50))
                .with(name + ".p99", millis(sorted, 0.99))
                .with(name + ".max", millis(sorted, 1));
    }

    /// The smallest value that is not exceeded by this share of all.
    private static double millis(long[] sorted, double share) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.max(0, rank - 1)] / 1e6;
    }
}
