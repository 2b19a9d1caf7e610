package dev.parley.emulator;

import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.ServerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The tokens that all sessions of one emulator used in the last minute, of so many a minute (protocol section 9.7). They are
/// reserved when a response begins to be thought, and set right when it is done. Where the limit is enforced, a response
/// that finds too few of them fails, and once there are none nobody is let in. Thread-safe.
final class RateWindow {
    private static final Duration WINDOW = Duration.ofMinutes(1);
    /// Told of where none is enforced.
    private static final long USUAL = 40_000;

    private final long limit;
    private final boolean isEnforced;
    private final ArrayDeque<Use> uses = new ArrayDeque<>();
    private long used;

    /// Tokens of one response.
    static final class Use {
        private final Instant at;
        private long tokens;
        private boolean isPast;

        private Use(Instant at, long tokens) {
            this.at = at;
            this.tokens = tokens;
        }
    }

    private RateWindow(long limit, boolean isEnforced) {
        this.limit = limit;
        this.isEnforced = isEnforced;
    }

    /// A limit that is told of, and more is given.
    static RateWindow told(long limit) {
        return new RateWindow(limit, false);
    }

    /// This limit, or, without one, the usual one told of and not enforced.
    static RateWindow of(OptionalLong enforced) {
        return enforced.isPresent() ? new RateWindow(enforced.getAsLong(), true) : told(USUAL);
    }

    /// Sets tokens aside; empty when there are too few.
    synchronized Optional<Use> reserve(long tokens, Instant now) {
        forgetBefore(now);
        return isEnforced && used + tokens > limit ? Optional.empty() : Optional.of(add(tokens, now));
    }

    /// Says what was used in place of what was reserved, and tells what is left. The whole limit is there again once what was
    /// used has flowed back, evenly.
    ///
    /// @param reserved null if the response failed before it began to be thought
    synchronized ServerEvent.RateLimitsUpdated settle(@Nullable Use reserved, long tokens, Instant now) {
        forgetBefore(now);
        if (reserved == null || reserved.isPast) {
            add(tokens, now);
        } else {
            used += tokens - reserved.tokens;
            reserved.tokens = tokens;
        }
        double reset = limit == 0 ? 0 : Math.min(1, (double) used / limit) * WINDOW.toSeconds();
        return new ServerEvent.RateLimitsUpdated(limit, Math.max(0, limit - used), reset);
    }

    /// How long nobody is let in because nothing is left; empty while something is.
    synchronized Optional<Duration> closedFor(Instant now) {
        forgetBefore(now);
        return isEnforced && used >= limit ? Optional.of(untilFree(1, now)) : Optional.empty();
    }

    /// Why a response failed that asked for so many, as the service says it.
    synchronized RealtimeError refusal(long tokens, String model, Instant now) {
        var figures = String.format(Locale.ROOT,
                "%s in organization org-emulated on tokens per min (TPM): Limit %d, Used %d, Requested %d.", model,
                limit,
                Math.min(used, limit), tokens);
        return tokens > limit
                ? refusal("Request too large for " + figures)
                : refusal(String.format(Locale.ROOT, "Rate limit reached for %s Please try again in %.3fs.", figures,
                        untilFree(tokens, now).toMillis() / 1_000.0));
    }

    static RealtimeError refusal(String message) {
        return new RealtimeError("tokens", "rate_limit_exceeded", message, null, null);
    }

    private Duration untilFree(long tokens, Instant now) {
        long left = limit - used;
        for (var use : uses) {
            left += use.tokens;
            if (left >= tokens) {
                return Duration.between(now, use.at.plus(WINDOW));
            }
        }
        return WINDOW;
    }

    private Use add(long tokens, Instant now) {
        var use = new Use(now, tokens);
        uses.add(use);
        used += tokens;
        return use;
    }

    private void forgetBefore(Instant now) {
        while (!uses.isEmpty() && !uses.getFirst().at.isAfter(now.minus(WINDOW))) {
            var past = uses.removeFirst();
            used -= past.tokens;
            past.isPast = true;
        }
    }
}
