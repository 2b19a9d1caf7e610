package dev.parley.venue;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/// Products in the database, with their aliases and recipes. Names are unique among those that are not archived.
///
/// Who writes calls [#changed] once at the end.
final class Products {
    private Products() {}

    /// Lets one change of the menu happen at a time, and looks at the menu as it is then: whether a name is free or a product
    /// unused is true for good from here on. First of all in a call that changes products or categories.
    static void beginChange(Transaction transaction) {
        transaction.catalogueChanged();
    }

    /// Keeps products from being archived until the transaction ends. In the order of their ids, so that nobody waits in a
    /// circle.
    ///
    /// @throws Refusal if one has been archived since the menu was read
    static void keep(Transaction transaction, Collection<String> ids) {
        for (var id : new TreeSet<>(ids)) {
            refuseArchived(transaction, id, shared(transaction));
        }
    }

    /// The one statement that differs. PostgreSQL locks a row that others refer to whenever they do, so that more than this
    /// would wait in a circle with those who move stock; H2 knows no lock that is shared, and takes none for references.
    private static String shared(Transaction transaction) {
        try {
            return transaction.db()
                    .getConnection()
                    .getMetaData()
                    .getDatabaseProductName()
                    .equals("PostgreSQL") ? "FOR KEY SHARE" : "FOR UPDATE";
        } catch (SQLException e) {
            throw new DatabaseException("expected the database to tell its name, found that it does not", e);
        }
    }

    private static void refuseArchived(Transaction transaction, String id, String lock) {
        var isArchived = transaction.db()
                .createQuery("SELECT archived_at FROM products WHERE id = :id " + lock)
                .bind("id", id)
                .map((row, _) -> row.getObject(1) != null)
                .one();
        if (isArchived) {
            throw offTheMenu(transaction.catalogue().product(id));
        }
    }

    static Refusal offTheMenu(Product product) {
        return new Refusal(ErrorCode.PRODUCT_ARCHIVED, product.name() + " is no longer on the menu.");
    }

    /// A product that is not there yet; the components are those of [Product].
    record Draft(String name, String categoryId, Optional<String> subcategory, String unitType, long priceCents,
            OptionalLong costCents, boolean isPoured, long containerSize, long servingSize,
            OptionalInt lowStockThreshold, List<String> aliases) {}

    /// @return its id
    /// @throws Refusal if there is one of this name
    static String insert(Transaction transaction, Draft draft) {
        var id = transaction.newId("prd");
        var made = transaction.db()
                .createUpdate("""
                        INSERT INTO products (id, venue_id, name, category_id, subcategory, unit_type, price_cents,
                            cost_cents, base_unit, container_size, serving_size, low_stock_threshold, active_key,
                            version, created_at, updated_at)
                        VALUES (:id, :venue, :name, :category, :subcategory, :unit, :price, :cost, :base, :container,
                            :serving, :threshold, :key, 1, :now, :now) ON CONFLICT DO NOTHING""")
                .bind("id", id)
                .bind("venue", transaction.venue().id())
                .bind("name", draft.name)
                .bind("category", draft.categoryId)
                .bind("subcategory", draft.subcategory.orElse(null))
                .bind("unit", draft.unitType)
                .bind("price", draft.priceCents)
                .bind("cost", boxed(draft.costCents))
                .bind("base", draft.isPoured ? "ml" : "each")
                .bind("container", draft.containerSize)
                .bind("serving", draft.servingSize)
                .bind("threshold", boxed(draft.lowStockThreshold))
                .bind("key", key(transaction, draft.name))
                .bind("now", Times.toColumn(transaction.now()))
                .execute();
        if (made == 0) {
            throw duplicate(draft.name);
        }
        setAliases(transaction, id, draft.aliases);
        transaction.audit("product.create", id, null, draft.name + ", " + draft.priceCents);
        return id;
    }

    /// Writes everything of `after` but its recipe and aliases; nothing of it is to be archived or restored here.
    ///
    /// @throws Refusal if another product has the name
    static void update(Transaction transaction, Product after) {
        if (!after.isArchived()) {
            refuseTaken(transaction, after);
        }
        transaction.db()
                .createUpdate("""
                        UPDATE products SET name = :name, category_id = :category, subcategory = :subcategory,
                            unit_type = :unit, price_cents = :price, cost_cents = :cost,
                            low_stock_threshold = :threshold, active_key = :key, version = version + 1,
                            updated_at = :now
                        WHERE id = :id""")
                .bind("id", after.id())
                .bind("name", after.name())
                .bind("category", after.categoryId())
                .bind("subcategory", after.subcategory().orElse(null))
                .bind("unit", after.unitType())
                .bind("price", after.priceCents())
                .bind("cost", boxed(after.costCents()))
                .bind("threshold", boxed(after.lowStockThreshold()))
                .bind("key", after.isArchived() ? null : key(transaction, after.name()))
                .bind("now", Times.toColumn(transaction.now()))
                .execute();
    }

