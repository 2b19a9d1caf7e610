package dev.parley.emulator;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What the caller said, cut into words that remember how they were written. Immutable.
final class Utterance {
    private static final Pattern WORD = Pattern.compile("[^\\s\"“”]+");
    private static final Pattern QUOTED = Pattern.compile(
            "[\"“]([^\"“”]+)[\"”]|(?<=\\s|^)['‘]([^'‘’]{2,})['’](?=[\\s,.!?]|$)");
    private static final Pattern EDGES = Pattern.compile("^[(\\[{'‘]+|[)\\]},;:.!?'’]+$");

    private final String text;
    private final List<Word> words;
    private final List<Quote> quotes;

    /// A word.
    ///
    /// @param written as it was written, without punctuation
    /// @param plain in lower case
    /// @param stem see [Stems#of]
    /// @param isFollowedByPause whether punctuation follows
    record Word(String written, String plain, String stem, boolean isFollowedByPause) {}

    /// Words between quotation marks, from word `from` to before word `to`.
    record Quote(String text, int from, int to) {}

    private Utterance(String text, List<Word> words, List<Quote> quotes) {
        this.text = text;
        this.words = List.copyOf(words);
        this.quotes = List.copyOf(quotes);
    }

    static Utterance of(String text) {
        var words = new ArrayList<Word>();
        var starts = new ArrayList<Integer>();
        var all = WORD.matcher(text);
        while (all.find()) {
            var bare = EDGES.matcher(all.group()).replaceAll("");
            if (bare.isEmpty()) {
                continue;
            }
            var plain = bare.toLowerCase(Locale.ROOT).replace('’', '\'');
            int end = all.start() + all.group().indexOf(bare) + bare.length();
            boolean pause = end < all.end() && ",;:.!?".indexOf(text.charAt(end)) >= 0;
            words.add(new Word(bare, plain, Stems.of(plain.replace("'s", "").replace("'", "")), pause));
            starts.add(all.start());
        }
        var quotes = new ArrayList<Quote>();
        QUOTED.matcher(text).results().forEach(quote -> {
            int from = (int) starts.stream().filter(start -> start < quote.start()).count();
            int to = (int) starts.stream().filter(start -> start < quote.end()).count();
            var inside = quote.group(1) == null ? quote.group(2) : quote.group(1);
            quotes.add(new Quote(inside.strip(), from, to));
        });
        return new Utterance(text.strip(), words, quotes);
    }

    String text() {
        return text;
    }

    int size() {
        return words.size();
    }

    Word word(int at) {
        return words.get(at);
    }

    /// The word at a place in lower case; empty beyond the ends.
    String plain(int at) {
        return at < 0 || at >= words.size() ? "" : words.get(at).plain;
    }

    List<Quote> quotes() {
        return quotes;
    }

    /// The words from `from` (inclusive) to `to` (exclusive) as they were written.
    String written(int from, int to) {
        return String.join(" ", words.subList(from, to).stream().map(Word::written).toList());
    }

    /// The stems of the words that say something.
    Set<String> meant() {
        var stems = new LinkedHashSet<String>();
        for (var word : words) {
            stems.addAll(Stems.meant(word.written));
        }
        return stems;
    }

    boolean says(String plain) {
        return words.stream().anyMatch(word -> word.plain.equals(plain));
    }

    /// Whether any word has one of these stems.
    boolean mentions(Set<String> stems) {
        return words.stream().anyMatch(word -> stems.contains(word.stem));
    }
}
