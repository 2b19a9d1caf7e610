package dev.parley.venue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntBiFunction;

/// The names of products, ready to be asked for by spoken words. Immutable.
///
/// A whole name is one look-up. Anything less is looked for among the names that share its rarest word: first whole
/// words, then parts of them, and only if neither fits, words with slips of the tongue or of the recogniser.
final class NameIndex {
    private static final Comparator<Ranked> BEST_FIRST = Comparator.comparingInt(Ranked::score)
            .reversed()
            .thenComparing(ranked -> ranked.product().name());

    /// As many names are looked at closely for suggestions.
    private static final int PROMISING = 40;

    private final List<SpokenName> names = new ArrayList<>();
    private final Map<String, List<SpokenName>> byJoined = new HashMap<>();
    /// By each word of the name and of the product's kinds.
    private final Map<String, List<SpokenName>> byWord = new HashMap<>();
    /// The words by what they sound like.
    private final Map<String, List<String>> bySound = new HashMap<>();

    /// A product and how well its best name fits, in thousandths.
    record Ranked(Product product, int score) {}

    NameIndex(Collection<Product> products, Catalogue catalogue) {
        for (var product : products) {
            var kinds = kinds(product, catalogue);
            add(SpokenName.name(product, kinds));
            product.aliases().forEach(alias -> add(SpokenName.alias(product, alias, kinds)));
        }
        byWord.keySet()
                .forEach(word -> bySound.computeIfAbsent(WordLikeness.sounds(word), _ -> new ArrayList<>())
                        .add(word));
    }

    private static Set<String> kinds(Product product, Catalogue catalogue) {
        var category = catalogue.category(product.categoryId());
        var kinds = new HashSet<>(SpokenWords.of(category.name()));
        category.parentId().ifPresent(parent -> kinds.addAll(SpokenWords.of(catalogue.category(parent).name())));
        product.subcategory().ifPresent(kind -> kinds.addAll(SpokenWords.of(kind)));
        return Set.copyOf(kinds);
    }

    private void add(SpokenName name) {
        names.add(name);
        byJoined.computeIfAbsent(name.joined(), _ -> new ArrayList<>()).add(name);
        var words = new HashSet<>(name.words());
        words.addAll(name.kinds());
        words.forEach(word -> byWord.computeIfAbsent(word, _ -> new ArrayList<>()).add(name));
    }

    /// The products that may be meant, best first; empty if there is none.
    List<Ranked> find(String spoken) {
        var readings = SpokenWords.readings(spoken);
        var found = equal(readings);
        if (found.isEmpty()) {
            found = rank(readings, words -> rarest(words, this::same), NameScore::literal);
        }
        if (found.isEmpty()) {
            found = rank(readings, words -> rarest(words, this::containing), NameScore::literal);
        }
        return found.isEmpty() ? rank(readings, this::alike, NameScore::lenient) : found;
    }

    /// Everything that words may have to do with, best first; wider than [#find], for looking around.
    List<Ranked> search(String spoken) {
        var readings = SpokenWords.readings(spoken);
        var best = new Best();
        equal(readings).forEach(best::add);
        rank(readings, words -> rarest(words, this::containing), NameScore::literal).forEach(best::add);
        if (best.isEmpty()) {
            rank(readings, this::alike, NameScore::lenient).forEach(best::add);
        }
        return best.ranked();
    }

    private List<Ranked> equal(SpokenWords.Readings readings) {
        var best = new Best();
        for (var words : readings.all()) {
            for (var name : byJoined.getOrDefault(String.join("", words), List.of())) {
                best.add(name.product(), name.isAlias() ? NameScore.ALIAS_EQUAL : NameScore.EQUAL);
            }
            if (!best.isEmpty()) {
                break;
            }
        }
        return best.ranked();
    }

    private static List<Ranked> rank(SpokenWords.Readings readings,
            Function<List<String>, Collection<SpokenName>> candidates, ToIntBiFunction<List<String>, SpokenName> score) {
        var best = new Best();
        for (var words : readings.meanings()) {
            for (var name : candidates.apply(words)) {
                var reached = score.applyAsInt(words, name);
                if (reached >= NameScore.LEAST) {
                    best.add(name.product(), reached);
                }
            }
        }
        return best.ranked();
    }

    /// The names in which the rarest of the words may be.
    private static Collection<SpokenName> rarest(List<String> words, Function<String, Collection<SpokenName>> names) {
        return words.stream().map(names).min(Comparator.comparingInt(Collection::size)).orElse(List.of());
    }

    private Collection<SpokenName> same(String said) {
        return byWord.getOrDefault(said, List.of());
    }

    private Collection<SpokenName> containing(String said) {
        var found = new LinkedHashSet<SpokenName>();
        for (var entry : byWord.entrySet()) {
            if (NameScore.contains(entry.getKey(), said)) {
                found.addAll(entry.getValue());
            }
        }
        return found;
    }

    /// The names with a word that may be meant by the rarest of the words, and those that are as long as all of them.
    private Collection<SpokenName> alike(List<String> words) {
        var alike = new LinkedHashSet<>(rarest(words, this::alike));
        var length = words.stream().mapToInt(String::length).sum();
        names.stream().filter(name -> Math.abs(name.joined().length() - length) <= 2).forEach(alike::add);
        return alike;
    }

    private Collection<SpokenName> alike(String said) {
        var found = new LinkedHashSet<SpokenName>();
        bySound.getOrDefault(WordLikeness.sounds(said), List.of()).forEach(word -> found.addAll(same(word)));
        for (var entry : byWord.entrySet()) {
            if (WordLikeness.ofLetters(said, entry.getKey()) > 0) {
                found.addAll(entry.getValue());
            }
        }
        return found;
    }

    /// The products whose names are least unlike what was said, best first.
    List<Product> nearest(String spoken, int count) {
        var words = SpokenWords.readings(spoken).all().getLast();
        var joined = String.join("", words);
        var letters = WordLikeness.letters(joined);
        var best = new Best();
        names.stream()
                .sorted(Comparator.comparingInt(name -> -shared(words, name) - Integer.bitCount(letters & name.letters())
                        + Integer.bitCount(letters ^ name.letters())))
                .limit(PROMISING)
                .forEach(name -> best.add(name.product(), likeness(joined, name) + shared(words, name)));
        return best.ranked().stream().limit(count).map(Ranked::product).toList();
    }

    private static int likeness(String joined, SpokenName name) {
        var longer = Math.max(1, Math.max(joined.length(), name.joined().length()));
        return WordLikeness.SAME - WordLikeness.SAME * WordLikeness.distance(joined, name.joined()) / longer;
    }

    private static int shared(List<String> words, SpokenName name) {
        var shared = 0;
        for (var word : words) {
            shared += name.words().contains(word) || name.kinds().contains(word) ? 1 : 0;
        }
        return WordLikeness.SAME * shared / Math.max(1, words.size());
    }

    /// The best score of each product.
    private static final class Best {
        private final Map<String, Ranked> byId = new LinkedHashMap<>();

        void add(Product product, int score) {
            add(new Ranked(product, score));
        }

        void add(Ranked ranked) {
            byId.merge(ranked.product.id(), ranked, (one, other) -> one.score < other.score ? other : one);
        }

        boolean isEmpty() {
            return byId.isEmpty();
        }

        List<Ranked> ranked() {
            return byId.values().stream().sorted(BEST_FIRST).toList();
        }
    }
}
