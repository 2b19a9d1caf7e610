package dev.parley.venue;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Products that a sale has just made low, counting all locations together: those that were above their threshold before
/// it and no longer are, and those of which nothing is left.
final class LowStock {
    private LowStock() {}

    /// Tells of them on the feed.
    ///
    /// @param used base units of each product that left
    static ArrayNode after(Transaction transaction, Map<String, Long> used) {
        var low = JsonNodeFactory.instance.arrayNode();
        var totals = totals(transaction, used.keySet());
        used.forEach((id, amount) -> {
            var left = totals.getOrDefault(id, 0L);
            var product = transaction.catalogue().product(id);
            if (becameLow(transaction.venue(), product, left + amount, left)) {
                var one = low.addObject()
                        .put("product_id", id)
                        .put("name", product.name())
                        .put("on_hand", product.containers(left).toPlainString())
                        .put("status", (left <= 0 ? StockStatus.OUT_OF_STOCK : StockStatus.LOW_STOCK).toString());
                transaction.publish("stock.low", one.deepCopy());
            }
        });
        return low;
    }

    static boolean becameLow(VenueSettings venue, Product product, long before, long after) {
        var threshold = StockViews.threshold(venue, product) * product.containerSize();
        return after <= 0 ? before > 0 : before > threshold && after <= threshold;
    }

    private static Map<String, Long> totals(Transaction transaction, Iterable<String> productIds) {
        return transaction.db()
                .createQuery("""
                        SELECT product_id, SUM(on_hand) FROM stock_levels WHERE product_id IN (<ids>)
                        GROUP BY product_id""")
                .bindList("ids", productIds)
                .map((row, _) -> Map.entry(row.getString(1), row.getLong(2)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Long::sum, TreeMap::new));
    }
}
