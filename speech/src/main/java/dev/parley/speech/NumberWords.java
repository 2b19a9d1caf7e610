package dev.parley.speech;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// English number words: how a number is said, and which number was said.
///
/// Numbers are said the long way, "one hundred and twenty", with the digits behind a point one by one. Reading is
/// more tolerant: "and" may be missing, "a hundred" and "twelve hundred" are understood, and a scale may follow a
/// fraction ("one point five million").
final class NumberWords {
    static final List<String> DIGITS = List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight",
            "nine");
    static final List<String> TEENS = List.of("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
            "seventeen", "eighteen", "nineteen");
    static final List<String> TENS = List.of("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty",
            "ninety");
    /// The largest first; each is a thousand times the next.
    static final List<String> SCALES = List.of("trillion", "billion", "million", "thousand");

    private static final BigInteger THOUSAND = BigInteger.valueOf(1_000);
    private static final int LONGEST_SAID = 15;
    private static final Map<String, String> ORDINALS = Map.of("one", "first", "two", "second", "three", "third",
            "five", "fifth", "eight", "eighth", "nine", "ninth", "twelve", "twelfth");

    private NumberWords() {}

    /// `number` in words. A number too long to follow is said digit by digit.
    static List<String> say(BigDecimal number) {
        var words = new ArrayList<String>();
        if (number.signum() < 0) {
            words.add("minus");
        }
        var magnitude = number.abs();
        words.addAll(say(magnitude.toBigInteger()));
        if (magnitude.scale() > 0) {
            words.add("point");
            String plain = magnitude.toPlainString();
            words.addAll(digits(plain.substring(plain.indexOf('.') + 1)));
        }
        return words;
    }

    /// Each decimal digit of `digits` as a word.
    static List<String> digits(String digits) {
        return digits.chars().mapToObj(digit -> DIGITS.get(Character.digit(digit, 10))).toList();
    }

    /// The ordinal of `number`: "twenty first".
    static List<String> ordinal(BigInteger number) {
        var words = new ArrayList<>(say(number));
        String last = words.removeLast();
        String regular = last.endsWith("y") ? last.substring(0, last.length() - 1) + "ieth" : last + "th";
        words.add(ORDINALS.getOrDefault(last, regular));
        return words;
    }

    private static List<String> say(BigInteger number) {
        if (number.signum() == 0) {
            return List.of("zero");
        }
        if (number.toString().length() > LONGEST_SAID) {
            return digits(number.toString());
        }
        var words = new ArrayList<String>();
        for (int scale = 0; scale < SCALES.size(); scale++) {
            int thousands = number.divide(THOUSAND.pow(SCALES.size() - scale)).mod(THOUSAND).intValueExact();
            if (thousands > 0) {
                addBelowThousand(words, thousands);
                words.add(SCALES.get(scale));
            }
        }
        int rest = number.mod(THOUSAND).intValueExact();
        if (rest > 0 && rest < 100 && !words.isEmpty()) {
            words.add("and");
        }
        addBelowThousand(words, rest);
        return words;
    }

    private static void addBelowThousand(List<String> words, int number) {
        int rest = number % 100;
        if (number >= 100) {
            words.add(DIGITS.get(number / 100));
            words.add("hundred");
            if (rest > 0) {
                words.add("and");
            }
        }
        if (rest >= 20) {
            words.add(TENS.get(rest / 10 - 2));
            rest %= 10;
        }
        if (rest >= 10) {
            words.add(TEENS.get(rest - 10));
        } else if (rest > 0) {
            words.add(DIGITS.get(rest));
        }
    }

    /// The number that `words`, all of them, say.
    static Optional<BigDecimal> read(List<String> words) {
        return new Reader(words).number();
    }

    /// A recursive-descent reader; every method consumes what it understands and nothing else.
    private static final class Reader {
        private final List<String> words;
        private int at;

        Reader(List<String> words) {
            this.words = words;
        }

        Optional<BigDecimal> number() {
            boolean negative = skip("minus") || skip("negative");
            Optional<BigDecimal> magnitude = fraction(whole());
            if (at < words.size()) {
                return Optional.empty();
            }
            return negative ? magnitude.map(BigDecimal::negate) : magnitude;
        }

        private Optional<BigDecimal> fraction(Optional<BigDecimal> whole) {
            if (whole.isEmpty() || !skip("point")) {
                return whole;
            }
            var digits = new StringBuilder();
            while (at < words.size() && DIGITS.contains(words.get(at))) {
                digits.append(DIGITS.indexOf(words.get(at++)));
            }
            if (digits.isEmpty()) {
                return Optional.empty();
            }
            var number = whole.get().add(new BigDecimal("0." + digits));
            return Optional.of(number.multiply(scale(0).map(NumberWords::valueOfScale).orElse(BigDecimal.ONE)));
        }

        private Optional<BigDecimal> whole() {
            if (skip("zero")) {
                return Optional.of(BigDecimal.ZERO);
            }
            var sum = BigDecimal.ZERO;
            int nextScale = 0;
            while (true) {
                int before = at;
                boolean joined = before > 0 && skip("and");
                int group = belowThousand();
                if (group == 0) {
                    at = before;
                    break;
                }
                Optional<Integer> scale = scale(nextScale);
                if (scale.isEmpty()) {
                    return Optional.of(sum.add(BigDecimal.valueOf(group)));
                }
                if (joined) {
                    return Optional.empty();
                }
                sum = sum.add(valueOfScale(scale.get()).multiply(BigDecimal.valueOf(group)));
                nextScale = scale.get() + 1;
            }
            return sum.signum() == 0 ? Optional.empty() : Optional.of(sum);
        }

        /// A number of up to three digits, "a" before a scale, or "twelve hundred"; 0 if there is none.
        private int belowThousand() {
            if (at + 1 < words.size() && is("a")
                    && (words.get(at + 1).equals("hundred") || SCALES.contains(words.get(at + 1)))) {
                at++;
                return skip("hundred") ? 100 + belowHundredAfterAnd() : 1;
            }
            int number = belowHundred();
            if (number > 0 && number % 10 != 0 && skip("hundred")) {
                return number * 100 + belowHundredAfterAnd();
            }
            return number;
        }

        private int belowHundredAfterAnd() {
            int before = at;
            skip("and");
            int number = belowHundred();
            if (number == 0) {
                at = before;
            }
            return number;
        }

        private int belowHundred() {
            int tens = next(TENS);
            int ones = tens >= 0 ? next(DIGITS.subList(1, 10)) : -1;
            if (tens >= 0) {
                return (tens + 2) * 10 + ones + 1;
            }
            int teen = next(TEENS);
            return teen >= 0 ? teen + 10 : next(DIGITS.subList(1, 10)) + 1;
        }

        private Optional<Integer> scale(int from) {
            int scale = next(SCALES.subList(Math.min(from, SCALES.size()), SCALES.size()));
            return scale < 0 ? Optional.empty() : Optional.of(scale + from);
        }

        private int next(List<String> expected) {
            int found = at < words.size() ? expected.indexOf(words.get(at)) : -1;
            if (found >= 0) {
                at++;
            }
            return found;
        }

        private boolean is(String word) {
            return at < words.size() && words.get(at).equals(word);
        }

        private boolean skip(String word) {
            if (!is(word)) {
                return false;
            }
            at++;
            return true;
        }
    }

    static BigDecimal valueOfScale(int scale) {
        return BigDecimal.ONE.movePointRight(3 * (SCALES.size() - scale)).setScale(0);
    }
}
