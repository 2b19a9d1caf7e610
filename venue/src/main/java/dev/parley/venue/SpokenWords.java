package dev.parley.venue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Turns what was said into the words that names are compared by: folded, in the singular, numbers as digits, words with
/// two spellings in one.
final class SpokenWords {
    private static final List<String> NUMBERS = List.of("zero", "one", "two", "three", "four", "five", "six", "seven",
            "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
            "eighteen", "nineteen", "twenty");

    private static final Map<String, String> SPELLINGS = Map.of("lite", "light", "whisky", "whiskey", "wiskey",
            "whiskey", "gray", "grey", "draught", "draft", "doctor", "dr", "saint", "st");

    /// Said between the words of a name or left out of them: "gin and tonic", "Gin & Tonic", "rock n rye".
    private static final Set<String> JOINTS = Set.of("and", "n");

    private static final Set<String> FILLERS = Set.of("a", "an", "the", "some", "any", "please", "thank", "you", "can",
            "could", "may", "i", "id", "ill", "im", "me", "my", "us", "we", "our", "them", "it", "get", "give", "take",
            "have", "want", "need", "would", "like", "love", "let", "make", "add", "bring", "pour", "grab", "order",
            "put", "for", "of", "to", "on", "just", "another", "more", "also", "then", "so", "um", "uh", "er", "ok",
            "okay", "yeah", "yes", "hey", "this", "that", "these", "those");

    private static final Set<String> SIZES = Set.of("large", "small", "medium", "big", "tall", "short", "double",
            "triple", "single", "regular", "pint", "glass", "bottle", "shot", "can", "cup", "mug", "pitcher", "jug",
            "round", "serving", "cold", "chilled", "draft", "tap", "neat", "straight");

    private static final Set<String> MEASURES = Set.of("ounce", "oz", "ml", "cl", "liter", "litre");

    private static final Set<String> COUNTS = Set.of("couple", "pair", "dozen", "half", "few");

    private static final Pattern EXTRAS = Pattern.compile(
            "\\b(on the rocks|straight up|(with|no|without|hold the|and) (a |an |some )?(ice|lime|lemon|salt|straw))\\b");

    /// A word of three letters is a plural if another letter than these is before its s: "JDs", "7 Ups", but "gas".
    private static final String VOWELS = "aeious";

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    private SpokenWords() {}

    /// The words of a name.
    static List<String> of(String name) {
        var words = split(Folded.of(name));
        var joined = words.stream().filter(word -> !JOINTS.contains(word)).toList();
        return joined.isEmpty() ? words : joined;
    }

    /// What may have been meant by a whole utterance.
    ///
    /// @param whole every word of it
    /// @param meanings what is left without filler, sizes and what is to be put into the glass, and then without a count
    ///        as well; none is empty
    record Readings(List<String> whole, List<List<String>> meanings) {
        /// The whole first, then with less and less.
        List<List<String>> all() {
            return Stream.concat(Stream.of(whole), meanings.stream()).toList();
        }
    }

    static Readings readings(String spoken) {
        var folded = Folded.of(spoken);
        var plain = withoutMeasures(split(EXTRAS.matcher(folded).replaceAll(" ").strip())).stream()
                .filter(word -> !JOINTS.contains(word) && !FILLERS.contains(word) && !SIZES.contains(word))
                .toList();
        var meanings = new LinkedHashSet<List<String>>();
        var uncounted = withoutCount(plain);
        if (!uncounted.isEmpty()) {
            meanings.add(plain);
            meanings.add(uncounted);
        }
        return new Readings(of(spoken), List.copyOf(meanings));
    }

    private static List<String> split(String folded) {
        return folded.isEmpty() ? List.of() : Arrays.stream(folded.split(" ", -1)).map(SpokenWords::word).toList();
    }

    private static String word(String folded) {
        var number = NUMBERS.indexOf(folded);
        if (number >= 0) {
            return Integer.toString(number);
        }
        var singular = singular(folded);
        return SPELLINGS.getOrDefault(singular, singular);
    }

    /// Wrong for some words, but in the same way on both sides of every comparison.
    private static String singular(String word) {
        if (word.length() < 4 || !word.endsWith("s")) {
            return word.length() == 3 && word.endsWith("s") && VOWELS.indexOf(word.charAt(1)) < 0
                    ? word.substring(0, 2)
                    : word;
        }
        if (word.endsWith("ies")) {
            return word.substring(0, word.length() - 3) + "y";
        }
        if (word.endsWith("sses") || word.endsWith("ches") || word.endsWith("shes") || word.endsWith("xes")
                || word.endsWith("oes")) {
            return word.substring(0, word.length() - 2);
        }
        var isPlural = word.endsWith("sss") || !(word.endsWith("ss") || word.endsWith("us") || word.endsWith("is"));
        return isPlural ? word.substring(0, word.length() - 1) : word;
    }

    /// Without "12 oz" and the like, wherever it is said.
    private static List<String> withoutMeasures(List<String> words) {
        var left = new ArrayList<String>();
        for (var word : words) {
            if (MEASURES.contains(word)) {
                if (!left.isEmpty() && NUMBER.matcher(left.getLast()).matches()) {
                    left.removeLast();
                }
            } else {
                left.add(word);
            }
        }
        return left;
    }

    /// Without the count before the name, and without the "one" after it, as in "the light one".
    private static List<String> withoutCount(List<String> words) {
        var start = 0;
        while (start < words.size() && isCount(words.get(start))) {
            start++;
        }
        var end = words.size() > start + 1 && words.getLast().equals("1") ? words.size() - 1 : words.size();
        return words.subList(start, end);
    }

    private static boolean isCount(String word) {
        return COUNTS.contains(word) || NUMBER.matcher(word).matches();
    }
}
