package dev.parley.agent;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.EnumSet;
import java.util.Set;

/// What something cost, as far as its prices are known.
///
/// @param amount of what has a price, not rounded to the currency's minor unit: a response costs less than a cent
/// @param currency of the prices; XXX when there are none
/// @param unpriced what was used and has no price
public record Cost(BigDecimal amount, Currency currency, Set<Meter> unpriced) {
    public Cost {
        unpriced = Set.copyOf(unpriced);
    }

    /// Whether everything that was used has a price.
    public boolean isComplete() {
        return unpriced.isEmpty();
    }

    Cost plus(Cost other) {
        var all = EnumSet.noneOf(Meter.class);
        all.addAll(unpriced);
        all.addAll(other.unpriced);
        return new Cost(amount.add(other.amount), currency, all);
    }
}
