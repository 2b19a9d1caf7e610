package dev.parley.venue;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Map;

/// The most that one payment request may ask for.
///
/// @param maximums in major units, by currency
/// @param otherwise in major units, for every other currency
public record PaymentLimits(Map<Currency, BigDecimal> maximums, BigDecimal otherwise) {

    public PaymentLimits {
        maximums = Map.copyOf(maximums);
        requirePositive(otherwise);
        maximums.values().forEach(PaymentLimits::requirePositive);
    }

    /// 10,000 of any currency, and 1,000,000 yen.
    public static PaymentLimits defaults() {
        return new PaymentLimits(Map.of(Currency.getInstance("JPY"), new BigDecimal(1_000_000)),
                new BigDecimal(10_000));
    }

    /// Returns `money` if it may be asked for.
    ///
    /// @throws PaymentRefusedException if it is zero, less, or too much
    public Money check(Money money) {
        if (!money.isPositive()) {
            throw new PaymentRefusedException("The amount must be above zero. What is the amount?");
        }
        var maximum = maximums.getOrDefault(money.currency(), otherwise);
        if (money.amount().compareTo(maximum) > 0) {
            throw new PaymentRefusedException("That is too much: one payment request may be at most "
                    + maximum.toPlainString() + " " + money.currency() + ".");
        }
        return money;
    }

    private static void requirePositive(BigDecimal maximum) {
        if (maximum.signum() <= 0) {
            throw new IllegalArgumentException("expected a maximum above zero, found " + maximum);
        }
    }
}
