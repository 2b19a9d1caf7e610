package dev.parley.rtc;

import java.util.Locale;
import java.util.Optional;

/// Who begins the DTLS handshake (RFC 8842): the active side is the client.
enum Setup {
    ACTIVE, PASSIVE, ACTPASS;

    static Optional<Setup> named(String value) {
        for (var one : values()) {
            if (one.value().equals(value.toLowerCase(Locale.ROOT))) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    String value() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// What to answer. Active wherever there is a choice, as RFC 8842 section 5.3 recommends: it saves a round trip, and
    /// a WhatsApp relay waits for it.
    Setup answer() {
        return this == ACTIVE ? PASSIVE : ACTIVE;
    }
}
