package dev.parley.speech;

import static dev.parley.speech.Expression.anyOf;
import static dev.parley.speech.Expression.maybe;
import static dev.parley.speech.Expression.row;
import static dev.parley.speech.Expression.words;

import dev.parley.speech.Expression.Maybe;
import dev.parley.speech.Expression.OneOrMore;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What may fill a slot: the words to listen for, and what they mean.
///
/// Reading understands at least what is listened for, and often more, because text comes from people and programs too.
sealed interface SlotType {
    /// The word sequences the ears listen for.
    Expression expression();

    /// The value that `words`, all of them, stand for.
    Optional<SlotValue> read(List<String> words);

    record Numbers() implements SlotType {
        private static final Expression DIGIT = anyOf(NumberWords.DIGITS);
        private static final Expression ONES = anyOf(NumberWords.DIGITS.subList(1, 10));
        private static final Expression BELOW_HUNDRED = anyOf(
                ONES, anyOf(NumberWords.TEENS), row(anyOf(NumberWords.TENS), new Maybe(ONES)));
        private static final Expression BELOW_THOUSAND = anyOf(
                BELOW_HUNDRED,
                row(
                        anyOf(ONES, words("a"), anyOf(NumberWords.TEENS.subList(1, 10))),
                        "hundred",
                        new Maybe(row(maybe("and"), BELOW_HUNDRED))));
        private static final Expression GROUP = anyOf(BELOW_THOUSAND, words("a"));
        static final Expression WHOLE = anyOf(words("zero"), BELOW_THOUSAND, scaled());
        static final Expression MAGNITUDE = row(WHOLE,
                new Maybe(row("point", new OneOrMore(DIGIT), new Maybe(anyOf(words("million"), words("billion"))))));
        private static final Expression SIGNED = row(new Maybe(anyOf(words("minus"), words("negative"))), MAGNITUDE);

        /// "[two billion] [three million] [four thousand] [and five]" with at least one scale.
        private static Expression scaled() {
            var rest = new Maybe(row(maybe("and"), BELOW_THOUSAND));
            var thousands = row(GROUP, "thousand", rest);
            var millions = row(GROUP, "million", anyOf(thousands, rest));
            return anyOf(thousands, millions, row(GROUP, "billion", anyOf(millions, thousands, rest)));
        }

        @Override
        public Expression expression() {
            return SIGNED;
        }

        @Override
        public Optional<SlotValue> read(List<String> words) {
            return NumberWords.read(words).map(SlotValue.Numeric::new);
        }
    }

    record Monies() implements SlotType {
        private static final Expression EXPRESSION = row(
                new Maybe(anyOf(words("minus"), words("negative"))),
                anyOf(
                        row(Numbers.MAGNITUDE, each(currency -> after(currency, SpokenCurrency.Name::many))),
                        row("one", each(currency -> after(currency, SpokenCurrency.Name::one))),
                        each(currency -> minor(currency).stream())));

        private static Expression each(Function<SpokenCurrency, Stream<Expression>> part) {
            return new Expression.Choice(SpokenCurrency.ALL.stream().flatMap(part).toList());
        }

        /// The name of the currency, and its minor unit if any.
        private static Stream<Expression> after(SpokenCurrency currency,
                Function<SpokenCurrency.Name, String> form) {
            var name = anyOf(currency.names().stream().map(form).toList());
            return Stream.of(minor(currency)
                    .<Expression>map(minor -> row(name, new Maybe(row(maybe("and"), minor))))
                    .orElse(name));
        }

        private static Optional<Expression> minor(SpokenCurrency currency) {
            var below = currency.digits() > 2 ? Numbers.BELOW_THOUSAND : Numbers.BELOW_HUNDRED;
            return currency.minor().map(name -> anyOf(row(below, name.many()), row("one", name.one())));
        }

        @Override
        public Expression expression() {
            return EXPRESSION;
        }

        @Override
        public Optional<SlotValue> read(List<String> words) {
            if (words.isEmpty()) {
                return Optional.empty();
            }
            boolean negative = words.getFirst().equals("minus") || words.getFirst().equals("negative");
            return magnitude(negative ? words.subList(1, words.size()) : words)
                    .map(money -> negative ? new SlotValue.Money(money.amount().negate(), money.currency()) : money);
        }

        private static Optional<SlotValue.Money> magnitude(List<String> words) {
            return major(words)
                    .or(() -> minor(words))
                    .or(() -> IntStream.range(1, words.size())
                            .mapToObj(split -> both(words.subList(0, split), words.subList(split, words.size())))
                            .flatMap(Optional::stream)
                            .findFirst());
        }

        private static Optional<SlotValue.Money> both(List<String> major, List<String> minor) {
            var rest = minor.getFirst().equals("and") ? minor.subList(1, minor.size()) : minor;
            return major(major).flatMap(amount -> SpokenCurrency.ofCode(amount.currency())
                    .flatMap(currency -> minorOf(currency, rest))
                    .map(added -> new SlotValue.Money(amount.amount().add(added.amount()), added.currency())));
        }

