package dev.parley.emulator;

import dev.parley.realtime.SessionConfig;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The short-lived keys that were handed out, and what they are good for (protocol section 1.5). Thread-safe.
final class ClientSecrets {
    static final String PREFIX = "ek_";
    private static final int MOST = 10_000;
    private static final int BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Secret> known = new LinkedHashMap<>();

    /// What a secret opens.
    ///
    /// @param config what its sessions start with
    /// @param model the model its sessions have; empty when the client is to name one
    /// @param safetyIdentifier the end user it was made for
    record Secret(EmulatedSession.Kind kind, SessionConfig config, Optional<String> model, Instant expiresAt,
            Optional<String> safetyIdentifier) {
        boolean isExpired(Instant now) {
            return !now.isBefore(expiresAt);
        }
    }

    /// Makes a secret. It can be used any number of times until it expires.
    synchronized String make(Secret secret) {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        var value = PREFIX + HexFormat.of().formatHex(bytes);
        known.put(value, secret);
        if (known.size() > MOST) {
            known.remove(known.keySet().iterator().next());
        }
        return value;
    }

    /// What a secret is good for, whether or not it has expired; empty when it was never made here.
    synchronized Optional<Secret> find(String value) {
        return Optional.ofNullable(known.get(value));
    }
}
