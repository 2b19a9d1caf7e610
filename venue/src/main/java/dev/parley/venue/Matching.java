package dev.parley.venue;

import java.util.List;

/// Finds the product that spoken words mean.
final class Matching {
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
        if (byId.isPresent()) {
            return new Match.One(byId.get());
        }
        var folded = Folded.of(spoken);
        var equal = catalogue.activeProducts()
                .stream()
                .filter(product -> Folded.of(product.name()).equals(folded))
                .findFirst();
        return equal.<Match>map(Match.One::new).orElseGet(() -> new Match.None(List.of()));
    }
}
