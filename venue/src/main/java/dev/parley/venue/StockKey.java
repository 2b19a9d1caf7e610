package dev.parley.venue;

import java.util.Comparator;

/// Where stock is: a product at a location. In the order in which rows are locked, which is everybody's.
record StockKey(String productId, String locationId) implements Comparable<StockKey> {
    private static final Comparator<StockKey> ORDER = Comparator.comparing(StockKey::productId)
            .thenComparing(StockKey::locationId);

    @Override
    public int compareTo(StockKey other) {
        return ORDER.compare(this, other);
    }
}
