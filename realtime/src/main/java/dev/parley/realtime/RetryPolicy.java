package dev.parley.realtime;

import java.time.Duration;
import java.util.Set;

/// Which failures pass by themselves (protocol section 8), and how long to wait for that. Decides and waits for nothing:
/// that is the caller's part. Immutable.
///
/// @param first the wait before the first retry; each one after waits twice as long
/// @param longest the longest wait
public record RetryPolicy(Duration first, Duration longest) {
    /// Half a second, doubling, up to 8 s.
    public static final RetryPolicy DEFAULT = new RetryPolicy(Duration.ofMillis(500), Duration.ofSeconds(8));

    private static final Set<String> FATAL = Set.of("insufficient_quota", "invalid_api_key", "account_deactivated",
            "billing_hard_limit_reached");
    private static final int MAX_DOUBLINGS = 30;

    public RetryPolicy {
        if (first.isNegative() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "expected a first wait up to the longest, found " + first + " and " + longest);
        }
    }

    /// Whether it makes sense to try again after a session ended like this.
    public boolean isWorthRetrying(Close close) {
        return switch (close.code()) {
            case Close.ABNORMAL, Close.PROTOCOL_ERROR, Close.NOT_TEXT, Close.SERVER_ERROR, 1012, 1013 -> true;
            default -> false;
        };
    }

    /// Whether it makes sense to try again after this HTTP status.
    public boolean isWorthRetrying(int status) {
        return status == 408 || status == 429 || (status >= 500 && status <= 599);
    }

    /// Whether it makes sense to try again; a request without an answer may have been carried out.
    public boolean isWorthRetrying(ApiException failure) {
        return failure.error().map(this::isWorthRetrying).orElse(true)
                && (failure.status() == 0 || isWorthRetrying(failure.status()));
    }

    /// False for what only a person can mend: a key, an account, a bill.
    public boolean isWorthRetrying(RealtimeError error) {
        var code = error.code();
        return !FATAL.contains(error.type()) && (code == null || !FATAL.contains(code));
    }

    /// How long to wait before a retry.
    ///
    /// @param retry 1 for the first
    public Duration waitBefore(int retry) {
        int doublings = Math.clamp(retry - 1L, 0, MAX_DOUBLINGS);
        var wait = first.multipliedBy(1L << doublings);
        return wait.compareTo(longest) < 0 ? wait : longest;
    }
}
