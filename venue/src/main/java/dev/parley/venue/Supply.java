package dev.parley.venue;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What can be had at the selling location without locking anything: what is on hand, less what open tabs hold.
/// Belongs to one transaction.
final class Supply {
    private final Transaction transaction;
    private final String exceptOrderId;
    private final String locationId;
    private final Map<String, Long> levels = new HashMap<>();
    private Map<StockKey, Long> held = Map.of();

    /// @param exceptOrderId the order that is supplied: what it holds itself is there for it
    Supply(Transaction transaction, String exceptOrderId) {
        this.transaction = transaction;
        this.exceptOrderId = exceptOrderId;
        this.locationId = transaction.sellingLocation().id();
    }

    /// Base units by product; of all that were asked for before, too.
    Map<String, Long> of(Set<String> productIds) {
        var unknown = new HashSet<>(productIds);
        unknown.removeAll(levels.keySet());
        if (!unknown.isEmpty()) {
            load(unknown);
        }
        return Map.copyOf(levels);
    }

    private void load(Set<String> productIds) {
        if (levels.isEmpty()) {
            held = Orders.heldOnTabs(transaction, exceptOrderId);
        }
        var onHand = onHand(productIds);
        for (var id : productIds) {
            var key = new StockKey(id, locationId);
            levels.put(id, onHand.getOrDefault(key, 0L) - held.getOrDefault(key, 0L));
        }
    }

    private Map<StockKey, Long> onHand(Collection<String> productIds) {
        return transaction.db()
                .createQuery("SELECT product_id, location_id, on_hand FROM stock_levels WHERE product_id IN (<ids>)")
                .bindList("ids", List.copyOf(productIds))
                .map((row, _) -> Map.entry(new StockKey(row.getString(1), row.getString(2)), row.getLong(3)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /// Says what is short, and where there is more of it.
    ///
    /// @param missing at least one
    Refusal refusal(List<Needs.Shortage> missing) {
        var used = missing.stream()
                .flatMap(one -> one.product().use().stream())
                .map(Product.Ingredient::productId)
                .collect(Collectors.toSet());
        var onHand = onHand(used);
        var sentence = "Only " + missing.stream()
                .map(one -> one.available() + " " + one.product().name())
                .collect(Collectors.joining(" and ")) + " available in stock";
        var elsewhere = missing.size() == 1 ? elsewhere(missing.getFirst().product(), onHand) : Map.<String, Long>of();
        var hint = elsewhere.entrySet()
                .stream()
                .map(entry -> "; " + entry.getKey() + " has " + entry.getValue())
                .collect(Collectors.joining());
        return new Refusal(ErrorCode.INSUFFICIENT_STOCK, sentence + hint, Map.of("short", missing.stream()
                .map(one -> details(one, elsewhere(one.product(), onHand)))
                .toList()));
    }

    private static Map<String, Object> details(Needs.Shortage one, Map<String, Long> elsewhere) {
        var details = new LinkedHashMap<String, Object>();
        details.put("product_id", one.product().id());
        details.put("name", one.product().name());
        details.put("requested", one.wanted());
        details.put("available", one.available());
        details.put("elsewhere", elsewhere.entrySet()
                .stream()
                .map(entry -> Map.of("location", entry.getKey(), "available", entry.getValue()))
                .toList());
        return details;
    }

    /// Servings at the other locations, where there are any.
    private Map<String, Long> elsewhere(Product product, Map<StockKey, Long> onHand) {
        var servings = new LinkedHashMap<String, Long>();
        for (var location : transaction.catalogue().locations()) {
            var count = product.use()
                    .stream()
                    .mapToLong(used -> onHand.getOrDefault(new StockKey(used.productId(), location.id()), 0L) / used
                            .amount())
                    .min()
                    .orElse(0);
            if (count > 0 && !location.id().equals(locationId)) {
                servings.put(location.name(), count);
            }
        }
        return servings;
    }
}
