package dev.parley.venue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/// Reads a venue's whole [Catalogue].
final class CatalogueReader {
    private CatalogueReader() {}

    static Catalogue read(Handle db, String venueId) {
        return new Catalogue(products(db, venueId), categories(db, venueId), locations(db, venueId));
    }

    private static List<Product> products(Handle db, String venueId) {
        var aliases = aliases(db, venueId);
        var recipes = recipes(db, venueId);
        return db.createQuery("SELECT * FROM products WHERE venue_id = :venue")
                .bind("venue", venueId)
                .map((row, _) -> product(row, aliases, recipes))
                .list();
    }

    private static Product product(ResultSet row, Map<String, List<String>> aliases,
            Map<String, List<Product.Ingredient>> recipes) throws SQLException {
        var id = row.getString("id");
        var cost = row.getObject("cost_cents", Long.class);
        var threshold = row.getObject("low_stock_threshold", Integer.class);
        return new Product(id, row.getString("name"), row.getString("category_id"), text(row, "subcategory"), text(row,
                "description"), text(row, "image_url"), row.getString("unit_type"), row.getLong("price_cents"),
                cost == null ? OptionalLong.empty() : OptionalLong.of(cost), row.getString("base_unit").equals("ml"),
                row.getLong("container_size"), row.getLong("serving_size"),
                threshold == null ? OptionalInt.empty() : OptionalInt.of(threshold),
                row.getObject("archived_at") != null, aliases.getOrDefault(id, List.of()), recipes.getOrDefault(id,
                        List.of()));
    }

    private static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    private static Map<String, List<String>> aliases(Handle db, String venueId) {
        var aliases = new HashMap<String, List<String>>();
        db.createQuery("""
                SELECT a.product_id, a.alias FROM product_aliases a JOIN products p ON p.id = a.product_id
                WHERE p.venue_id = :venue ORDER BY a.product_id, a.alias""")
                .bind("venue", venueId)
                .map((row, _) -> aliases.computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
                        .add(row.getString(2)))
                .list();
        return aliases;
    }

    private static Map<String, List<Product.Ingredient>> recipes(Handle db, String venueId) {
        var recipes = new HashMap<String, List<Product.Ingredient>>();
        db.createQuery("""
                SELECT r.product_id, r.ingredient_id, r.amount FROM recipe_items r
                JOIN products p ON p.id = r.product_id
                WHERE p.venue_id = :venue ORDER BY r.product_id, r.ingredient_id""")
                .bind("venue", venueId)
                .map((row, _) -> recipes.computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
                        .add(new Product.Ingredient(row.getString(2), row.getLong(3))))
                .list();
        return recipes;
    }

    private static List<Category> categories(Handle db, String venueId) {
        return db.createQuery("SELECT id, name, parent_id, active FROM categories WHERE venue_id = :venue")
                .bind("venue", venueId)
                .map((row, _) -> new Category(row.getString("id"), row.getString("name"), text(row, "parent_id"), row
                        .getBoolean("active")))
                .list();
    }

    private static List<Location> locations(Handle db, String venueId) {
        return db.createQuery("SELECT id, name, is_default FROM locations WHERE venue_id = :venue AND active")
                .bind("venue", venueId)
                .map((row, _) -> new Location(row.getString("id"), row.getString("name"), row.getBoolean("is_default")))
                .list();
    }
}
