package dev.parley.venue;

import java.util.Locale;

/// What somebody may do: a manager approves what staff may not do alone.
public enum Role {
    STAFF, MANAGER;

    static Role of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
