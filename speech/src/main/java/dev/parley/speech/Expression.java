package dev.parley.speech;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The word sequences a phrase allows, as a tree.
sealed interface Expression {
    record Word(String spoken) implements Expression {}

    record Sequence(List<Expression> parts) implements Expression {
        public Sequence {
            parts = List.copyOf(parts);
        }
    }

    record Choice(List<Expression> options) implements Expression {
        public Choice {
            options = List.copyOf(options);
        }
    }

    record Maybe(Expression part) implements Expression {}

    record OneOrMore(Expression part) implements Expression {}

    record Slot(String name, SlotType type) implements Expression {}

    /// The words of `text`, which is in its spoken form, one after the other.
    static Expression words(String text) {
        List<Expression> words = new ArrayList<>();
        SpokenText.split(text).forEach(word -> words.add(new Word(word)));
        return words.size() == 1 ? words.getFirst() : new Sequence(words);
    }

    static Expression anyOf(List<String> texts) {
        return new Choice(texts.stream().map(Expression::words).toList());
    }

    static Expression anyOf(Expression... options) {
        return new Choice(List.of(options));
    }

    /// The parts in a row; a string stands for its words.
    static Expression row(Object... parts) {
        return new Sequence(Stream.of(parts)
                .map(part -> part instanceof Expression expression ? expression : words(part.toString()))
                .toList());
    }

    static Expression maybe(String text) {
        return new Maybe(words(text));
    }
}
