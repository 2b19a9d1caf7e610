package dev.parley.speech;

import static java.util.stream.Collectors.joining;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.text.Normalizer;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Text as it is spoken: "Order 1 0 0 1: $49.95 USD." is *order one zero zero one forty nine dollars and ninety five
/// cents*.
///
/// The spoken form is lower-case words between single spaces, without punctuation. It is what a [Voice] says, what
/// [Ears] answer with, what a [Phrase] matches, and the form in which two texts can be compared. Applying it twice
/// changes nothing.
///
/// Understood are integers, decimals, amounts of money with a symbol, a name or an ISO 4217 code, negative numbers,
/// percentages, ordinals, times of day, and the usual abbreviations. A number written with a leading zero is said
/// digit by digit; an unknown currency code behind an amount, and an acronym without vowels, letter by letter.
///
/// Stateless; safe to use from any thread.
public final class SpokenText {
    private static final String NUMBER = "\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?";
    private static final String CODES = SpokenCurrency.ALL.stream().map(SpokenCurrency::code).collect(joining("|"));
    private static final String OTHER_CODES = Currency.getAvailableCurrencies()
            .stream()
            .map(Currency::getCurrencyCode)
            .filter(code -> SpokenCurrency.ofCode(code).isEmpty())
            .collect(joining("|"));
    private static final String NAMES = SpokenCurrency.ALL.stream()
            .flatMap(currency -> currency.names().stream())
            .flatMap(name -> List.of(name.many(), name.one()).stream())
            .map(name -> name.startsWith("u s ") ? "US " + name.substring(4) : name)
            .collect(joining("|"));

    /// What is read as one unit, the more specific first. Anything between two matches is silent.
    private static final Pattern UNITS = Pattern.compile(
            """
                    (?<sign1>-)?(?<symbol>[$€£¥])\\s?(?<sign2>-)?(?<amount>NUMBER)(?:\\s(?<scale1>SCALES)\\b)?(?:\\s(?:CODES)\\b)?
                    |\\b(?<codeBefore>CODES)\\s?(?<sign3>-)?(?<amountAfter>NUMBER)
                    |(?<sign4>(?<![\\w-])-)?(?<amountBefore>NUMBER)(?:\\s(?<scale2>SCALES))?\\s?(?:(?<codeAfter>CODES)|(?<name>(?i:NAMES))|(?<otherCode>OTHERS))\\b
                    |\\b(?<hour>[01]?\\d|2[0-3]):(?<minute>[0-5]\\d)\\b
                    |\\b(?<ordinal>\\d+)(?:st|nd|rd|th)\\b
                    |(?<sign5>(?<![\\w-])-)?(?<number>NUMBER)(?<percent>\\s?%)?
                    |(?<abbreviation>(?i:\\b(?:[ap]\\.m\\b\\.?|e\\.g\\.|i\\.e\\.|(?:mr|mrs|ms|dr|vs|etc|approx)\\b\\.?|no\\.(?=\\s?\\d))))
                    |(?<word>\\p{L}+(?:'\\p{L}+)*+)
                    |(?<mark>[&@#+=€£¥$])
                    |(?<pause>[,;:.!?]+(?=\\s|$))
                    """
                    .replace("\n", "")
                    .replaceAll(" {2,}", "")
                    .replace("NUMBER", NUMBER)
                    .replace("SCALES", String.join("|", NumberWords.SCALES))
                    .replace("CODES", CODES)
                    .replace("OTHERS", OTHER_CODES)
                    .replace("NAMES", NAMES));

    private static final Map<String, String> SYMBOLS = Map.of("$", "USD", "€", "EUR", "£", "GBP", "¥", "JPY");
    private static final Map<String, String> MARKS = Map.of("&", "and", "@", "at", "#", "number", "+", "plus", "=",
            "equals", "$", "dollars", "€", "euros", "£",
            "pounds", "¥", "yen");
    private static final Map<String, String> ABBREVIATIONS = Map.ofEntries(Map.entry("am", "a m"),
            Map.entry("pm", "p m"), Map.entry("eg", "for example"), Map.entry("ie", "that is"),
            Map.entry("mr", "mister"), Map.entry("mrs", "missus"), Map.entry("ms", "miss"),
            Map.entry("dr", "doctor"), Map.entry("vs", "versus"), Map.entry("etc", "et cetera"),
            Map.entry("approx", "approximately"), Map.entry("no", "number"));
    private static final Set<String> ACRONYMS = Set.of("US", "UK", "EU", "UN", "ID", "API", "URL", "AM");
    private static final Pattern WITHOUT_VOWELS = Pattern.compile("[B-DF-HJ-NP-TV-XZ]{2,5}");
    private static final Pattern SPACE = Pattern.compile(" ");
    private static final Pattern ACCENTS = Pattern.compile("(?<=\\p{IsLatin})\\p{M}+");

    private SpokenText() {}

    /// The words `text` is spoken with, between single spaces; empty if there is nothing to say.
    public static String of(String text) {
        return String.join(" ", words(text));
    }

    /// The words `text` is spoken with.
    public static List<String> words(String text) {
        return split(units(text, false));
    }

