package dev.parley.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Cuts text that arrives in pieces into sentences, each as soon as it is complete. Pure.
///
/// A sentence ends with `.`, `!`, `?` or `…` before white space, or with a line. "Dr.", "e.g." and initials do not end one.
final class Sentences {
    private static final Set<String> ABBREVIATIONS = Set.of("mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "e.g",
            "i.e",
            "approx", "no", "inc", "ltd");
    /// Text without an end is cut where a word ends, so that speech does not wait for it.
    private static final int LONGEST = 400;

    private final StringBuilder text = new StringBuilder();

    /// The sentences that are complete with this text.
    List<String> add(String piece) {
        var complete = new ArrayList<String>();
        int scanned = Math.max(0, text.length() - 1);
        text.append(piece);
        for (int at = scanned; at < text.length(); at++) {
            if (endsAt(at)) {
                take(at + 1, complete);
                at = -1;
            }
        }
        return complete;
    }

    /// What is left.
    Optional<String> rest() {
        var complete = new ArrayList<String>();
        take(text.length(), complete);
        return complete.stream().findFirst();
    }

    private void take(int length, List<String> complete) {
        var sentence = text.substring(0, length).strip();
        text.delete(0, length);
        if (!sentence.isEmpty()) {
            complete.add(sentence);
        }
    }

    private boolean endsAt(int at) {
        char one = text.charAt(at);
        if (one == '\n') {
            return true;
        }
        // Asian full stops need no space behind them.
        if (one == '。' || one == '！' || one == '？') {
            return true;
        }
        if (!Character.isWhitespace(one) || at == 0) {
            return false;
        }
        int last = at - 1;
        while (last > 0 && "\"”’')]*".indexOf(text.charAt(last)) >= 0) {
            last--;
        }
        char end = text.charAt(last);
        return end == '!' || end == '?' || end == '…' || (end == '.' && !isAbbreviation(last)) || at >= LONGEST;
    }

    private boolean isAbbreviation(int period) {
        int from = period;
        while (from > 0 && !Character.isWhitespace(text.charAt(from - 1))) {
            from--;
        }
        var word = text.substring(from, period).toLowerCase(Locale.ROOT);
        // "1." numbers a list; "J." is an initial.
        boolean initial = word.length() == 1 && !word.equals("i") && Character.isLetter(word.charAt(0));
        boolean numbered = from == 0 && word.matches("\\d{1,2}");
        return ABBREVIATIONS.contains(word) || initial || numbered;
    }
}
