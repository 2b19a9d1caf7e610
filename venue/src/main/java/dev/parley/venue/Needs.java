package dev.parley.venue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What drinks use up, recipes expanded, and which of them are short. Pure arithmetic.
///
/// @param servings how many of each product are wanted
/// @param base base units of each product that is used up for them
record Needs(Map<String, Integer> servings, Map<String, Long> base) {

    /// A product of which there is too little.
    ///
    /// @param available servings that could be had, beside everything else that is wanted
    record Shortage(Product product, int wanted, long available) {}

    static Needs of(Catalogue catalogue, Map<String, Integer> servings) {
        var base = new TreeMap<String, Long>();
        servings.forEach((id, count) -> catalogue.product(id)
                .use()
                .forEach(used -> base.merge(used.productId(), Math.multiplyExact(used.amount(), (long) count),
                        Math::addExact)));
        return new Needs(servings, base);
    }

    /// What is short, in the order it was wanted in.
    ///
    /// @param available base units of each product used; what is not in it is not there
    List<Shortage> shortIn(Catalogue catalogue, Map<String, Long> available) {
        var missing = new ArrayList<Shortage>();
        servings.forEach((id, wanted) -> {
            var product = catalogue.product(id);
            var servable = servable(product, wanted, available);
            if (servable < wanted) {
                missing.add(new Shortage(product, wanted, servable));
            }
        });
        return missing;
    }

    private long servable(Product product, int wanted, Map<String, Long> available) {
        return product.use()
                .stream()
                .mapToLong(used -> {
                    var forOthers = base.getOrDefault(used.productId(), 0L) - used.amount() * wanted;
                    return Math.max(0, available.getOrDefault(used.productId(), 0L) - forOthers) / used.amount();
                })
                .min()
                .orElse(0);
    }
}
