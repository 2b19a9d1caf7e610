package dev.parley.venue;

import dev.parley.agent.Doc;

/// Why stock is adjusted by hand. Spelled as models and the database spell it.
@Doc("Losses (spillage, breakage, comp, theft, expired) always reduce stock; restock always adds; correction adds or "
        + "takes away by its sign")
public enum AdjustmentType {
    spillage, breakage, comp, theft, expired, restock, correction;

    /// What stock changes by, whatever sign was said for a loss or a delivery.
    long delta(long quantity) {
        return switch (this) {
            case spillage, breakage, comp, theft, expired -> -Math.abs(quantity);
            case restock -> Math.abs(quantity);
            case correction -> quantity;
        };
    }
}
