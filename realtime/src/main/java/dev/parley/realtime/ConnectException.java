package dev.parley.realtime;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A session that could not be opened.
public final class ConnectException extends RealtimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient @Nullable RealtimeError error;
    private final @Nullable Duration retryAfter;

    /// For whoever opens sessions over a [Transport]: no HTTP answer refused it.
    public ConnectException(String message, @Nullable Throwable cause) {
        this(message, 0, cause);
    }

    /// For whoever opens sessions over a [Transport]: a request that had to be made first was refused, or not answered.
    public static ConnectException of(String message, ApiException cause) {
        return new ConnectException(message, cause.status(), cause.error().orElse(null),
                cause.retryAfter().orElse(null), cause);
    }

    ConnectException(String message, int status, @Nullable Throwable cause) {
        this(message, status, null, null, cause);
    }

    ConnectException(String message, int status, @Nullable RealtimeError error, @Nullable Duration retryAfter,
            @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.error = error;
        this.retryAfter = retryAfter;
    }

    /// The HTTP status that refused the upgrade; empty when no HTTP answer came.
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /// What the service says is wrong; empty when its answer holds no error object.
    public Optional<RealtimeError> error() {
        return Optional.ofNullable(error);
    }

    /// How long the service asks to wait before the next attempt.
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
