package dev.parley.venue;

/// Some of one product at one price, on an order. The price is that of the moment when it was first added.
///
/// @param position where it stands on the order; grows with each new line
record OrderLine(int position, String productId, String name, long unitPriceCents, int quantity) {
    /// More than this of one thing is a slip of the tongue.
    static final int MAX_QUANTITY = 999;

    long totalCents() {
        return Math.multiplyExact(unitPriceCents, (long) quantity);
    }

    OrderLine withQuantity(int value) {
        return new OrderLine(position, productId, name, unitPriceCents, value);
    }

    boolean isSameAs(OrderLine other) {
        return productId.equals(other.productId) && unitPriceCents == other.unitPriceCents;
    }
}
