package dev.parley.venue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// Fills a venue with 65 drinks, their recipes, and stock at two locations, to try things out with.
///
/// Loading it again changes nothing: what is there, under whatever price and with whatever stock, stays as it is.
public final class SampleVenue {
    private static final String SESSION = "load-sample";
    private static final String STORAGE = "Storage";

    private SampleVenue() {}

    /// What to do with a venue that sells other things already.
    public enum Others {
        /** Leave it alone. */
        REFUSE,
        /** Add the sample to what is there. */
        KEEP
    }

    /// What came of it.
    ///
    /// @param added drinks that were not there
    /// @param present drinks that were
    public record Loaded(int added, int present) {
        /// As a sentence.
        @Override
        public String toString() {
            return added == 0
                    ? "All " + present + " sample drinks are there already; nothing was changed."
                    : "Added " + added + " sample drinks with their stock" + (present == 0
                            ? "."
                            : "; " + present + " were there already.");
        }
    }

    /// Loads what is missing, all of it or nothing.
    ///
    /// @throws Refusal if the venue sells other things, and they are not to be kept beside
    public static Loaded load(Venue venue, Others others) {
        return venue.till().perform(SESSION, transaction -> load(transaction, others));
    }

    private static Loaded load(Transaction transaction, Others others) {
        var drinks = SampleMenu.drinks();
        refuseOthers(transaction, drinks, others);
        var present = transaction.catalogue()
                .products()
                .stream()
                .map(product -> Folded.of(product.name()))
                .collect(Collectors.toSet());
        var missing = drinks.stream().filter(drink -> !present.contains(Folded.of(drink.name()))).toList();
        if (!missing.isEmpty()) {
            var ids = insert(transaction, missing);
            transaction.catalogueChanged();
            recipes(transaction, missing, ids);
            var storage = storage(transaction);
            transaction.catalogueChanged();
            stock(transaction, missing, ids, storage);
        }
        return new Loaded(missing.size(), drinks.size() - missing.size());
    }

    private static void refuseOthers(Transaction transaction, List<SampleMenu.Drink> drinks, Others others) {
        var names = drinks.stream().map(drink -> Folded.of(drink.name())).collect(Collectors.toSet());
        var strange = transaction.catalogue()
                .activeProducts()
                .stream()
                .filter(product -> !names.contains(Folded.of(product.name())))
                .count();
        if (strange > 0 && others == Others.REFUSE) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "Expected a venue without products of its own, found "
                    + strange + "; load the sample into another venue, or ask for it to be added beside them.");
        }
    }

    private static Map<String, String> insert(Transaction transaction, List<SampleMenu.Drink> missing) {
        var categories = new HashMap<String, String>();
        var ids = new HashMap<String, String>();
        for (var drink : missing) {
            var category = categories.computeIfAbsent(drink.category(), name -> Categories.lookUp(transaction, name)
                    .orElseGet(() -> Categories.create(transaction, name, Optional.empty()))
                    .id());
            ids.put(drink.name(), Products.insert(transaction, new Products.Draft(drink.name(), category, Optional.of(
                    drink.subcategory()), drink.unitType(), drink.priceCents(), drink.costCents(), drink.isPoured(),
                    drink.containerSize(), drink.servingSize(), OptionalInt.empty(), drink.aliases())));
        }
        return ids;
    }

    /// An ingredient that was there before is found by its name, one that is missing was made just now.
    private static void recipes(Transaction transaction, List<SampleMenu.Drink> missing, Map<String, String> ids) {
        for (var drink : missing) {
            drink.pour().ifPresent(pour -> {
                var ingredient = Optional.ofNullable(ids.get(pour.ingredient()))
                        .orElseGet(() -> transaction.product(pour.ingredient()).id());
                Products.setRecipe(transaction, idOf(ids, drink), List.of(new Product.Ingredient(ingredient, pour
                        .amount())));
            });
        }
    }

    private static String idOf(Map<String, String> ids, SampleMenu.Drink drink) {
        return Optional.ofNullable(ids.get(drink.name())).orElseThrow();
    }

    private static String storage(Transaction transaction) {
        return transaction.catalogue()
                .locations()
                .stream()
                .filter(location -> Folded.of(location.name()).equals(Folded.of(STORAGE)))
                .map(Location::id)
                .findFirst()
                .orElseGet(() -> {
                    var id = transaction.newId("loc");
                    transaction.db()
                            .createUpdate("""
                                    INSERT INTO locations (id, venue_id, name, folded_name, is_default, active)
                                    VALUES (:id, :venue, :name, :folded, FALSE, TRUE)""")
                            .bind("id", id)
                            .bind("venue", transaction.venue().id())
                            .bind("name", STORAGE)
                            .bind("folded", Folded.of(STORAGE))
                            .execute();
                    transaction.audit("location.create", id, null, STORAGE);
                    return id;
                });
    }

    private static void stock(Transaction transaction, List<SampleMenu.Drink> missing, Map<String, String> ids,
            String storage) {
        var amounts = new HashMap<StockKey, Long>();
        var bar = transaction.catalogue().defaultLocation().id();
        for (var drink : missing) {
            amounts.put(new StockKey(idOf(ids, drink), bar), drink.bar() * drink.containerSize());
            amounts.put(new StockKey(idOf(ids, drink), storage), drink.storage() * drink.containerSize());
        }
        amounts.values().removeIf(amount -> amount == 0);
        transaction.stock().lock(amounts.keySet());
        amounts.forEach((key, amount) -> transaction.stock()
                .move(key, amount, MovementKind.INITIAL, new Stock.Ref("product", key.productId())));
    }
}
