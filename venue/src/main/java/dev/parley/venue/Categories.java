package dev.parley.venue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Categories in the database: named once below their parent while active, two levels deep, gone only when nothing uses
/// them. One that is changed is locked first.
final class Categories {
    static final String UNCATEGORIZED = "Uncategorized";

    private Categories() {}

    /// The active category of this id or name, in the singular or the plural; the upper one of two.
    ///
    /// @throws Refusal if there is none
    static Category find(Transaction transaction, String spoken) {
        return lookUp(transaction, spoken).orElseThrow(() -> new Refusal(ErrorCode.CATEGORY_NOT_FOUND,
                "There is no category \"" + spoken + "\".", Map.of("categories", names(transaction.catalogue()))));
    }

    static Optional<Category> lookUp(Transaction transaction, String spoken) {
        var words = SpokenWords.of(spoken);
        var meant = active(transaction.catalogue()).stream()
                .filter(category -> category.id().equals(spoken.strip()) || SpokenWords.of(category.name())
                        .equals(words))
                .toList();
        return meant.stream()
                .filter(category -> category.parentId().isEmpty())
                .findFirst()
                .or(() -> meant.stream()
                        .findFirst());
    }

    /// One that was deleted or switched off, by its id or name.
    static Optional<Category> inactive(Transaction transaction, String spoken) {
        var words = SpokenWords.of(spoken);
        return transaction.catalogue()
                .categories()
                .stream()
                .filter(category -> !category.isActive())
                .filter(category -> category.id().equals(spoken.strip()) || SpokenWords.of(category.name())
                        .equals(words))
                .max((one, other) -> one.id().compareTo(other.id()));
    }

    /// In the order of their names.
    static List<Category> active(Catalogue catalogue) {
        return catalogue.categories()
                .stream()
                .filter(Category::isActive)
                .sorted((one, other) -> one.name().compareToIgnoreCase(other.name()))
                .toList();
    }

    static List<String> names(Catalogue catalogue) {
        return active(catalogue).stream().map(Category::name).distinct().toList();
    }

    /// @throws Refusal if the parent is not at the top, or has a category of this name
    static Category create(Transaction transaction, String spokenName, Optional<Category> parent) {
        var name = Spoken.name("name", spokenName);
        parent.ifPresent(above -> {
            lock(transaction, above.id());
            refuseThirdLevel(above);
        });
        var category = new Category(transaction.newId("cat"), name, parent.map(Category::id), true);
        var made = transaction.db()
                .createUpdate("""
                        INSERT INTO categories (id, venue_id, name, parent_id, active, active_key)
                        VALUES (:id, :venue, :name, :parent, TRUE, :key) ON CONFLICT DO NOTHING""")
                .bind("id", category.id())
                .bind("venue", transaction.venue().id())
                .bind("name", name)
                .bind("parent", parent.map(Category::id).orElse(null))
                .bind("key", key(transaction, category))
                .execute();
        if (made == 0) {
            throw exists(name);
        }
        transaction.audit("category.create", category.id(), null, name);
        changed(transaction, category);
        return category;
    }

    /// Renames it, moves it, or switches it on or off.
    ///
    /// @throws Refusal if the place or the name is taken, or it would become a third level
    static void update(Transaction transaction, Category before, Category after) {
        transaction.db()
                .createQuery("SELECT id FROM categories WHERE id = :id FOR UPDATE")
                .bind("id", before.id())
                .mapTo(String.class)
                .one();
        after.parentId().ifPresent(parentId -> {
            refuseThirdLevel(transaction.catalogue().category(parentId));
            if (parentId.equals(after.id()) || children(transaction, after.id()) > 0) {
                throw cycle();
            }
            lock(transaction, parentId);
        });
        if (after.isActive() && isTaken(transaction, after)) {
            throw exists(after.name());
        }
        if (before.isActive() && !after.isActive()) {
            refuseInUse(transaction, before);
        }
        write(transaction, after);
        transaction.audit("category.update", after.id(), before, after);
        changed(transaction, after);
    }

