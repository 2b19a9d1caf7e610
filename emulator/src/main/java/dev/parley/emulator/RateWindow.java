package dev.parley.emulator;

import dev.parley.realtime.ServerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;

/// The tokens used in the last minute, of so many a minute. It tells, and refuses nothing. Confined to the session's
/// thread.
final class RateWindow {
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final long limit;
    private final ArrayDeque<Use> uses = new ArrayDeque<>();
    private long used;

    private record Use(Instant at, long tokens) {}

    RateWindow(long limit) {
        this.limit = limit;
    }

    /// What is left after these; the whole limit is there again once what was used has flowed back, evenly.
    ServerEvent.RateLimitsUpdated use(long tokens, Instant now) {
        uses.add(new Use(now, tokens));
        used += tokens;
        while (!uses.isEmpty() && !uses.getFirst().at.isAfter(now.minus(WINDOW))) {
            used -= uses.removeFirst().tokens;
        }
        double reset = limit == 0 ? 0 : Math.min(1, (double) used / limit) * WINDOW.toSeconds();
        return new ServerEvent.RateLimitsUpdated(limit, Math.max(0, limit - used), reset);
    }
}
