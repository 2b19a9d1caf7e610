package dev.parley.venue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// The sample venue's catalogue without a database.
final class SampleCatalogue {
    private SampleCatalogue() {}

    static Catalogue make() {
        return make(List.of());
    }

    /// @param others names of further products, in a category of their own
    static Catalogue make(List<String> others) {
        var categories = new LinkedHashMap<String, Category>();
        var products = new ArrayList<Product>();
        for (var drink : SampleMenu.drinks()) {
            products.add(product(drink.name(), category(categories, drink.category()), Optional.of(drink
                    .subcategory()), drink.aliases()));
        }
        for (var name : others) {
            products.add(product(name, category(categories, "Other"), Optional.empty(), List.of()));
        }
        return new Catalogue(products, categories.values(), List.of());
    }

    private static String category(LinkedHashMap<String, Category> categories, String name) {
        return categories.computeIfAbsent(name, _ -> new Category("cat_" + name, name, Optional.empty(), true)).id();
    }

    private static Product product(String name, String category, Optional<String> subcategory, List<String> aliases) {
        return new Product("prd_" + name, name, category, subcategory, Optional.empty(), Optional.empty(), "each",
                100, OptionalLong.empty(), false, 1, 1, OptionalInt.empty(), false, aliases, List.of());
    }
}
