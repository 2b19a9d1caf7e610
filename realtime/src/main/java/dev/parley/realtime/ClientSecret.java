package dev.parley.realtime;

import java.time.Instant;

/// A short-lived key for a browser (protocol section 1.5). It opens sessions until it expires; those already open go on.
///
/// @param value the key, `ek_...`; never in [#toString()]
/// @param session what a session it opens starts with
public record ClientSecret(String value, Instant expiresAt, SessionConfig session) {
    /// What the value begins with, and no standard key.
    static final String PREFIX = "ek_";

    static ClientSecret read(Fields in) {
        return read(in, SessionConfig.read(in.object("session")));
    }

    static ClientSecret read(Fields in, SessionConfig session) {
        return new ClientSecret(in.string("value"), Instant.ofEpochSecond(in.seconds("expires_at")), session);
    }

    @Override
    public String toString() {
        return "ClientSecret[expiresAt=" + expiresAt + "]";
    }
}
