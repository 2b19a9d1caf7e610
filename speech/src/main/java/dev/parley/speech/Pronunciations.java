package dev.parley.speech;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// How the words of a grammar may sound, as phones.
///
/// @param missing words that are not in the dictionary, but sound as the rules of our voice say
/// @param unspeakable words for which there are no rules either, such as those in another script
record Pronunciations(Map<String, List<List<String>>> known, Set<String> missing, Set<String> unspeakable) {

    static Pronunciations of(Set<String> words, Predicate<String> isPhone) {
        var listed = PronouncingDictionary.lookUp(words);
        var known = new HashMap<String, List<List<String>>>();
        var missing = new TreeSet<String>();
        var unspeakable = new TreeSet<String>();
        for (String word : words) {
            var variants = new LinkedHashSet<>(listed.getOrDefault(word, List.of()));
            if (variants.isEmpty()) {
                missing.add(word);
                variants.add(Kevin.pronounce(word, "AH"));
            }
            // The vowel our voice has in "one" and "hundred" is nearer to the model's AA than to its AH.
            variants.add(Kevin.pronounce(word, "AA"));
            variants.removeIf(phones -> phones.isEmpty() || !phones.stream().allMatch(isPhone));
            if (variants.isEmpty()) {
                missing.remove(word);
                unspeakable.add(word);
            } else {
                known.put(word, List.copyOf(variants));
            }
        }
        return new Pronunciations(known, missing, unspeakable);
    }
}