        /// "twenty euros", "twenty e u r".
        private static Optional<SlotValue.Money> major(List<String> words) {
            return IntStream.range(1, words.size())
                    .mapToObj(split -> unsigned(words.subList(0, split)).flatMap(
                            amount -> Currencies.code(words.subList(split, words.size()))
                                    .map(code -> new SlotValue.Money(amount, code))))
                    .flatMap(Optional::stream)
                    .findFirst();
        }

        private static Optional<SlotValue.Money> minor(List<String> words) {
            return words.isEmpty()
                    ? Optional.empty()
                    : SpokenCurrency.ofMinor(words.getLast()).flatMap(currency -> minorOf(currency, words));
        }

        private static Optional<SlotValue.Money> minorOf(SpokenCurrency currency, List<String> words) {
            return currency.minor()
                    .filter(name -> !words.isEmpty() && name.is(words.getLast()))
                    .flatMap(_ -> unsigned(words.subList(0, words.size() - 1)))
                    .map(count -> new SlotValue.Money(count.movePointLeft(currency.digits()), currency.code()));
        }

        private static Optional<BigDecimal> unsigned(List<String> words) {
            return words.equals(List.of("a"))
                    ? Optional.of(BigDecimal.ONE)
                    : NumberWords.read(words)
                            .filter(_ -> !words.getFirst().equals("minus"))
                            .filter(_ -> !words.getFirst().equals("negative"));
        }
    }

    record Currencies() implements SlotType {
        private static final Expression EXPRESSION = anyOf(SpokenCurrency.ALL.stream()
                .flatMap(currency -> Stream.concat(
                        currency.names().stream().flatMap(name -> Stream.of(name.one(), name.many())),
                        Stream.of(spelled(currency.code()))))
                .distinct()
                .toList());

        private static String spelled(String code) {
            return String.join(" ", code.toLowerCase(Locale.ROOT).chars().mapToObj(Character::toString).toList());
        }

        static Optional<String> code(List<String> words) {
            return SpokenCurrency.ofName(String.join(" ", words))
                    .map(SpokenCurrency::code)
                    .or(() -> words.size() == 3 && words.stream().allMatch(word -> word.length() == 1)
                            ? Optional.of(String.join("", words).toUpperCase(Locale.ROOT))
                            : Optional.empty());
        }

        @Override
        public Expression expression() {
            return EXPRESSION;
        }

        @Override
        public Optional<SlotValue> read(List<String> words) {
            return code(words).map(SlotValue.Currency::new);
        }
    }

    record DigitStrings() implements SlotType {
        private static final Map<String, Integer> REPEATS = Map.of("double", 2, "triple", 3);
        private static final Expression DIGIT = anyOf(anyOf(NumberWords.DIGITS), words("oh"));
        private static final Expression EXPRESSION = anyOf(
                new OneOrMore(anyOf(DIGIT, row("double", DIGIT), row("triple", DIGIT))), Numbers.WHOLE);

        @Override
        public Expression expression() {
            return EXPRESSION;
        }

        @Override
        public Optional<SlotValue> read(List<String> words) {
            return oneByOne(words)
                    .or(() -> NumberWords.read(words)
                            .filter(number -> number.signum() >= 0 && number.scale() <= 0)
                            .map(BigDecimal::toPlainString))
                    .map(SlotValue.Digits::new);
        }

        private static Optional<String> oneByOne(List<String> words) {
            var digits = new StringBuilder();
            int repeat = 1;
            for (String word : words) {
                int digit = word.equals("oh") || word.equals("o") ? 0 : NumberWords.DIGITS.indexOf(word);
                if (digit >= 0) {
                    digits.append(String.valueOf(digit).repeat(repeat));
                    repeat = 1;
                } else if (repeat == 1 && REPEATS.containsKey(word)) {
                    repeat = REPEATS.get(word);
                } else {
                    return Optional.empty();
                }
            }
            return digits.isEmpty() || repeat > 1 ? Optional.empty() : Optional.of(digits.toString());
        }
    }

    record Options(List<String> options) implements SlotType {
        public Options {
            options = List.copyOf(options);
        }

        @Override
        public Expression expression() {
            return anyOf(options.stream().map(SpokenText::of).toList());
        }

        @Override
        public Optional<SlotValue> read(List<String> words) {
            return options.stream()
                    .filter(option -> SpokenText.words(option).equals(words))
                    .findFirst()
                    .map(SlotValue.Choice::new);
        }
    }

    /// The built-in types by the name a template uses.
    Map<String, SlotType> BUILT_IN = Map.of(
            "number", new Numbers(), "money", new Monies(), "digits", new DigitStrings(), "currency", new Currencies());
}
