package dev.parley.venue;

import java.math.BigDecimal;

/// Amounts that somebody says, in major units, as minor units.
final class Prices {
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);

    private Prices() {}

    /// 5.50 as 550; zero is a price.
    ///
    /// @param member the argument it came as
    /// @throws Refusal if it is negative, finer than the currency, or beyond anything a bar sells
    static long cents(VenueSettings venue, String member, BigDecimal amount) {
        if (amount.signum() < 0) {
            throw refuse(member, "0 or more", amount);
        }
        if (amount.compareTo(MOST) > 0) {
            throw refuse(member, "at most " + MOST, amount);
        }
        var digits = venue.currency().getDefaultFractionDigits();
        if (amount.scale() > digits && amount.stripTrailingZeros().scale() > digits) {
            throw refuse(member, "at most " + digits + " decimals", amount);
        }
        return amount.movePointRight(digits).longValueExact();
    }

    private static Refusal refuse(String member, String expected, BigDecimal found) {
        return new Refusal(ErrorCode.INVALID_ARGUMENTS, member + ": expected " + expected + ", found "
                + (found.precision() > 20 ? "a longer number" : found.toPlainString()) + ".");
    }
}
