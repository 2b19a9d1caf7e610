package dev.parley.agent;

import java.math.BigDecimal;
import java.util.Currency;

/// An amount of money as an argument of a tool: `{"value":49.95,"currency":"EUR"}`.
///
/// The value has exactly the currency's decimals: 49.9 EUR becomes 49.90, and 49.955 EUR or 0.5 JPY is refused with a
/// sentence the model can act on.
///
/// @param currency one with minor units: not XXX, XTS or a metal
@Doc("An amount of money")
public record Amount(@Param("The amount in major units, as a plain number: 49.95") BigDecimal value,
        @Param("The currency") Currency currency) {
    /// Beyond this many digits before the point nothing is money.
    private static final int MAX_DIGITS = 18;

    public Amount {
        var digits = currency.getDefaultFractionDigits();
        if (digits < 0) {
            throw new IllegalArgumentException("expected a currency one can pay in, found " + currency);
        }
        if ((long) value.precision() - value.scale() > MAX_DIGITS) {
            throw new IllegalArgumentException("expected an amount of at most " + MAX_DIGITS
                    + " digits before the point");
        }
        var exact = value.stripTrailingZeros();
        if (exact.scale() > digits) {
            throw new IllegalArgumentException(digits == 0
                    ? "expected an amount in " + currency + " without decimals"
                    : "expected an amount in " + currency + " with at most " + digits + " decimals");
        }
        value = exact.setScale(digits);
    }

    /// The amount in the currency's smallest unit: cents for EUR, yen for JPY.
    public long minorUnits() {
        return value.unscaledValue().longValueExact();
    }

    /// As people write it down: `49.90 USD`.
    @Override
    public String toString() {
        return value.toPlainString() + " " + currency;
    }
}
