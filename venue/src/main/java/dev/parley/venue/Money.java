package dev.parley.venue;

import java.math.BigDecimal;
import java.util.Currency;

/// An amount of money in whole minor units: cents for EUR, yen for JPY, fils (a thousandth) for KWD.
///
/// @param minorUnits the amount, in the currency's smallest unit
/// @param currency a currency with minor units: not XXX, XTS or a metal
public record Money(long minorUnits, Currency currency) {
    /// Beyond this many digits on either side of the point nothing is money, and arithmetic gets slow.
    private static final int MAX_DIGITS = 18;

    public Money {
        if (currency.getDefaultFractionDigits() < 0) {
            throw new IllegalArgumentException("expected a currency with minor units, found " + currency);
        }
    }

    /// The exact value of `amount`.
    ///
    /// @throws PaymentRefusedException if the currency has fewer digits than the amount, or the amount does not fit
    public static Money of(BigDecimal amount, Currency currency) {
        var digits = currency.getDefaultFractionDigits();
        if (digits < 0) {
            throw new PaymentRefusedException(currency + " is not a currency one can pay in. Which currency is meant?");
        }
        if ((long) amount.precision() - amount.scale() > MAX_DIGITS - digits) {
            throw new PaymentRefusedException("That amount is too large.");
        }
        if (amount.scale() > 4 * MAX_DIGITS) {
            throw new PaymentRefusedException(tooFine(currency));
        }
        try {
            return new Money(amount.movePointRight(digits).longValueExact(), currency);
        } catch (ArithmeticException _) {
            throw new PaymentRefusedException(tooFine(currency));
        }
    }

    /// The amount in major units, with exactly the currency's digits: 49.90.
    public BigDecimal amount() {
        return BigDecimal.valueOf(minorUnits, currency.getDefaultFractionDigits());
    }

    public boolean isPositive() {
        return minorUnits > 0;
    }

    /// As people write it down: `49.90 USD`.
    @Override
    public String toString() {
        return amount().toPlainString() + " " + currency;
    }

    private static String tooFine(Currency currency) {
        var digits = currency.getDefaultFractionDigits();
        return digits == 0
                ? "An amount in " + currency + " has no decimals. What is the exact amount?"
                : "An amount in " + currency + " has at most " + digits + " decimals. What is the exact amount?";
    }
}