    static void setAliases(Transaction transaction, String id, Collection<String> aliases) {
        transaction.db().createUpdate("DELETE FROM product_aliases WHERE product_id = :id").bind("id", id).execute();
        for (var alias : aliases) {
            transaction.db()
                    .createUpdate("INSERT INTO product_aliases (product_id, alias) VALUES (:id, :alias)")
                    .bind("id", id)
                    .bind("alias", alias)
                    .execute();
        }
    }

    static void setRecipe(Transaction transaction, String id, Collection<Product.Ingredient> recipe) {
        transaction.db().createUpdate("DELETE FROM recipe_items WHERE product_id = :id").bind("id", id).execute();
        for (var ingredient : recipe) {
            transaction.db()
                    .createUpdate("""
                            INSERT INTO recipe_items (product_id, ingredient_id, amount)
                            VALUES (:id, :ingredient, :amount)""")
                    .bind("id", id)
                    .bind("ingredient", ingredient.productId())
                    .bind("amount", ingredient.amount())
                    .execute();
        }
    }

    /// Takes it off sale.
    ///
    /// @throws Refusal if it is in use
    static void archive(Transaction transaction, Product product, Optional<String> reason) {
        if (product.isArchived()) {
            throw new Refusal(ErrorCode.PRODUCT_ARCHIVED, product.name() + " is archived already.");
        }
        // Who is putting it on an order has done so, or will find it archived.
        refuseArchived(transaction, product.id(), "FOR UPDATE");
        ProductUse.refuse(transaction, product);
        transaction.db()
                .createUpdate("""
                        UPDATE products SET archived_at = :now, archive_reason = :reason, active_key = NULL,
                            version = version + 1, updated_at = :now
                        WHERE id = :id""")
                .bind("now", Times.toColumn(transaction.now()))
                .bind("reason", reason.orElse(null))
                .bind("id", product.id())
                .execute();
        transaction.audit("product.archive", product.id(), product.name(), reason.orElse(null));
    }

    /// Puts it on sale again.
    ///
    /// @throws Refusal if another has its name by now
    static void restore(Transaction transaction, Product product) {
        refuseTaken(transaction, product);
        transaction.db()
                .createUpdate("""
                        UPDATE products SET archived_at = NULL, archive_reason = NULL, active_key = :key,
                            version = version + 1, updated_at = :now
                        WHERE id = :id""")
                .bind("key", key(transaction, product.name()))
                .bind("now", Times.toColumn(transaction.now()))
                .bind("id", product.id())
                .execute();
        transaction.audit("product.restore", product.id(), null, product.name());
    }

    private static void refuseTaken(Transaction transaction, Product product) {
        var taken = transaction.db()
                .createQuery("SELECT COUNT(*) FROM products WHERE active_key = :key AND id <> :id")
                .bind("key", key(transaction, product.name()))
                .bind("id", product.id())
                .mapTo(Long.class)
                .one();
        if (taken > 0) {
            throw duplicate(product.name());
        }
    }

    /// The archived product of exactly this name, the one archived last.
    static Optional<Product> archived(Transaction transaction, String name) {
        var folded = Folded.of(name);
        return transaction.catalogue()
                .products()
                .stream()
                .filter(product -> product.isArchived() && Folded.of(product.name()).equals(folded))
                .max((one, other) -> one.id().compareTo(other.id()));
    }

    /// Makes what was written part of the catalogue, and tells of it.
    static Product changed(Transaction transaction, String id) {
        transaction.catalogueChanged();
        var product = transaction.catalogue().product(id);
        transaction.publish("menu.updated", JsonNodeFactory.instance.objectNode()
                .put("product_id", id)
                .put("name", product.name())
                .put("price_cents", product.priceCents())
                .put("archived", product.isArchived()));
        return product;
    }

    private static Refusal duplicate(String name) {
        return new Refusal(ErrorCode.DUPLICATE_PRODUCT, "There is a product " + name + " already.", Map.of("name",
                name));
    }

    private static String key(Transaction transaction, String name) {
        return transaction.venue().id() + "/" + Folded.of(name);
    }

    private static @Nullable Long boxed(OptionalLong value) {
        return value.isPresent() ? (Long) value.getAsLong() : null;
    }

    private static @Nullable Integer boxed(OptionalInt value) {
        return value.isPresent() ? (Integer) value.getAsInt() : null;
    }
}
