package dev.parley.venue;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Puts products on a test venue's shelves, and looks how many are there.
final class Shelf {
    private final TestVenue venue;

    Shelf(TestVenue venue) {
        this.venue = venue;
    }

    /// Something sold by the piece, with so many at the bar; costs 2.00, sells at 5.00.
    String pieces(String name, long onHand) {
        return put(name, "each", 1, 1, onHand);
    }

    /// Something poured from bottles of 750 ml, with so many millilitres at the bar; costs 2.00 a bottle.
    String poured(String name, long serving, long onHand) {
        return put(name, "ml", 750, serving, onHand);
    }

    /// Something mixed from amounts of others.
    String mixed(String name, Map<String, Long> recipe) {
        var id = put(name, "each", 1, 1, 0);
        return venue.perform(transaction -> {
            recipe.forEach((ingredient, amount) -> transaction.db()
                    .execute("INSERT INTO recipe_items (product_id, ingredient_id, amount) VALUES (?, ?, ?)", id,
                            ingredient, amount));
            transaction.catalogueChanged();
            return id;
        });
    }

    private String put(String name, String unit, long container, long serving, long onHand) {
        return venue.perform(transaction -> {
            var id = transaction.newId("prd");
            var now = Times.toColumn(transaction.now());
            transaction.db()
                    .execute("""
                            INSERT INTO products (id, venue_id, name, category_id, unit_type, price_cents, cost_cents,
                                base_unit, container_size, serving_size, active_key, version, created_at, updated_at)
                            VALUES (?, ?, ?, ?, 'bottle', 500, 200, ?, ?, ?, ?, 1, ?, ?)""", id, transaction.venue()
                            .id(), name, category(transaction), unit, container, serving, transaction.venue().id() + "/"
                                    + Folded.of(name), now, now);
            transaction.catalogueChanged();
            if (onHand != 0) {
                var key = new StockKey(id, transaction.sellingLocation().id());
                transaction.stock().lock(List.of(key));
                transaction.stock().move(key, onHand, MovementKind.INITIAL, new Stock.Ref("product", id));
            }
            return id;
        });
    }

    private static String category(Transaction transaction) {
        return transaction.catalogue().categories().stream().findFirst().map(Category::id).orElseGet(() -> {
            var id = transaction.newId("cat");
            transaction.db()
                    .execute("INSERT INTO categories (id, venue_id, name, active) VALUES (?, ?, 'Drinks', TRUE)", id,
                            transaction.venue().id());
            return id;
        });
    }

    String location(String name) {
        return venue.location(name);
    }

    /// Moves stock at the bar as a sale does.
    void sell(String productId, long amount) {
        venue.perform(transaction -> {
            var key = new StockKey(productId, transaction.sellingLocation().id());
            transaction.stock().lock(List.of(key));
            return transaction.stock().move(key, -amount, MovementKind.ADJUSTMENT, new Stock.Ref("test", "sale"));
        });
    }

    /// Base units at the bar.
    long atBar(String productId) {
        return at("Main Bar", productId);
    }

    long at(String location, String productId) {
        return venue.perform(transaction -> Optional.ofNullable(transaction.stock()
                .byLocation(productId)
                .get(transaction.location(location).id())).orElse(0L));
    }

    /// What breaks the rules in this test's venue; others share its database.
    List<VenueCheck.Finding> findings() {
        return venue.venue().check().stream().filter(finding -> finding.venueId().equals(venue.venue().id())).toList();
    }
}
