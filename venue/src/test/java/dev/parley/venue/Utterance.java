package dev.parley.venue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// One row of `utterances.csv`.
///
/// @param meaning a product's name, [#ASK] or [#NOTHING]
/// @param isHeldOut whether it is one of the third that the matcher was not worked on with
record Utterance(String words, String meaning, boolean isHeldOut) {
    static final String ASK = "?";
    static final String NOTHING = "-";

    static List<Utterance> all() {
        var stream = Objects.requireNonNull(Utterance.class.getResourceAsStream("utterances.csv"));
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            var rows = new ArrayList<Utterance>();
            reader.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                var end = line.lastIndexOf(';');
                rows.add(new Utterance(line.substring(0, end), line.substring(end + 1).strip(), rows.size() % 3 == 2));
            });
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
