package dev.parley.venue;

import java.util.List;

/// What an order comes to, in minor units: the lines, less the discount, and tax on what is left, rounded once.
///
/// @param rate at which it was taxed
record Totals(long subtotalCents, long discountCents, long taxCents, long totalCents, TaxRate rate) {
    static final Totals NOTHING = new Totals(0, 0, 0, 0, TaxRate.NONE);

    /// @param discountCents what was granted; of it counts what there is to pay
    static Totals of(List<OrderLine> lines, long discountCents, TaxRate rate) {
        var subtotal = lines.stream().mapToLong(OrderLine::totalCents).reduce(0, Math::addExact);
        var discount = Math.min(discountCents, subtotal);
        var goods = subtotal - discount;
        return new Totals(subtotal, discount, rate.of(goods), rate.total(goods), rate);
    }
}
