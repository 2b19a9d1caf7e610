package dev.parley.speech;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.IntPredicate;

/// A sentence with blanks: `[please] create a payment [request] for {price:money}`.
///
/// | In a template | Stands for |
/// |---|---|
/// | `{n:number}` | a number, with a sign and a fraction if need be |
/// | `{price:money}` | an amount and its currency |
/// | `{to:currency}` | a currency |
/// | `{order:digits}` | digits said one by one, or a whole number |
/// | `{drink:beer\|white wine}` | one of these |
/// | `{drink:drinks}` | one of the named list `drinks` |
/// | `[please]`, `[please\|kindly]` | words that may be missing |
/// | `(hello\|good morning)` | one of these |
///
/// Everything else is text, compared in its [spoken form][SpokenText]. Brackets nest. A slot in an optional part that
/// was not said has no value. Immutable; safe to use from any thread.
public final class Phrase {
    /// Nobody says a longer sentence; trying one takes time by the square of its length.
    private static final int LONGEST = 1_000;

    private final String template;
    private final Expression expression;
    private final SequencedSet<String> slots;

    Phrase(String template, Expression expression) {
        this.template = template;
        this.expression = expression;
        this.slots = new LinkedHashSet<>();
        collectSlots(expression);
    }

    /// The phrase a template describes.
    ///
    /// @throws IllegalArgumentException naming the template, the position and what was expected there
    public static Phrase parse(String template) {
        return parse(template, Map.of());
    }

    /// The phrase a template describes, whose slots may name one of `lists` as their type.
    ///
    /// @throws IllegalArgumentException naming the template, the position and what was expected there
    public static Phrase parse(String template, Map<String, List<String>> lists) {
        return new Phrase(template, new TemplateParser(template, lists).parse());
    }

    /// The phrase that is exactly `text`, in which no character has a special meaning.
    public static Phrase literally(String text) {
        return new Phrase(text, Expression.words(SpokenText.of(text)));
    }

    public String template() {
        return template;
    }

    /// The names of the slots in the order of the template.
    public List<String> slots() {
        return List.copyOf(slots);
    }

    /// The values of the slots if `text` as a whole is this phrase. `text` may be display text or spoken words; more than
    /// 1000 characters are no phrase.
    public Optional<Map<String, SlotValue>> match(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        var match = new Match(SpokenText.words(text));
        return match.from(expression, 0, end -> end == match.words.size())
                ? Optional.of(Map.copyOf(match.values))
                : Optional.empty();
    }

    Expression expression() {
        return expression;
    }

    private void collectSlots(Expression part) {
        switch (part) {
            case Expression.Word _ -> {}
            case Expression.Sequence(var parts) -> parts.forEach(this::collectSlots);
            case Expression.Choice(var options) -> options.forEach(this::collectSlots);
            case Expression.Maybe(var maybe) -> collectSlots(maybe);
            case Expression.OneOrMore(var repeated) -> collectSlots(repeated);
            case Expression.Slot(var name, _) -> slots.add(name);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Phrase that && that.template.equals(template) && that.expression.equals(expression);
    }

    @Override
    public int hashCode() {
        return template.hashCode();
    }

    @Override
    public String toString() {
        return template;
    }

    /// One attempt: tries every way through the expression until the rest of the phrase agrees to what follows.
    private static final class Match {
        private final List<String> words;
        private final Map<String, SlotValue> values = new LinkedHashMap<>();

        Match(List<String> words) {
            this.words = words;
        }

        boolean from(Expression expected, int at, IntPredicate rest) {
            return switch (expected) {
                case Expression.Word(var word) -> at < words.size() && words.get(at).equals(word) && rest.test(at + 1);
                case Expression.Sequence(var parts) -> fromParts(parts, at, rest);
                case Expression.Choice(var options) -> options.stream().anyMatch(option -> from(option, at, rest));
                case Expression.Maybe(var part) -> from(part, at, rest) || rest.test(at);
                case Expression.OneOrMore(var part) ->
                    from(part, at, end -> end > at && (from(expected, end, rest) || rest.test(end)));
                case Expression.Slot(var name, var type) -> fromSlot(name, type, at, rest);
            };
        }

        private boolean fromParts(List<Expression> parts, int at, IntPredicate rest) {
            return parts.isEmpty()
                    ? rest.test(at)
                    : from(parts.getFirst(), at, end -> fromParts(parts.subList(1, parts.size()), end, rest));
        }

        private boolean fromSlot(String name, SlotType type, int at, IntPredicate rest) {
            for (int end = words.size(); end > at; end--) {
                Optional<SlotValue> value = type.read(words.subList(at, end));
                if (value.isEmpty()) {
                    continue;
                }
                values.put(name, value.get());
                if (rest.test(end)) {
                    return true;
                }
                values.remove(name);
            }
            return false;
        }
    }
}
