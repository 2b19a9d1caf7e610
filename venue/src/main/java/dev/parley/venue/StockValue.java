package dev.parley.venue;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalLong;

/// What stock is worth in minor units, rounded half up; of a negative amount, a negative value. Costs are of containers,
/// as delivered; prices of servings, as sold.
final class StockValue {
    private StockValue() {}

    /// What it cost to buy; empty if that is not known.
    static OptionalLong cost(Product product, long base) {
        var cost = product.costCents();
        return cost.isPresent()
                ? OptionalLong.of(share(cost.getAsLong(), base, product.containerSize()))
                : OptionalLong.empty();
    }

    /// What it sells for, before tax.
    static long sales(Product product, long base) {
        return share(product.priceCents(), base, product.servingSize());
    }

    /// What its loss costs: what it cost to buy, or what it would have sold for where that is not known.
    static long of(Product product, long base) {
        return cost(product, base).orElseGet(() -> sales(product, base));
    }

    private static long share(long cents, long base, long size) {
        return BigDecimal.valueOf(cents)
                .multiply(BigDecimal.valueOf(base))
                .divide(BigDecimal.valueOf(size), 0, RoundingMode.HALF_UP)
                .longValueExact();
    }
}
