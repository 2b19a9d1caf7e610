package dev.parley.realtime;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request over HTTP that the service refused, or that got no answer (protocol section 8).
public final class ApiException extends RealtimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient @Nullable RealtimeError error;
    private final @Nullable String requestId;
    private final @Nullable Duration retryAfter;

    ApiException(String message, int status, @Nullable RealtimeError error, @Nullable String requestId,
            @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.error = error;
        this.requestId = requestId;
        this.retryAfter = retryAfter;
    }

    /// The HTTP status; 0 when no answer came.
    public int status() {
        return status;
    }

    /// What the service says is wrong; empty when its answer holds no error object.
    public Optional<RealtimeError> error() {
        return Optional.ofNullable(error);
    }

    /// The service's name for the request, which its support asks for.
    public Optional<String> requestId() {
        return Optional.ofNullable(requestId);
    }

    /// How long the service asks to wait before the next attempt.
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
