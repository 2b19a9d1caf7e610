package dev.parley.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// How often each of many may do something: a bucket that a try takes from and that time fills again.
///
/// Remembers the latest 10,000; who has not been seen for longer starts with a full bucket. Thread-safe.
final class RateLimit {
    private static final int MOST = 10_000;

    private final int burst;
    private final Duration every;

    /// Guarded by this. When each bucket will be full again, by who it is of.
    private final Map<String, Instant> fullAt = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MOST;
        }
    };

    /// @param burst how many at once
    /// @param every how long it takes until there is one more
    RateLimit(int burst, Duration every) {
        this.burst = burst;
        this.every = every;
    }

    /// Takes one; if there is none, how long until there is.
    synchronized Optional<Duration> take(String who, Instant now) {
        var known = fullAt.get(who);
        var from = known == null || known.isBefore(now) ? now : known;
        var then = from.plus(every);
        var wait = Duration.between(now.plus(every.multipliedBy(burst)), then);
        if (wait.isPositive()) {
            return Optional.of(wait);
        }
        fullAt.put(who, then);
        return Optional.empty();
    }

    /// Puts one back.
    synchronized void giveBack(String who) {
        fullAt.computeIfPresent(who, (_, then) -> then.minus(every));
    }
}
