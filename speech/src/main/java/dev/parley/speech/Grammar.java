package dev.parley.speech;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// The sentences that [Ears] listen for: those of any of its phrases, slots included. Immutable; safe to use from any
/// thread.
public final class Grammar {
    private final List<Phrase> phrases;

    private Grammar(List<Phrase> phrases) {
        this.phrases = List.copyOf(phrases);
    }

    /// The grammar of `phrases`.
    ///
    /// @throws IllegalArgumentException if there are none
    public static Grammar of(List<Phrase> phrases) {
        if (phrases.isEmpty()) {
            throw new IllegalArgumentException("expected at least one phrase to listen for, found none");
        }
        return new Grammar(phrases);
    }

    /// Every word that occurs in a sentence, in alphabetical order.
    public Set<String> words() {
        var words = new TreeSet<String>();
        phrases.forEach(phrase -> collect(phrase.expression(), words));
        return words;
    }

    /// The sentences that can be made of `usable` words.
    WordGraph graph(Predicate<String> usable) {
        return WordGraph.of(phrases.stream().map(Phrase::expression).toList(), usable);
    }

    private static void collect(Expression expression, Set<String> words) {
        switch (expression) {
            case Expression.Word(var word) -> words.add(word);
            case Expression.Sequence(var parts) -> parts.forEach(part -> collect(part, words));
            case Expression.Choice(var options) -> options.forEach(option -> collect(option, words));
            case Expression.Maybe(var part) -> collect(part, words);
            case Expression.OneOrMore(var part) -> collect(part, words);
            case Expression.Slot(_, var type) -> collect(type.expression(), words);
        }
    }
}
