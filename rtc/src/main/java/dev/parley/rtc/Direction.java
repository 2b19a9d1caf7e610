package dev.parley.rtc;

import java.util.Locale;
import java.util.Optional;

/// Which way media flows, as seen by the one who wrote the description.
enum Direction {
    SENDRECV, SENDONLY, RECVONLY, INACTIVE;

    static Optional<Direction> named(String attribute) {
        for (var one : values()) {
            if (one.attribute().equals(attribute)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    String attribute() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The same flow as seen by the other side.
    Direction reversed() {
        return switch (this) {
            case SENDONLY -> RECVONLY;
            case RECVONLY -> SENDONLY;
            case SENDRECV, INACTIVE -> this;
        };
    }
}