    /// @throws Refusal if active products or categories are in it
    static void delete(Transaction transaction, Category category) {
        lock(transaction, category.id());
        refuseInUse(transaction, category);
        write(transaction, new Category(category.id(), category.name(), category.parentId(), false));
        transaction.audit("category.delete", category.id(), category.name(), null);
        changed(transaction, category);
    }

    /// Keeps it from being deleted until the transaction ends.
    ///
    /// @throws Refusal if it is no longer there
    static void lock(Transaction transaction, String id) {
        var found = transaction.db()
                .createQuery("SELECT id FROM categories WHERE id = :id AND active FOR UPDATE")
                .bind("id", id)
                .mapTo(String.class)
                .findOne();
        if (found.isEmpty()) {
            throw new Refusal(ErrorCode.CATEGORY_NOT_FOUND, "That category has just been deleted.");
        }
    }

    private static void write(Transaction transaction, Category category) {
        transaction.db()
                .createUpdate("""
                        UPDATE categories SET name = :name, parent_id = :parent, active = :active, active_key = :key
                        WHERE id = :id""")
                .bind("id", category.id())
                .bind("name", category.name())
                .bind("parent", category.parentId().orElse(null))
                .bind("active", category.isActive())
                .bind("key", category.isActive() ? key(transaction, category) : null)
                .execute();
    }

    private static void refuseThirdLevel(Category parent) {
        if (parent.parentId().isPresent()) {
            throw cycle();
        }
    }

    private static Refusal cycle() {
        return new Refusal(ErrorCode.CATEGORY_CYCLE,
                "Categories are at most two levels deep, and none is within itself.");
    }

    private static Refusal exists(String name) {
        return new Refusal(ErrorCode.CATEGORY_EXISTS, "There is a category " + name + " already.");
    }

    private static void refuseInUse(Transaction transaction, Category category) {
        var products = products(transaction, category.id());
        var children = children(transaction, category.id());
        if (products + children > 0) {
            throw new Refusal(ErrorCode.CATEGORY_NOT_EMPTY, category.name() + " still has " + count(products, "product",
                    "products") + " and " + count(children, "sub-category", "sub-categories") + ".", Map.of("products",
                            products, "sub_categories", children));
        }
    }

    static String count(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }

    /// How many active products are in it.
    static long products(Transaction transaction, String id) {
        return transaction.db()
                .createQuery("SELECT COUNT(*) FROM products WHERE category_id = :id AND archived_at IS NULL")
                .bind("id", id)
                .mapTo(Long.class)
                .one();
    }

    private static long children(Transaction transaction, String id) {
        return transaction.db()
                .createQuery("SELECT COUNT(*) FROM categories WHERE parent_id = :id AND active")
                .bind("id", id)
                .mapTo(Long.class)
                .one();
    }

    private static boolean isTaken(Transaction transaction, Category category) {
        return transaction.db()
                .createQuery("SELECT COUNT(*) FROM categories WHERE active_key = :key AND id <> :id")
                .bind("key", key(transaction, category))
                .bind("id", category.id())
                .mapTo(Long.class)
                .one() > 0;
    }

    private static String key(Transaction transaction, Category category) {
        return transaction.venue().id() + "/" + category.parentId().orElse("") + "/" + Folded.of(category.name());
    }

    private static void changed(Transaction transaction, Category category) {
        transaction.catalogueChanged();
        transaction.publish("menu.updated", JsonNodeFactory.instance.objectNode()
                .put("category_id", category.id())
                .put("name", category.name()));
    }

    static ObjectNode view(Transaction transaction, Category category) {
        return JsonNodeFactory.instance.objectNode()
                .put("category_id", category.id())
                .put("name", category.name())
                .put("parent", category.parentId().map(id -> transaction.catalogue().category(id).name()).orElse(null))
                .put("is_active", category.isActive())
                .put("products", products(transaction, category.id()));
    }
}
