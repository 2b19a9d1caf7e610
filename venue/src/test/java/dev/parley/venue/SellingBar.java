package dev.parley.venue;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A bar to sell from: puts products on the shelves of a [TestVenue], and looks at what is left and what was paid.
final class SellingBar implements AutoCloseable {
    static final String MAIN = "Main Bar";

    final TestVenue venue;
    final Engine engine;
    private final String categoryId;

    SellingBar(Engine engine) {
        this.engine = engine;
        this.venue = new TestVenue(engine);
        this.categoryId = venue.perform(transaction -> {
            var id = transaction.newId("cat");
            transaction.db()
                    .execute(
                            "INSERT INTO categories (id, venue_id, name, active, active_key) VALUES (?, ?, ?, TRUE, ?)",
                            id, transaction.venue().id(), "Drinks", transaction.venue().id() + "/drinks");
            transaction.catalogueChanged();
            return id;
        });
    }

    /// Something sold by the piece.
    String piece(String name, long priceCents, long onHand) {
        return product(name, priceCents, "each", 1, 1, onHand);
    }

    /// Something poured from bottles of 750 ml.
    ///
    /// @param onHand millilitres
    String poured(String name, long priceCents, long serving, long onHand) {
        return product(name, priceCents, "ml", 750, serving, onHand);
    }

    /// Something mixed from amounts of others.
    String mixed(String name, long priceCents, Map<String, Long> recipe) {
        var id = product(name, priceCents, "each", 1, 1, 0);
        sql("UPDATE products SET low_stock_threshold = 0 WHERE id = ?", id);
        recipe.forEach((ingredient, amount) -> sql(
                "INSERT INTO recipe_items (product_id, ingredient_id, amount) VALUES (?, ?, ?)", id, ingredient,
                amount));
        return id;
    }

    private String product(String name, long priceCents, String unit, long container, long serving, long onHand) {
        return venue.perform(transaction -> {
            var id = transaction.newId("prd");
            var now = Times.toColumn(transaction.now());
            transaction.db()
                    .execute("""
                            INSERT INTO products (id, venue_id, name, category_id, unit_type, price_cents, base_unit,
                                container_size, serving_size, active_key, version, created_at, updated_at)
                            VALUES (?, ?, ?, ?, 'bottle', ?, ?, ?, ?, ?, 1, ?, ?)""", id, transaction.venue()
                            .id(), name, categoryId, priceCents, unit, container, serving, transaction.venue().id()
                                    + "/" + Folded.of(name), now, now);
            transaction.catalogueChanged();
            var key = new StockKey(id, transaction.sellingLocation().id());
            transaction.stock().lock(List.of(key));
            if (onHand > 0) {
                transaction.stock().move(key, onHand, MovementKind.INITIAL, new Stock.Ref("product", id));
            }
            return id;
        });
    }

    String location(String name) {
        return venue.location(name);
    }

    /// Changes stock in base units, as a delivery or a loss does.
    void deliver(String productId, String location, long change) {
        venue.perform(transaction -> {
            var key = new StockKey(productId, transaction.location(location).id());
            transaction.stock().lock(List.of(key));
            return transaction.stock().move(key, change, MovementKind.ADJUSTMENT, new Stock.Ref("test", "delivery"));
        });
    }

    /// Changes a row by hand, and everything that was remembered of it.
    void sql(String sql, Object... values) {
        venue.perform(transaction -> {
            var changed = transaction.db().execute(sql, values);
            transaction.catalogueChanged();
            return changed;
        });
    }

    void rule(String column, Object value) {
        sql("UPDATE venues SET " + column + " = ? WHERE id = ?", value, venue.venue().id());
    }

    /// Base units at all locations.
    long onHand(String productId) {
        return venue.perform(transaction -> transaction.stock().everywhere(productId));
    }

    /// One number out of the database; `?` is the venue's id.
    long number(String sql) {
        return venue.perform(transaction -> transaction.db()
                .createQuery(sql)
                .bind(0, transaction.venue().id())
                .mapTo(Long.class)
                .one());
    }

    JsonNode done(String name, String arguments) {
        return venue.done(name, arguments);
    }

    JsonNode done(String session, String name, String arguments) {
        return venue.done(session, name, arguments);
    }

    JsonNode refused(String name, String arguments) {
        return venue.refused(name, arguments);
    }

    JsonNode refused(String session, String name, String arguments) {
        return venue.refused(session, name, arguments);
    }

    static String code(JsonNode refusal) {
        return refusal.path("code").asString();
    }

    @Override
    public void close() {
        venue.close();
    }
}
