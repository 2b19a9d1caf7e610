package dev.parley.venue;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;

/// Finds the product that spoken words mean, and never guesses: what may mean several is answered with all of them.
final class Matching {
    /// Scores as near as this to the best may be meant as well, in thousandths.
    private static final int TIE = 50;
    private static final int CANDIDATES = 5;
    private static final int SUGGESTIONS = 3;
    private static final Pattern TOGETHER = Pattern.compile(" (and|with|plus) ");

    private Matching() {}

    /// What words mean.
    sealed interface Match {
        record One(Product product) implements Match {}

        /// Any of these may be meant.
        ///
        /// @param candidates at least two, at most five, best first
        record Several(List<Product> candidates) implements Match {}

        /// None of them is meant.
        ///
        /// @param suggestions at most three, nearest first
        record None(List<Product> suggestions) implements Match {}
    }

    /// Among the active products; an id is found, archived or not.
    static Match product(Catalogue catalogue, String spoken) {
        var byId = catalogue.findProduct(spoken);
        return byId.isPresent() ? new Match.One(byId.get()) : among(catalogue.names(), spoken);
    }

    /// Among some products only, such as those in a cart, archived or not; by id as well.
    static Match among(Catalogue catalogue, Collection<Product> products, String spoken) {
        var byId = products.stream().filter(product -> product.id().equals(spoken)).findFirst();
        return byId.isPresent() ? new Match.One(byId.get()) : among(new NameIndex(products, catalogue), spoken);
    }

    private static Match among(NameIndex names, String spoken) {
        var whole = whole(names, spoken);
        return whole instanceof Match.None ? together(names, spoken, whole) : whole;
    }

    private static Match whole(NameIndex names, String spoken) {
        var ranked = names.find(spoken);
        if (ranked.isEmpty()) {
            return new Match.None(names.nearest(spoken, SUGGESTIONS));
        }
        var best = ranked.getFirst();
        // An equal name leaves no doubt; an equal alias does if it is another's as well.
        var tie = best.score() == NameScore.EQUAL || best.score() == NameScore.ALIAS_EQUAL ? 0 : TIE;
        var candidates = ranked.stream()
                .filter(other -> other.score() >= best.score() - tie)
                .map(NameIndex.Ranked::product)
                .toList();
        return candidates.size() == 1 ? new Match.One(best.product()) : several(candidates, spoken);
    }

    private static Match several(List<Product> candidates, String spoken) {
        var folded = Folded.of(spoken);
        var same = candidates.stream().filter(product -> Folded.of(product.name()).equals(folded)).toList();
        return same.size() == 1
                ? new Match.One(same.getFirst())
                : new Match.Several(List.copyOf(candidates.subList(0, Math.min(CANDIDATES, candidates.size()))));
    }

    /// What is no product, but several said together, as "jack and coke".
    private static Match together(NameIndex names, String spoken, Match none) {
        var parts = TOGETHER.split(" " + Folded.of(spoken) + " ", -1);
        var products = new LinkedHashSet<Product>();
        for (var part : parts) {
            if (!(whole(names, part) instanceof Match.One(var product))) {
                return none;
            }
            products.add(product);
        }
        return products.size() < 2
                ? none
                : new Match.Several(products.stream().limit(CANDIDATES).toList());
    }
}
