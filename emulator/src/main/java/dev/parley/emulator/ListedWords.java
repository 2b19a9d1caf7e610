package dev.parley.emulator;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/// Finds the words that are listed for a parameter that takes several texts.
final class ListedWords {
    private final Utterance said;
    private final Set<String> function;
    private final TextFiller texts;
    private final BitSet taken;

    /// @param function stems of the function's name
    ListedWords(Utterance said, Set<String> function, TextFiller texts, BitSet taken) {
        this.said = said;
        this.function = function;
        this.texts = texts;
        this.taken = taken;
    }

    /// What is listed: "add milk, eggs and bread to the list".
    List<String> of(Parameter parameter) {
        if (!said.quotes().isEmpty() && parameter.isRequired()) {
            return said.quotes().stream().map(Utterance.Quote::text).toList();
        }
        int from = listStart(parameter);
        var entries = new ArrayList<String>();
        var words = new ArrayList<String>();
        int at = from;
        while (at >= 0 && at < said.size() && !TextFiller.ENDS.contains(said.plain(at)) && !texts.isDayOrTime(at)
                && !taken.get(at)
                && (said.plain(at).equals("and") || !TextFiller.PREPOSITIONS.contains(said.plain(at)))) {
            var word = said.word(at);
            boolean joins = word.plain().equals("and");
            if (!joins && !(words.isEmpty() && TextFiller.ARTICLES.contains(word.plain()))) {
                words.add(word.written());
                taken.set(at);
            }
            if ((joins || word.isFollowedByPause()) && !words.isEmpty()) {
                entries.add(String.join(" ", words));
                words.clear();
            }
            at++;
        }
        if (!words.isEmpty()) {
            entries.add(String.join(" ", words));
        }
        return entries;
    }

    private int listStart(Parameter parameter) {
        for (int i = 0; i < said.size() - 1; i++) {
            if (texts.names(parameter, i) && !TextFiller.PREPOSITIONS.contains(said.plain(i + 1))) {
                return i + 1;
            }
        }
        for (var preposition : parameter.prepositions()) {
            for (int i = 0; i < said.size() - 1; i++) {
                if (said.plain(i).equals(preposition) && !taken.get(i + 1) && !texts.isDayOrTime(i + 1)) {
                    return i + 1;
                }
            }
        }
        if (!parameter.isRequired()) {
            return -1;
        }
        for (int i = 0; i < said.size() - 1; i++) {
            var word = said.word(i);
            if (function.contains(word.stem()) && !Stems.isSilent(word.plain())) {
                boolean with = TextFiller.PREPOSITIONS.contains(said.plain(i + 1));
                return with ? i + 2 : i + 1;
            }
        }
        return -1;
    }
}
