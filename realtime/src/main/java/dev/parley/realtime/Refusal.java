package dev.parley.realtime;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What an HTTP answer that says no has to say (protocol section 8).
final class Refusal {
    private static final int PROXY_WANTS_CREDENTIALS = 407;
    private static final long MAX_RETRY_SECONDS = 86_400;

    private Refusal() {}

    /// What to say behind a status that is not the service's own; empty if it is.
    static String ofProxy(int status) {
        return status == PROXY_WANTS_CREDENTIALS
                ? ": the proxy wants credentials, which is not supported; use one that lets this machine through"
                : "";
    }

    /// The error object of a body that holds one.
    static @Nullable RealtimeError error(String body) {
        try {
            var error = Fields.of(Json.parseObject(body)).optionalObject("error");
            return error == null ? null : RealtimeError.read(error);
        } catch (ProtocolException _) {
            return null;
        }
    }

    /// Of a `Retry-After` in seconds; the other form, a date, is not used by the service.
    static @Nullable Duration retryAfter(String value) {
        return value.matches("[0-9]{1,9}")
                ? Duration.ofSeconds(Math.min(Long.parseLong(value), MAX_RETRY_SECONDS))
                : null;
    }
}
