package dev.parley.emulator;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// English words brought to a form in which "payments" and "paying", or "booked" and "reservation", are the same.
///
/// A light stemmer and a few groups of synonyms: enough to compare a short sentence with the name and description of a
/// function, and no more. Stateless.
final class Stems {
    private static final Pattern PARTS = Pattern.compile(
            "(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^\\p{L}\\p{N}]+");
    private static final List<String> VOWELS = List.of("a", "e", "i", "o", "u", "y");

    /// Words that say nothing about which function is meant.
    private static final Set<String> SILENT = Set.of("a", "an", "the", "this", "that", "these", "those", "it", "its",
            "is",
            "are", "am", "was", "were", "be", "been", "do", "does", "did", "have", "has", "had", "can", "could", "will",
            "would", "shall", "should", "may", "might", "must", "i", "me", "my", "mine", "you", "your", "we", "us",
            "our",
            "he", "she", "they", "them", "his", "her", "their", "and", "or", "but", "not", "no", "yes", "if", "then",
            "so",
            "of", "in", "on", "at", "to", "for", "from", "with", "by", "about", "into", "as", "than", "up", "down",
            "out",
            "off", "over", "what", "which", "who", "whom", "whose", "how", "when", "where", "why", "there", "here",
            "please",
            "want", "need", "like", "let", "just", "now", "hello", "hi", "thanks", "thank", "ok", "okay", "go", "im",
            "id", "ill", "whats", "hows", "dont", "any", "some", "all", "each", "one", "much", "many", "more", "very",
            "user", "users", "caller", "callers", "customer", "function", "tool", "use", "used", "using", "given",
            "return",
            "returns", "information", "info", "detail", "details", "data", "value", "current", "currently", "name",
            "number", "string", "optional", "required", "new", "e", "g", "s", "t");
    /// Verbs that fit nearly every question.
    private static final Set<String> VAGUE = stems("get", "find", "show", "tell", "give", "list", "check", "look",
            "fetch",
            "retrieve", "lookup", "read", "query", "know", "say", "work", "help", "take", "come");
    /// Verbs that tell functions about one thing from one another, but alone ask for nothing.
    private static final Set<String> ACTIONS = stems("create", "make", "set", "update", "change", "cancel", "delete",
            "remove", "add", "start", "stop", "open", "close", "turn", "send", "switch", "put", "search", "request",
            "run");
    private static final Map<String, String> SYNONYMS = synonyms("weather forecast rain sunny warm", "book reserve",
            "buy purchase",
            "delete remove erase", "email mail", "call phone dial ring", "price cost", "start begin launch",
            "stop end halt",
            "song music track", "picture image photo", "remind reminder", "convert conversion exchange", "light lamp",
            "transfer wire", "alarm wake", "currency money", "flight fly", "distance far", "stock share",
            "update change");

    private Stems() {}

    /// The form in which `word` is compared; lower-case letters and digits.
    static String of(String word) {
        var stem = stem(word);
        return SYNONYMS.getOrDefault(stem, stem);
    }

    /// The forms of several words.
    static Set<String> each(String... words) {
        return Arrays.stream(words).map(Stems::of).collect(Collectors.toUnmodifiableSet());
    }

    /// The words of a name such as `createOrder`, `create_order` or `HTTPStatus`, lower-case.
    static List<String> split(String name) {
        return PARTS.splitAsStream(name.replace("'", "").replace("’", ""))
                .filter(part -> !part.isEmpty())
                .map(part -> part.toLowerCase(Locale.ROOT))
                .toList();
    }

    /// The stems of the words in a name or a text that say something.
    static Set<String> meant(String text) {
        var stems = new LinkedHashSet<String>();
        for (var word : split(text)) {
            if (!isSilent(word)) {
                stems.add(of(word));
            }
        }
        return stems;
    }

    /// The stems of all words in a name.
    static Set<String> all(String name) {
        var stems = new LinkedHashSet<String>();
        split(name).forEach(word -> stems.add(of(word)));
        return stems;
    }

    static boolean isSilent(String word) {
        return SILENT.contains(word);
    }

    static boolean isVague(String stem) {
        return VAGUE.contains(stem);
    }

    static boolean isAction(String stem) {
        return ACTIONS.contains(stem);
    }

    private static String stem(String word) {
        var stem = word.toLowerCase(Locale.ROOT);
        if (stem.length() <= 3) {
            return stem;
        }
        if (stem.endsWith("ies")) {
            stem = cut(stem, 3) + "y";
        } else if (stem.endsWith("sses") || stem.endsWith("xes") || stem.endsWith("ches") || stem.endsWith("shes")) {
            stem = cut(stem, 2);
        } else if (stem.endsWith("s") && !stem.endsWith("ss") && !stem.endsWith("us") && !stem.endsWith("is")) {
            stem = cut(stem, 1);
        }
        stem = without(stem, "ing", 3);
        stem = without(stem, "ed", 3);
        stem = without(stem, "ion", 4);
        stem = without(stem, "ment", 3);
        stem = without(stem, "e", 3);
        if (stem.endsWith("at") && stem.length() > 5) {
            stem = cut(stem, 2);
        }
        int last = stem.length() - 1;
        boolean doubled = last > 2 && stem.charAt(last) == stem.charAt(last - 1) && "lsaeiou".indexOf(stem.charAt(
                last)) < 0;
        return doubled || stem.endsWith("cell") ? cut(stem, 1) : stem;
    }

    private static String without(String word, String ending, int atLeast) {
        var rest = word.endsWith(ending) ? cut(word, ending.length()) : word;
        return rest.length() >= atLeast && VOWELS.stream().anyMatch(rest::contains) ? rest : word;
    }

    private static String cut(String word, int letters) {
        return word.substring(0, word.length() - letters);
    }

    private static Set<String> stems(String... words) {
        return Arrays.stream(words).map(Stems::stem).collect(Collectors.toUnmodifiableSet());
    }

    private static Map<String, String> synonyms(String... groups) {
        var synonyms = new HashMap<String, String>();
        for (var group : groups) {
            var words = split(group);
            words.forEach(word -> synonyms.put(stem(word), stem(words.getFirst())));
        }
        return Map.copyOf(synonyms);
    }
}
