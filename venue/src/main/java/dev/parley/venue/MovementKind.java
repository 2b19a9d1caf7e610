package dev.parley.venue;

import java.util.Locale;

/// Why stock moved.
enum MovementKind {
    INITIAL, SALE, VOID_RESTORE, COUNT_VARIANCE, ADJUSTMENT, ADJUSTMENT_VOID, EVENT_ALLOCATE, EVENT_RETURN, TRANSFER;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
