package dev.parley.emulator;

import dev.parley.speech.Phrase;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A sentence with blanks that are filled from what was heard and what tools answered:
/// `Your payment request for {amount+currency:money} is ready. The order number is {order_id:digits}.`
///
/// The type after the colon says how a value is spoken, and lets whoever listens expect it: `money` joins an amount and
/// a currency, `digits` says a number digit by digit, `text` (or nothing) takes the value as it is. Immutable.
public record SayTemplate(String template) {
    private static final Pattern BLANK = Pattern.compile("\\{([^{}:]+)(?::([a-z]+))?}");

    public SayTemplate {
        var blanks = BLANK.matcher(template);
        while (blanks.find()) {
            Kind.of(blanks.group(2), template);
        }
        var literal = BLANK.matcher(template).replaceAll("");
        if (literal.contains("{") || literal.contains("}")) {
            throw new IllegalArgumentException(
                    "expected blanks such as {name} or {name:digits}, found \"" + template + "\"");
        }
    }

    private enum Kind {
        TEXT, NUMBER, MONEY, DIGITS, CURRENCY;

        static Kind of(String name, String template) {
            return switch (name) {
                case null -> TEXT;
                case "text" -> TEXT;
                case "number" -> NUMBER;
                case "money" -> MONEY;
                case "digits" -> DIGITS;
                case "currency" -> CURRENCY;
                default -> throw new IllegalArgumentException("expected text, number, money, digits or currency as a"
                        + " type in \"" + template + "\", found " + name);
            };
        }
    }

    /// The sentence with its blanks filled; a blank without a value is left out.
    String fill(Map<String, String> values) {
        return BLANK.matcher(template)
                .replaceAll(blank -> Matcher.quoteReplacement(value(blank.group(1),
                        Kind.of(blank.group(2), template), values)));
    }

    private static String value(String names, Kind kind, Map<String, String> values) {
        var parts = new ArrayList<String>();
        for (var name : names.split("\\+", -1)) {
            parts.add(values.getOrDefault(name.strip(), ""));
        }
        var joined = String.join(" ", kind == Kind.MONEY ? withDecimals(parts) : parts).strip();
        return kind == Kind.DIGITS ? String.join(" ", joined.split("", -1)).strip() : joined;
    }

    /// An amount and its currency; if it has decimals, as many as the currency: JSON says 10.8 for 10.80.
    private static List<String> withDecimals(List<String> parts) {
        if (parts.size() != 2) {
            return parts;
        }
        try {
            var amount = new BigDecimal(parts.getFirst());
            int decimals = Currency.getInstance(parts.getLast()).getDefaultFractionDigits();
            return amount.scale() > 0 && amount.scale() < decimals
                    ? List.of(amount.setScale(decimals).toPlainString(), parts.getLast())
                    : parts;
        } catch (IllegalArgumentException _) {
            // No number, or no currency: said as it is.
            return parts;
        }
    }

    /// What to listen for when this is said; empty if a blank may be filled with anything.
    Optional<Phrase> expected() {
        var literal = new StringBuilder();
        var blanks = BLANK.matcher(template);
        int from = 0;
        int slot = 0;
        while (blanks.find()) {
            var kind = Kind.of(blanks.group(2), template);
            if (kind == Kind.TEXT) {
                return Optional.empty();
            }
            literal.append(escape(template.substring(from, blanks.start())))
                    .append("{slot")
                    .append(slot++)
                    .append(':')
                    .append(kind.name().toLowerCase(java.util.Locale.ROOT))
                    .append('}');
            from = blanks.end();
        }
        if (slot == 0) {
            return Optional.of(Phrase.literally(template));
        }
        return Optional.of(Phrase.parse(literal.append(escape(template.substring(from))).toString()));
    }

    /// Characters that mean something in a [Phrase] mean nothing to the ear.
    private static String escape(String text) {
        return text.replaceAll("[\\[\\](){}|]", " ");
    }

    static List<Phrase> expected(List<SayTemplate> templates) {
        return templates.stream().map(SayTemplate::expected).flatMap(Optional::stream).distinct().toList();
    }
}