    /// Like [#of], with the punctuation that makes a speaker pause.
    static String withPauses(String text) {
        return units(text, true);
    }

    /// The words of text that is in its spoken form already.
    static List<String> split(String spoken) {
        return SPACE.splitAsStream(spoken).filter(word -> !word.isEmpty()).toList();
    }

    private static String units(String text, boolean pauses) {
        var bare = ACCENTS.matcher(Normalizer.normalize(text, Normalizer.Form.NFD)).replaceAll("");
        var plain = Normalizer.normalize(bare, Normalizer.Form.NFC)
                .replace('’', '\'')
                .replace('−', '-')
                .replace('\u00a0', ' ');
        var said = new StringBuilder();
        UNITS.matcher(plain).results().forEach(unit -> {
            if (unit.group("pause") == null) {
                said.append(said.isEmpty() ? "" : " ").append(say(unit));
            } else if (pauses && !said.isEmpty()) {
                said.append(unit.group("pause").charAt(0));
            }
        });
        return said.toString();
    }

    private static String say(MatchResult unit) {
        if (unit.group("symbol") != null) {
            var currency = SpokenCurrency.ofCode(SYMBOLS.getOrDefault(unit.group("symbol"), "")).orElseThrow();
            return money(amount(unit, "amount", "sign1", "sign2"), unit.group("scale1"), currency, currency.name());
        }
        if (unit.group("amountAfter") != null) {
            var currency = SpokenCurrency.ofCode(unit.group("codeBefore")).orElseThrow();
            return money(amount(unit, "amountAfter", "sign3"), null, currency, currency.name());
        }
        if (unit.group("amountBefore") != null) {
            return namedMoney(unit);
        }
        if (unit.group("minute") != null) {
            return time(unit.group("hour"), unit.group("minute"));
        }
        if (unit.group("ordinal") != null) {
            return String.join(" ", NumberWords.ordinal(new BigInteger(unit.group("ordinal"))));
        }
        if (unit.group("number") != null) {
            return number(unit) + (unit.group("percent") == null ? "" : " percent");
        }
        if (unit.group("abbreviation") != null) {
            String letters = unit.group("abbreviation").replace(".", "").toLowerCase(Locale.ROOT);
            return ABBREVIATIONS.getOrDefault(letters, letters);
        }
        if (unit.group("mark") != null) {
            return MARKS.getOrDefault(unit.group("mark"), "");
        }
        return word(unit.group("word"));
    }

    private static String namedMoney(MatchResult unit) {
        var amount = amount(unit, "amountBefore", "sign4");
        String scale = unit.group("scale2");
        if (unit.group("otherCode") != null) {
            return scaled(amount, scale) + " " + letters(unit.group("otherCode"));
        }
        if (unit.group("codeAfter") != null) {
            var currency = SpokenCurrency.ofCode(unit.group("codeAfter")).orElseThrow();
            return money(amount, scale, currency, currency.name());
        }
        String said = unit.group("name").toLowerCase(Locale.ROOT).replaceFirst("^us ", "u s ");
        var currency = SpokenCurrency.ofName(said).orElseThrow();
        var name = currency.names().stream().filter(known -> known.is(said)).findFirst().orElseThrow();
        return money(amount, scale, currency, name);
    }

    private static String money(BigDecimal amount, @Nullable String scale,
            SpokenCurrency currency, SpokenCurrency.Name name) {
        return scale == null
                ? String.join(" ", currency.say(amount, name))
                : scaled(amount, scale) + " " + name.many();
    }

    private static String scaled(BigDecimal amount, @Nullable String scale) {
        return String.join(" ", NumberWords.say(amount)) + (scale == null ? "" : " " + scale);
    }

    private static BigDecimal amount(MatchResult unit, String number, String... signs) {
        var magnitude = new BigDecimal(unit.group(number).replace(",", ""));
        boolean negative = Set.of(signs).stream().anyMatch(sign -> unit.group(sign) != null);
        return negative ? magnitude.negate() : magnitude;
    }

    private static String number(MatchResult unit) {
        String written = unit.group("number");
        boolean code = written.length() > 1 && written.startsWith("0") && !written.contains(".");
        var words = code ? NumberWords.digits(written) : NumberWords.say(amount(unit, "number"));
        return (unit.group("sign5") == null ? "" : "minus ") + String.join(" ", words);
    }

    private static String time(String hour, String minute) {
        String said = String.join(" ", NumberWords.say(new BigDecimal(hour)));
        int minutes = Integer.parseInt(minute);
        if (minutes == 0) {
            return said + " o'clock";
        }
        return said + (minutes < 10 ? " oh " : " ") + String.join(" ", NumberWords.say(BigDecimal.valueOf(minutes)));
    }

    private static String word(String word) {
        boolean acronym = ACRONYMS.contains(word) || WITHOUT_VOWELS.matcher(word).matches()
                || SpokenCurrency.ofCode(word).isPresent();
        return acronym ? letters(word) : word.toLowerCase(Locale.ROOT);
    }

    private static String letters(String word) {
        return word.toLowerCase(Locale.ROOT).chars().mapToObj(Character::toString).collect(joining(" "));
    }
}
