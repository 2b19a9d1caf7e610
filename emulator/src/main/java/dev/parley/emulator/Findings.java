package dev.parley.emulator;

import dev.parley.speech.Phrase;
import dev.parley.speech.SlotValue;
import dev.parley.speech.SpokenText;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Numbers, amounts of money, days and times of day in what the caller said, in the order they were said.
final class Findings {
    private static final Phrase MONEY = Phrase.parse("{v:money}");
    private static final Phrase NUMBER = Phrase.parse("{v:number}");
    private static final Phrase DIGITS = Phrase.parse("{v:digits}");
    private static final Phrase CURRENCY = Phrase.parse("{v:currency}");
    /// "minus one hundred and twenty three thousand four hundred and fifty six dollars and seventy eight cents".
    private static final int LONGEST = 16;
    /// Reading takes time that grows with the square of the words and more. Nobody says a longer number.
    private static final int MOST_WORDS = 22;
    /// "e u r".
    private static final int LONGEST_CURRENCY = 3;
    private static final Pattern BEGINS_WITH_DIGIT = Pattern.compile("[-+]?[$€£¥]?-?\\d.*");
    private static final Pattern PLAIN_NUMBER = Pattern.compile("-?\\d{1,40}(\\.\\d{1,20})?");
    private static final Pattern CODE = Pattern.compile("(?=.*\\d)(?=.*\\p{L})[\\p{L}\\d][\\p{L}\\d_/#-]*");
    private static final Set<String> NUMBER_WORDS = Set.of("zero", "one", "two", "three", "four", "five", "six",
            "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
            "seventeen",
            "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
            "minus",
            "negative", "double", "triple", "a");
    private static final Set<String> SCALES = Set.of("hundred", "thousand", "million", "billion", "trillion");

    /// A value and the words it was said with: from word `from` to before word `to`.
    sealed interface Found {
        int from();

        int to();

        /// A number; `digits` as it was said or written, zeros in front included.
        record Numeral(int from, int to, BigDecimal value, String digits) implements Found {}

        record Money(int from, int to, BigDecimal amount, String currency) implements Found {}

        record Day(int from, int to, LocalDate date) implements Found {}

        record Time(int from, int to, LocalTime time) implements Found {}

        /// Letters and digits in one, such as `A17` or `ORD-1001`.
        record Code(int from, int to, String code) implements Found {}
    }

    private Findings() {}

    static List<Found> in(Utterance said, LocalDate today) {
        var found = new ArrayList<Found>();
        int at = 0;
        while (at < said.size()) {
            var next = at(said, at, today);
            next.ifPresent(found::add);
            at = next.map(Found::to).orElse(at + 1);
        }
        return found;
    }

    private static Optional<Found> at(Utterance said, int at, LocalDate today) {
        return SpokenDates.at(said, at, today).or(() -> amount(said, at)).or(() -> code(said, at));
    }

    /// The ISO 4217 code of the first currency that is named.
    static Optional<String> currency(Utterance said, List<Found> found) {
        var paid = found.stream()
                .filter(Found.Money.class::isInstance)
                .map(one -> ((Found.Money) one).currency())
                .findFirst();
        if (paid.isPresent()) {
            return paid;
        }
        var named = currencies(said);
        return named.isEmpty() ? Optional.empty() : Optional.of(named.getFirst().currency());
    }

    /// The currencies that are named, each as a [Found.Money] of zero.
    static List<Found.Money> currencies(Utterance said) {
        var named = new ArrayList<Found.Money>();
        int at = 0;
        while (at < said.size()) {
            int end = Math.min(at + 2, said.size());
            while (end > at && value(CURRENCY, said.written(at, end)).isEmpty()) {
                end--;
            }
            if (end > at && value(CURRENCY, said.written(at, end))
                    .orElseThrow() instanceof SlotValue.Currency(var code)) {
                named.add(new Found.Money(at, end, BigDecimal.ZERO, code));
            }
            at = Math.max(end, at + 1);
        }
        return named;
    }

    /// The longest amount or number that begins at a word.
    static Optional<Found> amount(Utterance said, int at) {
        if (!begins(said, at)) {
            return Optional.empty();
        }
        for (int to = longest(said, at); to > at; to--) {
            // "one hundred and two" is not yet over if "hundred" follows.
            if (said.plain(to - 1).equals("and") || SCALES.contains(said.plain(to))) {
                continue;
            }
            var found = read(said, at, to);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// Where an amount that begins at `at` is over at the latest: some words behind its last number, which may name a currency.
    private static int longest(Utterance said, int at) {
        int to = at + 1;
        int others = 0;
        while (to < Math.min(at + LONGEST, said.size()) && !said.word(to - 1).isFollowedByPause()
                && others < LONGEST_CURRENCY) {
            others = isOfNumber(said.plain(to)) ? 0 : others + 1;
            to++;
        }
        return to;
    }

    private static boolean isOfNumber(String plain) {
        return NUMBER_WORDS.contains(plain) || SCALES.contains(plain) || plain.equals("point") || plain.equals("and")
                || BEGINS_WITH_DIGIT.matcher(plain).matches();
    }

    private static Optional<Found> read(Utterance said, int from, int to) {
        var written = said.written(from, to);
        if (PLAIN_NUMBER.matcher(written).matches()) {
            return Optional.of(new Found.Numeral(from, to, new BigDecimal(written), written));
        }
        if (SpokenText.words(written).size() > MOST_WORDS) {
            return Optional.empty();
        }
        if (value(MONEY, written).orElse(null) instanceof SlotValue.Money(var amount, var currency)) {
            return Optional.of(new Found.Money(from, to, amount, currency));
        }
        if (said.plain(from).equals("a") && to == from + 1) {
            return Optional.empty();
        }
        var digits = value(DIGITS, written).orElse(null) instanceof SlotValue.Digits(var each) ? each : null;
        if (value(NUMBER, written).orElse(null) instanceof SlotValue.Numeric(var number)) {
            return Optional.of(new Found.Numeral(from, to, number, digits == null ? number.toPlainString() : digits));
        }
        return Optional.ofNullable(digits).map(each -> new Found.Numeral(from, to, new BigDecimal(each), each));
    }

    private static Optional<Found> code(Utterance said, int at) {
        var written = said.word(at).written();
        return CODE.matcher(written).matches() && !written.matches("(?i)\\d+(st|nd|rd|th)")
                ? Optional.of(new Found.Code(at, at + 1, written))
                : Optional.empty();
    }

    private static boolean begins(Utterance said, int at) {
        var plain = said.plain(at);
        return NUMBER_WORDS.contains(plain) || BEGINS_WITH_DIGIT.matcher(plain).matches()
                || NUMBER_WORDS.contains(plain.split("-", 2)[0])
                || (plain.length() == 3 && value(CURRENCY, said.word(at).written()).isPresent()
                        && BEGINS_WITH_DIGIT.matcher(said.plain(at + 1)).matches());
    }

    private static Optional<SlotValue> value(Phrase phrase, String written) {
        return phrase.match(written).map(slots -> slots.get("v"));
    }
}
