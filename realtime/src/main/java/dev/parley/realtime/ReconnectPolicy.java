package dev.parley.realtime;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// When a session that outlives its sockets, or calls, opens another, and when it stops trying. Immutable.
///
/// @param retry which ends pass by themselves, and how long to wait for that
/// @param attempts how many times in a row to try before giving up; a session that lived for `retry.longest()` begins the
///         count anew
/// @param rotateBefore how long before a session expires it is replaced, at the first quiet moment
/// @param quiet how long nobody may have spoken for a moment to be quiet
public record ReconnectPolicy(RetryPolicy retry, int attempts, Duration rotateBefore, Duration quiet) {
    /// Eight attempts over about half a minute; a session is replaced in its last five minutes.
    public static final ReconnectPolicy DEFAULT = new ReconnectPolicy(RetryPolicy.DEFAULT, 8, Duration.ofMinutes(5),
            Duration.ofSeconds(1));

    public ReconnectPolicy {
        if (attempts < 1) {
            throw new IllegalArgumentException("expected at least 1 attempt, found " + attempts);
        }
        if (rotateBefore.isNegative() || quiet.isNegative()) {
            throw new IllegalArgumentException(
                    "expected times of zero or more, found " + rotateBefore + " and " + quiet);
        }
    }

    public ReconnectPolicy withRetry(RetryPolicy other) {
        return new ReconnectPolicy(other, attempts, rotateBefore, quiet);
    }

    public ReconnectPolicy withAttempts(int most) {
        return new ReconnectPolicy(retry, most, rotateBefore, quiet);
    }

    public ReconnectPolicy withRotation(Duration beforeExpiry, Duration quietFor) {
        return new ReconnectPolicy(retry, attempts, beforeExpiry, quietFor);
    }

    /// Half of the wait is left to chance, so that many clients of a service that fell do not all return at once.
    Duration waitBefore(int attempt, RandomGenerator random) {
        long longest = retry.waitBefore(attempt).toNanos();
        return Duration.ofNanos(longest - (longest < 2 ? 0 : random.nextLong(longest / 2 + 1)));
    }
}
