package dev.parley.venue;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.JsonNodeFactory;

/// Stock within one transaction: levels, and the movements that change them. The sum of a product's movements at a
/// location is its level there, at all times.
final class Stock {
    private final Transaction transaction;
    private final Map<StockKey, Long> locked = new HashMap<>();

    /// What a movement belongs to: an order, a count, an adjustment, an allocation, a product.
    record Ref(String type, String id) {}

    Stock(Transaction transaction) {
        this.transaction = transaction;
    }

    /// Locks these rows in the order that is everybody's, making those that are missing. All rows of a transaction
    /// are to be locked by one call of this.
    ///
    /// @return base units on hand
    Map<StockKey, Long> lock(Collection<StockKey> keys) {
        var levels = new TreeMap<StockKey, Long>();
        for (var key : new TreeSet<>(keys)) {
            var level = locked.containsKey(key) ? locked.get(key) : lock(key);
            locked.put(key, level);
            levels.put(key, level);
        }
        return levels;
    }

    private Long lock(StockKey key) {
        var db = transaction.db();
        return select(db, key).orElseGet(() -> {
            db.createUpdate("""
                    INSERT INTO stock_levels (product_id, location_id, on_hand, version)
                    VALUES (:product, :location, 0, 1) ON CONFLICT DO NOTHING""")
                    .bind("product", key.productId())
                    .bind("location", key.locationId())
                    .execute();
            return select(db, key).orElseThrow();
        });
    }

    private static java.util.Optional<Long> select(Handle db, StockKey key) {
        return db.createQuery("""
                SELECT on_hand FROM stock_levels WHERE product_id = :product AND location_id = :location FOR UPDATE""")
                .bind("product", key.productId())
                .bind("location", key.locationId())
                .mapTo(Long.class)
                .findOne();
    }

    /// Whether a row that is locked holds enough to give up `amount` base units, or the venue does not mind.
    boolean allows(StockKey key, long amount) {
        return transaction.venue().allowNegativeStock() || level(key) >= amount;
    }

    /// Moves stock at a row that is locked, and writes the movement.
    ///
    /// @return what is then on hand
    /// @throws IllegalStateException if the row is not locked, or would go below zero where it must not: who moves stock
    ///         asks first, and refuses in words of its own
    long move(StockKey key, long delta, MovementKind kind, Ref ref) {
        var after = Math.addExact(level(key), delta);
        if (after < 0 && delta < 0 && !transaction.venue().allowNegativeStock()) {
            throw new IllegalStateException("expected stock to stay at 0 or above, found " + after + " of " + key);
        }
        var db = transaction.db();
        db.createUpdate("""
                UPDATE stock_levels SET on_hand = :after, version = version + 1
                WHERE product_id = :product AND location_id = :location""")
                .bind("after", after)
                .bind("product", key.productId())
                .bind("location", key.locationId())
                .execute();
        db.createUpdate("""
                INSERT INTO stock_movements (id, venue_id, product_id, location_id, position, delta, balance_after,
                    kind, ref_type, ref_id, session_id, call_id, moved_at)
                SELECT :id, :venue, product_id, location_id, version, :delta, :after, :kind, :type, :ref, :session,
                    :call, :now
                FROM stock_levels WHERE product_id = :product AND location_id = :location""")
                .bind("id", transaction.newId("mov"))
                .bind("venue", transaction.venue().id())
                .bind("product", key.productId())
                .bind("location", key.locationId())
                .bind("delta", delta)
                .bind("after", after)
                .bind("kind", kind.toString())
                .bind("type", ref.type())
                .bind("ref", ref.id())
                .bind("session", transaction.session().id())
                .bind("call", transaction.callId().orElse(null))
                .bind("now", Times.toColumn(transaction.now()))
                .execute();
        locked.put(key, after);
        tell(key, delta, after, kind);
        return after;
    }

    private long level(StockKey key) {
        var level = locked.get(key);
        if (level == null) {
            throw new IllegalStateException("expected " + key + " to be locked, found that it is not");
        }
        return level;
    }

    private void tell(StockKey key, long delta, long after, MovementKind kind) {
        var product = transaction.catalogue().product(key.productId());
        var data = JsonNodeFactory.instance.objectNode()
                .put("product_id", key.productId())
                .put("name", product.name())
                .put("location", transaction.catalogue().location(key.locationId()).name())
                .put("on_hand", product.containers(after).toPlainString())
                .put("change", product.containers(delta).toPlainString())
                .put("reason", kind.toString());
        transaction.publish("stock.changed", data);
        // Who sells tells of all that became low by it, and a transfer takes nothing away.
        if (delta < 0 && kind != MovementKind.SALE && kind != MovementKind.TRANSFER) {
            tellIfLow(product, delta);
        }
    }

    /// Tells once of what was above its threshold and no longer is, and once that nothing is left.
    private void tellIfLow(Product product, long delta) {
        var left = everywhere(product.id());
        if (LowStock.becameLow(transaction.venue(), product, left - delta, left)) {
            var threshold = StockViews.threshold(transaction.venue(), product);
            transaction.publish("stock.low", JsonNodeFactory.instance.objectNode()
                    .put("product_id", product.id())
                    .put("name", product.name())
                    .put("on_hand", product.containers(left).toPlainString())
                    .put("threshold", threshold)
                    .put("status", StockStatus.of(product.containers(left), threshold).toString()));
        }
    }

    /// Base units on hand by location, without locking anything.
    Map<String, Long> byLocation(String productId) {
        var levels = new TreeMap<String, Long>();
        transaction.db()
                .createQuery("SELECT location_id, on_hand FROM stock_levels WHERE product_id = :product")
                .bind("product", productId)
                .map((row, _) -> levels.put(row.getString(1), row.getLong(2)))
                .list();
        return levels;
    }

    /// Base units on hand at all locations, without locking anything.
    long everywhere(String productId) {
        return byLocation(productId).values().stream().mapToLong(Long::longValue).sum();
    }
}
