package dev.parley.venue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToIntBiFunction;

/// How well words fit a name, in thousandths.
final class NameScore {
    static final int EQUAL = 1_000;
    static final int ALIAS_EQUAL = 980;
    /// Below this a name is not meant.
    static final int LEAST = 600;

    private static final int STARTS = 900;
    /// Nothing but kinds of the product was said.
    private static final int KIND = 860;
    private static final int ALL_WORDS = 850;
    private static final int CONTAINS = 700;
    /// What saying the kind beside the name takes away.
    private static final int BESIDE_KIND = 40;
    /// What saying the words in another order takes away, in hundredths.
    private static final int OTHER_ORDER = 95;
    /// A shorter part of a word could be a part of anything.
    private static final int PART = 4;
    /// Shorter words, run together, are near too many others.
    private static final int RUN_TOGETHER = 6;

    private NameScore() {}

    /// How well they fit to the letter.
    static int literal(List<String> said, SpokenName name) {
        return besideKinds(said, name, NameScore::literalWords);
    }

    /// How well they fit if some of them are misspelt or misheard; names that fit to the letter are not for this.
    static int lenient(List<String> said, SpokenName name) {
        return besideKinds(said, name, NameScore::lenientWords);
    }

    private static int besideKinds(List<String> said, SpokenName name, ToIntBiFunction<List<String>, SpokenName> fit) {
        var score = fit.applyAsInt(said, name);
        var others = said.stream().filter(word -> !name.kinds().contains(word)).toList();
        if (others.size() == said.size()) {
            return score;
        }
        return Math.max(score, others.isEmpty() ? KIND : fit.applyAsInt(others, name) - BESIDE_KIND);
    }

    private static int literalWords(List<String> said, SpokenName name) {
        var words = name.words();
        if (said.equals(words)) {
            return name.isAlias() ? ALIAS_EQUAL : EQUAL;
        }
        if (said.size() > words.size()) {
            return 0;
        }
        if (starts(said, words)) {
            return STARTS;
        }
        if (words.containsAll(said)) {
            return ALL_WORDS;
        }
        return said.stream().allMatch(word -> words.stream().anyMatch(whole -> contains(whole, word))) ? CONTAINS : 0;
    }

    /// Whether `said` is how the name begins; its last word may be cut short, as in "old fashion".
    private static boolean starts(List<String> said, List<String> name) {
        var last = said.size() - 1;
        return said.subList(0, last).equals(name.subList(0, last)) && begins(name.get(last), said.get(last));
    }

    private static boolean begins(String whole, String part) {
        return whole.equals(part)
                || (part.length() >= PART && 2 * part.length() >= whole.length() && whole.startsWith(part));
    }

    static boolean contains(String whole, String part) {
        return whole.equals(part) || (part.length() >= PART && whole.contains(part));
    }

    private static int lenientWords(List<String> said, SpokenName name) {
        var words = name.words();
        var together = said.size() == words.size() ? 0 : runTogether(said, name);
        var likeness = Alignment.of(said, words);
        if (likeness.isEmpty()) {
            return together;
        }
        return Math.max(together, alike(said, words, likeness.get()));
    }

    /// As one word: "wood ford reserve", "dye it coke".
    private static int runTogether(List<String> said, SpokenName name) {
        var joined = String.join("", said);
        return joined.length() < RUN_TOGETHER ? 0 : WordLikeness.ofLetters(joined, name.joined());
    }

    private static int alike(List<String> said, List<String> name, Alignment alignment) {
        if (said.size() == name.size()) {
            return alignment.isInOrder() ? alignment.likeness() : alignment.likeness() * OTHER_ORDER / 100;
        }
        // A part of the name has to be enough of it to tell it by when it is not spelt right.
        if (alignment.isInOrder() && alignment.letters() > PART) {
            return STARTS * alignment.likeness() / WordLikeness.SAME;
        }
        var letters = name.stream().mapToInt(String::length).sum();
        return 2 * alignment.letters() >= letters ? ALL_WORDS * alignment.likeness() / WordLikeness.SAME : 0;
    }

    /// Which words of a name the said words stand for, when each stands for one.
    ///
    /// @param likeness of all of them, by their letters
    /// @param letters of the name that are covered
    /// @param isInOrder whether they are the first words of the name, in its order
    private record Alignment(int likeness, int letters, boolean isInOrder) {

        static Optional<Alignment> of(List<String> said, List<String> name) {
            if (said.size() > name.size()) {
                return Optional.empty();
            }
            var mayBeMisheard = said.stream().anyMatch(name::contains);
            var used = new boolean[name.size()];
            var weighted = 0;
            var letters = 0;
            var isInOrder = true;
            for (var i = 0; i < said.size(); i++) {
                var found = nearest(said.get(i), name, used, mayBeMisheard);
                if (found.isEmpty()) {
                    return Optional.empty();
                }
                var at = found.getAsInt();
                used[at] = true;
                isInOrder &= at == i;
                letters += name.get(at).length();
                weighted += name.get(at).length() * likeness(said.get(i), name.get(at), mayBeMisheard);
            }
            return Optional.of(new Alignment(weighted / letters, letters, isInOrder));
        }

        private static OptionalInt nearest(String said, List<String> name, boolean[] used, boolean mayBeMisheard) {
            var best = OptionalInt.empty();
            var highest = 0;
            for (var i = 0; i < name.size(); i++) {
                var likeness = used[i] ? 0 : likeness(said, name.get(i), mayBeMisheard);
                if (likeness > highest) {
                    highest = likeness;
                    best = OptionalInt.of(i);
                }
            }
            return best;
        }

        /// What a word sounds like counts only beside a word that is right.
        private static int likeness(String said, String word, boolean mayBeMisheard) {
            var written = WordLikeness.ofLetters(said, word);
            return mayBeMisheard ? Math.max(written, WordLikeness.ofSounds(said, word)) : written;
        }
    }
}
