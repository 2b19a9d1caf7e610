package dev.parley.venue;

import java.util.List;
import java.util.Set;

/// One way to say a product: its name, or one of its aliases. Equal to itself only.
final class SpokenName {
    private final Product product;
    private final List<String> words;
    private final String joined;
    private final int letters;
    private final boolean isAlias;
    private final Set<String> kinds;

    private SpokenName(Product product, List<String> words, boolean isAlias, Set<String> kinds) {
        this.product = product;
        this.words = words;
        this.joined = String.join("", words);
        this.letters = WordLikeness.letters(joined);
        this.isAlias = isAlias;
        this.kinds = kinds;
    }

    static SpokenName name(Product product, Set<String> kinds) {
        return new SpokenName(product, SpokenWords.of(product.name()), false, kinds);
    }

    static SpokenName alias(Product product, String alias, Set<String> kinds) {
        return new SpokenName(product, SpokenWords.of(alias), true, kinds);
    }

    Product product() {
        return product;
    }

    /// As [SpokenWords] has them.
    List<String> words() {
        return words;
    }

    /// The words without spaces: what is said in one word or in two is the same.
    String joined() {
        return joined;
    }

    /// As [WordLikeness#letters] has them.
    int letters() {
        return letters;
    }

    boolean isAlias() {
        return isAlias;
    }

    /// The words of the product's category, the category's parent, and its subcategory.
    Set<String> kinds() {
        return kinds;
    }
}
