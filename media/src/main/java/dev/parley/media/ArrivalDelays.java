package dev.parley.media;

import java.time.Duration;
import java.util.Arrays;

/// How late packets come, compared with the fastest, and how long to wait so that nearly all are there in time.
///
/// The fastest of the last 5 to 10 seconds says what the way costs at least, which also follows clocks that drift apart. The
/// others fill a histogram that forgets in some four seconds; the wait is what 97 of 100 packets keep to. All times are
/// nanoseconds; media time is the packet's timestamp.
final class ArrivalDelays {
    private static final long PERIOD = Duration.ofSeconds(5).toNanos();
    private static final long STEP = Duration.ofMillis(5).toNanos();
    private static final int STEPS = 101;
    private static final double REMEMBERED = 0.995;
    private static final double KEPT_TO = 0.97;

    private final long shortest;
    private final long longest;
    private final double[] shares = new double[STEPS];

    private boolean any;
    private long fastest;
    private long fastestBefore;
    private long periodEnd;
    private long wait;

    /// Waits at least `shortest` and at most `longest`, which is no more than 500 ms.
    ArrivalDelays(Duration shortest, Duration longest) {
        this.shortest = shortest.toNanos();
        this.longest = longest.toNanos();
        restart();
    }

    /// Forgets everything, and expects a network of some disorder.
    void restart() {
        any = false;
        Arrays.fill(shares, 0);
        int first = Math.toIntExact(2 * shortest / STEP);
        shares[first] = 1;
        wait = Math.clamp(2 * shortest, shortest, longest);
    }

    /// Takes note of a packet.
    void arrived(long now, long media) {
        long transit = now - media;
        if (!any) {
            any = true;
            fastest = transit;
            fastestBefore = transit;
            periodEnd = now + PERIOD;
        } else if (now - periodEnd > 0) {
            fastestBefore = fastest;
            fastest = transit;
            periodEnd = now + PERIOD;
        } else {
            fastest = Math.min(fastest, transit);
        }
        long late = transit - base();
        int step = Math.clamp((late + STEP - 1) / STEP, 0, STEPS - 1);
        for (int i = 0; i < STEPS; i++) {
            shares[i] *= REMEMBERED;
        }
        shares[step] += 1 - REMEMBERED;
        wait = Math.clamp(quantile() * STEP, shortest, longest);
    }

    /// How much later than the fastest packet one comes that comes now.
    long behind(long now, long media) {
        return any ? now - media - base() : 0;
    }

    /// How long behind the fastest packet sound should be played.
    long delay() {
        return wait;
    }

    private long base() {
        return Math.min(fastest, fastestBefore);
    }

    private int quantile() {
        double sum = 0;
        for (int i = 0; i < STEPS; i++) {
            sum += shares[i];
            if (sum >= KEPT_TO) {
                return i;
            }
        }
        return STEPS - 1;
    }
}
