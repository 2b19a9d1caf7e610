package dev.parley.venue;

import java.math.BigDecimal;

/// How a product stands. One rule everywhere: nothing left, at or below its threshold, above it.
enum StockStatus {
    IN_STOCK, LOW_STOCK, OUT_OF_STOCK;

    /// @param onHand containers, or servings of what is mixed
    /// @param threshold in the same unit
    static StockStatus of(BigDecimal onHand, int threshold) {
        if (onHand.signum() <= 0) {
            return OUT_OF_STOCK;
        }
        return onHand.compareTo(BigDecimal.valueOf(threshold)) <= 0 ? LOW_STOCK : IN_STOCK;
    }

    /// As it is shown: `LOW STOCK`.
    @Override
    public String toString() {
        return name().replace('_', ' ');
    }
}
