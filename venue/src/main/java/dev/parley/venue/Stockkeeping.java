package dev.parley.venue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What counting, adjusting and setting aside have in common: which products and places they concern, and what they say
/// when there is too little.
final class Stockkeeping {
    private static final int MAX_NAME = 80;

    private Stockkeeping() {}

    /// The active product of this name or id that has stock of its own.
    ///
    /// @throws Refusal if there is none, it is archived, or it is mixed from others
    static Product product(Transaction transaction, String spoken) {
        var product = transaction.product(spoken);
        if (product.isArchived()) {
            throw new Refusal(ErrorCode.PRODUCT_ARCHIVED, product.name() + " is archived; restore it first.");
        }
        if (!product.recipe().isEmpty()) {
            var ingredients = product.recipe()
                    .stream()
                    .map(ingredient -> transaction.catalogue().product(ingredient.productId()).name())
                    .toList();
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, product.name()
                    + " is mixed and has no stock of its own; say "
                    + String.join(" or ", ingredients) + " instead.", Map.of("ingredients", ingredients));
        }
        return product;
    }

    /// The location of this name or id, made if there is none and the venue's settings say so.
    static Location location(Transaction transaction, String spoken) {
        var name = spoken.strip();
        if (!transaction.venue().autoCreateLocations() || Folded.of(name).isEmpty() || name.length() > MAX_NAME
                || transaction.catalogue().locations().stream().anyMatch(known -> is(known, name))) {
            return transaction.location(name);
        }
        var id = transaction.newId("loc");
        var made = transaction.db()
                .createUpdate("""
                        INSERT INTO locations (id, venue_id, name, folded_name, is_default, active)
                        VALUES (:id, :venue, :name, :folded, FALSE, TRUE) ON CONFLICT DO NOTHING""")
                .bind("id", id)
                .bind("venue", transaction.venue().id())
                .bind("name", name)
                .bind("folded", Folded.of(name))
                .execute();
        transaction.catalogueChanged();
        if (made == 1) {
            transaction.audit("location.create", id, null, name);
        }
        return transaction.location(name);
    }

    private static boolean is(Location location, String name) {
        return location.id().equals(name) || Folded.of(location.name()).equals(Folded.of(name));
    }

    /// There is less than was asked for. Tells of other places that have some.
    static Refusal shortage(Transaction transaction, Product product, Location location, long wanted) {
        var levels = transaction.stock().byLocation(product.id());
        var available = product.containers(Math.max(0, levels.getOrDefault(location.id(), 0L)));
        var item = new LinkedHashMap<String, Object>();
        item.put("product_id", product.id());
        item.put("name", product.name());
        item.put("location", location.name());
        item.put("requested", product.containers(wanted));
        item.put("available", available);
        item.put("elsewhere", transaction.catalogue()
                .locations()
                .stream()
                .filter(other -> !other.equals(location) && levels.getOrDefault(other.id(), 0L) > 0)
                .map(other -> Map.of("location", other.name(), "available", product.containers(levels.getOrDefault(other
                        .id(), 0L))))
                .toList());
        return new Refusal(ErrorCode.INSUFFICIENT_STOCK, "Only " + available.toPlainString() + " " + product.name()
                + " available in stock at " + location.name(), Map.of("items", List.of(item)));
    }

    /// Words that are kept beside what was done; none if nothing was said.
    static Optional<String> words(Optional<String> said) {
        return said.map(text -> text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip()).filter(text -> !text.isEmpty());
    }

    /// A name that is kept, with letters or digits to tell it from others by.
    static String name(String member, String said) {
        var name = words(Optional.of(said)).orElse("");
        if (Folded.of(name).isEmpty() || name.length() > MAX_NAME || Folded.of(name).length() > MAX_NAME) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, member + ": expected a name of 1 to " + MAX_NAME
                    + " characters with letters or digits.");
        }
        return name;
    }

    static ObjectNode json() {
        return JsonNodeFactory.instance.objectNode();
    }

    /// Tells those who read a result that stock is below zero, where a venue allows that.
    static Answer withLevel(Answer answer, Product product, long onHand) {
        answer.with("on_hand", product.containers(onHand).toPlainString());
        return onHand < 0 ? answer.with("negative_stock", true) : answer;
    }
}
