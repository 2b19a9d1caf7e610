package dev.parley.venue;

import java.text.Normalizer;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How the reference finds a product, to compare with: strip accents, lower-case, trim; 1.0 for equal, 0.9 where the
/// name starts with the query, 0.7 where it contains it; keep what is above 0.6, take the best, the first of several.
final class ReferenceMatcher {
    private final List<Product> products;

    ReferenceMatcher(Collection<Product> products) {
        this.products = products.stream().sorted(Comparator.comparing(Product::id)).toList();
    }

    Optional<Product> find(String spoken) {
        var query = fold(spoken);
        Product best = null;
        var highest = 0.6;
        for (var product : products) {
            var score = score(fold(product.name()), query);
            if (score > highest) {
                highest = score;
                best = product;
            }
        }
        return Optional.ofNullable(best);
    }

    private static double score(String name, String query) {
        if (name.equals(query)) {
            return 1.0;
        }
        if (name.startsWith(query)) {
            return 0.9;
        }
        return name.contains(query) ? 0.7 : 0;
    }

    private static String fold(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT)
                .strip();
    }
}
