package dev.parley.speech;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// The CMU pronouncing dictionary in `sphinx4-data`: 134 000 words of US English.
///
/// A grammar needs few of them, so the file is read through for each grammar, in milliseconds, rather than kept.
final class PronouncingDictionary {
    private static final String FILE = "/edu/cmu/sphinx/models/en-us/cmudict-en-us.dict";

    /// What a money slot listens for and CMU does not list.
    private static final Map<String, List<List<String>>> ADDED = Map.of("fils", List.of(List.of("F", "IH", "L", "S")));

    private PronouncingDictionary() {}

    /// The pronunciations, as phones, of each of `words` that is listed.
    static Map<String, List<List<String>>> lookUp(Set<String> words) {
        var found = new HashMap<>(ADDED);
        var resource = Objects.requireNonNull(
                PronouncingDictionary.class.getResourceAsStream(FILE), "expected sphinx4-data on the class path");
        try (var lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int space = line.indexOf(' ');
                if (space > 0 && words.contains(word(line, space))) {
                    found.computeIfAbsent(word(line, space), _ -> new ArrayList<>())
                            .add(SpokenText.split(line.substring(space)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + FILE + " in sphinx4-data", e);
        }
        return found;
    }

    /// The word of an entry; further pronunciations are listed as `word(2)`.
    private static String word(String line, int end) {
        int bracket = line.indexOf('(');
        return line.substring(0, bracket > 0 && bracket < end ? bracket : end);
    }
}
