package dev.parley.venue;

import java.util.Comparator;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The venue's stock, for programs. Thread-safe.
public final class Stockroom {
    private final Till till;

    Stockroom(Till till) {
        this.till = till;
    }

    /// Every active product by name, as its stock view with `category_id` and `threshold`: `{"items":[...]}`.
    ///
    /// @param location only what is kept there, by name or id; `quantity` and `status` are then of that location
    /// @throws Refusal if there is no such location
    public ObjectNode inventory(Optional<String> location) {
        return till.read(transaction -> {
            var place = location.map(transaction::location);
            var views = StockViews.all(transaction);
            var list = Stockkeeping.json();
            var items = list.putArray("items");
            transaction.catalogue()
                    .activeProducts()
                    .stream()
                    .sorted(Comparator.comparing(Product::name))
                    .filter(product -> place.isEmpty() || views.isKeptAt(product, place.get()))
                    .forEach(product -> items.add(item(transaction, views, product, place)));
            return list;
        });
    }

    private static ObjectNode item(Transaction transaction, StockViews views, Product product,
            Optional<Location> place) {
        return views.view(product)
                .put("category_id", product.categoryId())
                .put("quantity", views.quantity(product, place))
                .put("status", views.status(product, place).toString())
                .put("threshold", StockViews.threshold(transaction.venue(), product));
    }

    /// What moved a product's stock, newest first: `{"movements":[...]}`.
    ///
    /// @param product its name or id, archived or not if it is the id
    /// @param limit at most 1000
    /// @throws Refusal if there is no such product
    public ObjectNode movements(String product, int limit) {
        if (limit < 1 || limit > 1_000) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "limit: expected 1 to 1000, found " + limit + ".");
        }
        return till.read(transaction -> {
            var found = transaction.product(product);
            var list = Stockkeeping.json().put("product_id", found.id()).put("name", found.name());
            var movements = list.putArray("movements");
            transaction.db()
                    .createQuery("""
                            SELECT m.*, l.name AS location FROM stock_movements m
                            JOIN locations l ON l.id = m.location_id
                            WHERE m.product_id = :product ORDER BY m.moved_at DESC, m.position DESC LIMIT :limit""")
                    .bind("product", found.id())
                    .bind("limit", limit)
                    .map((row, _) -> Stockkeeping.json()
                            .put("id", row.getString("id"))
                            .put("location", row.getString("location"))
                            .put("change", found.containers(row.getLong("delta")))
                            .put("on_hand", found.containers(row.getLong("balance_after")).toPlainString())
                            .put("kind", row.getString("kind"))
                            .put("ref_type", row.getString("ref_type"))
                            .put("ref_id", row.getString("ref_id"))
                            .put("session_id", row.getString("session_id"))
                            .put("call_id", row.getString("call_id"))
                            .put("at", Times.of(row, "moved_at").toString()))
                    .forEach(movements::add);
            return list;
        });
    }
}
