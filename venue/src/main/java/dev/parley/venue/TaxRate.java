package dev.parley.venue;

/// Tax on sales. An order keeps the one it was paid at, whatever the venue's becomes.
///
/// @param bps in hundredths of a percent
/// @param isIncluded whether it is part of the prices
record TaxRate(int bps, boolean isIncluded) {
    static final TaxRate NONE = new TaxRate(0, false);

    /// Tax on goods of `subtotal`, rounded half up; of it, if prices include it.
    long of(long subtotal) {
        return isIncluded
                ? subtotal - divide(Math.multiplyExact(subtotal, 10_000L), 10_000L + bps)
                : divide(Math.multiplyExact(subtotal, (long) bps), 10_000);
    }

    /// What is to be paid for goods of `subtotal`.
    long total(long subtotal) {
        return isIncluded ? subtotal : Math.addExact(subtotal, of(subtotal));
    }

    /// Rounded half up; for numbers of zero or more.
    private static long divide(long number, long by) {
        return (number + by / 2) / by;
    }
}
