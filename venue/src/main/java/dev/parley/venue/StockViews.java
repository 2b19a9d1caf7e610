package dev.parley.venue;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How much there is of products, as people see it, read at one moment without locking anything.
///
/// What is mixed has no stock of its own: there is as much of it as its ingredients allow, location by location, in
/// servings. Of anything else there are containers.
final class StockViews {
    private final Transaction transaction;
    /// Base units by location, by product.
    private final Map<String, Map<String, Long>> levels;
    /// Servings on open tabs, by product as it was ordered.
    private final Map<String, Long> onTabs;
    /// Base units set aside for events and not used so far, by product.
    private final Map<String, Long> atEvents;

    private StockViews(Transaction transaction, Map<String, Map<String, Long>> levels) {
        this.transaction = transaction;
        this.levels = levels;
        this.onTabs = sums(transaction, """
                SELECT l.product_id, SUM(l.quantity) FROM order_lines l JOIN orders o ON o.id = l.order_id
                WHERE o.venue_id = :venue AND o.kind = 'tab' AND o.status = 'pending' GROUP BY l.product_id""");
        this.atEvents = sums(transaction, """
                SELECT a.product_id, SUM(a.allocated - a.consumed)
                FROM event_allocations a JOIN events e ON e.id = a.event_id
                WHERE e.venue_id = :venue AND a.status = 'open' GROUP BY a.product_id""");
    }

    /// The Stock view of one product (3.8).
    static ObjectNode of(Transaction transaction, Product product) {
        return of(transaction, List.of(product)).view(product);
    }

    /// How one product stands.
    static StockStatus status(Transaction transaction, Product product) {
        return of(transaction, List.of(product)).status(product);
    }

    /// Of every product of the venue, in three queries.
    static StockViews all(Transaction transaction) {
        var levels = new HashMap<String, Map<String, Long>>();
        transaction.db()
                .createQuery("""
                        SELECT s.product_id, s.location_id, s.on_hand FROM stock_levels s
                        JOIN products p ON p.id = s.product_id WHERE p.venue_id = :venue""")
                .bind("venue", transaction.venue().id())
                .map((row, _) -> Map.entry(new StockKey(row.getString(1), row.getString(2)), row.getLong(3)))
                .forEach(level -> levels.computeIfAbsent(level.getKey().productId(), _ -> new TreeMap<>())
                        .put(level.getKey().locationId(), level.getValue()));
        return new StockViews(transaction, levels);
    }

    /// Of some products, and of what they are mixed from.
    static StockViews of(Transaction transaction, Collection<Product> products) {
        var levels = products.stream()
                .flatMap(product -> product.use().stream())
                .map(Product.Ingredient::productId)
                .distinct()
                .collect(Collectors.toMap(id -> id, transaction.stock()::byLocation));
        return new StockViews(transaction, levels);
    }

    /// The Stock view of a product (3.8).
    ObjectNode view(Product product) {
        var byLocation = byLocation(product);
        var view = JsonNodeFactory.instance.objectNode()
                .put("product_id", product.id())
                .put("name", product.name())
                .put("on_hand", quantity(product).toPlainString())
                .put("unit_type", product.unitType())
                .put("servings_left", servings(product))
                .put("status", status(product).toString())
                .put("held_on_tabs", held(product))
                .put("at_events", product.containers(atEvents(product)).toPlainString());
        var locations = view.putArray("by_location");
        transaction.catalogue().locations().forEach(location -> {
            var onHand = byLocation.get(location.id());
            if (onHand != null) {
                locations.addObject()
                        .put("location", location.name())
                        .put("on_hand", shown(product, onHand).toPlainString());
            }
        });
        return view;
    }

    /// On hand: containers, or servings of what is mixed.
    BigDecimal quantity(Product product) {
        return quantity(product, Optional.empty());
    }

    /// On hand at one location, in the same unit; everywhere if it is empty.
    BigDecimal quantity(Product product, Optional<Location> location) {
        var levels = byLocation(product);
        return shown(product, location.map(place -> levels.getOrDefault(place.id(), 0L)).orElseGet(() -> sum(levels)));
    }

    /// How a product stands at all locations together.
    StockStatus status(Product product) {
        return status(product, Optional.empty());
    }

    /// How a product stands at one location; everywhere if it is empty.
    StockStatus status(Product product, Optional<Location> location) {
        return StockStatus.of(quantity(product, location), threshold(transaction.venue(), product));
    }

    /// Whether there is or has been some of it at a location.
    boolean isKeptAt(Product product, Location location) {
        return byLocation(product).containsKey(location.id());
    }

    /// Base units of what is not mixed at all locations.
    long onHand(Product product) {
        return sum(byLocation(product));
    }

    /// Base units set aside for events and not used so far.
    long atEvents(Product product) {
        return atEvents.getOrDefault(product.id(), 0L);
    }

    private static long sum(Map<String, Long> levels) {
        return levels.values().stream().mapToLong(Long::longValue).sum();
    }

    /// Containers, or servings of what is mixed, at or below which a product is low.
    static int threshold(VenueSettings venue, Product product) {
        return product.lowStockThreshold().orElse(venue.lowStockDefault());
    }

    private static BigDecimal shown(Product product, long amount) {
        return product.recipe().isEmpty() ? product.containers(amount) : BigDecimal.valueOf(amount);
    }

    /// Whole servings that can be sold, location by location: half a serving here and half a serving there make none.
    private long servings(Product product) {
        var amounts = byLocation(product).values().stream();
        return product.recipe().isEmpty()
                ? amounts.mapToLong(amount -> Math.max(0, amount) / product.servingSize()).sum()
                : amounts.mapToLong(Long::longValue).sum();
    }

    /// Base units, or servings of what is mixed.
    private Map<String, Long> byLocation(Product product) {
        if (product.recipe().isEmpty()) {
            return levels.getOrDefault(product.id(), Map.of());
        }
        var servings = new TreeMap<String, Long>();
        for (var location : transaction.catalogue().locations()) {
            product.recipe()
                    .stream()
                    .mapToLong(ingredient -> Math.max(0, at(ingredient, location)) / ingredient.amount())
                    .min()
                    .ifPresent(count -> servings.put(location.id(), count));
        }
        return servings;
    }

    private long at(Product.Ingredient ingredient, Location location) {
        return levels.getOrDefault(ingredient.productId(), Map.of()).getOrDefault(location.id(), 0L);
    }

    /// Servings of it that open tabs hold, by itself or in what is mixed from it, rounded up.
    private long held(Product product) {
        if (!product.recipe().isEmpty()) {
            return onTabs.getOrDefault(product.id(), 0L);
        }
        var base = onTabs.entrySet()
                .stream()
                .mapToLong(entry -> entry.getValue() * uses(entry.getKey(), product))
                .sum();
        return Math.ceilDiv(base, product.servingSize());
    }

    /// Base units of `used` in a serving of the other.
    private long uses(String productId, Product used) {
        return transaction.catalogue()
                .findProduct(productId)
                .map(Product::use)
                .orElse(List.of())
                .stream()
                .filter(ingredient -> ingredient.productId().equals(used.id()))
                .mapToLong(Product.Ingredient::amount)
                .sum();
    }

    private static Map<String, Long> sums(Transaction transaction, String sql) {
        return transaction.db()
                .createQuery(sql)
                .bind("venue", transaction.venue().id())
                .map((row, _) -> Map.entry(row.getString(1), row.getLong(2)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
