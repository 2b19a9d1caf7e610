package dev.parley.realtime;

import java.time.Duration;
import tools.jackson.databind.JsonNode;

/// One of the account's limits, as `rate_limits.updated` gives it.
///
/// @param name `requests` or `tokens`
/// @param limit the most that is allowed in the limit's period
/// @param remaining what is left of it
/// @param reset time until the whole limit is available again
public record RateLimit(String name, long limit, long remaining, Duration reset) {
    private static final double MAX_SECONDS = 1e9;
    private static final double NANOS = 1e9;

    static RateLimit read(Fields in) {
        return new RateLimit(in.string("name"), in.integer("limit", 0), in.integer("remaining", 0),
                seconds(in.number("reset_seconds", 0, -Double.MAX_VALUE, Double.MAX_VALUE)));
    }

    /// A limit is no reason to refuse an event, so what makes no sense is taken for the nearest that does.
    static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(Math.clamp(seconds, 0, MAX_SECONDS) * NANOS));
    }

    JsonNode toJson() {
        return Json.object()
                .put("name", name)
                .set("limit", Fields.number(limit))
                .set("remaining", Fields.number(remaining))
                .put("reset_seconds", reset.toNanos() / NANOS);
    }
}
