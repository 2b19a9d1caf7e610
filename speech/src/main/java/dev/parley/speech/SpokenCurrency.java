package dev.parley.speech;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A currency and what people call it, its usual name first.
///
/// @param digits digits of the minor unit, ISO 4217
/// @param minor the name of the minor unit, absent when there is none or nobody uses it
record SpokenCurrency(String code, int digits, List<Name> names, Optional<Name> minor) {
    /// One or more words, for an amount of one and for any other.
    record Name(String one, String many) {
        static Name of(String one, String many) {
            return new Name(one, many);
        }

        boolean is(String words) {
            return one.equals(words) || many.equals(words);
        }
    }

    private static final Name CENT = Name.of("cent", "cents");

    static final List<SpokenCurrency> ALL = List.of(
            currency("USD", 2, CENT, "dollar/dollars", "u s dollar/u s dollars", "buck/bucks"),
            currency("EUR", 2, CENT, "euro/euros"),
            currency("GBP", 2, Name.of("penny", "pence"), "pound/pounds", "pound sterling/pounds sterling",
                    "british pound/british pounds", "quid/quid"),
            currency("JPY", 0, null, "yen/yen", "japanese yen/japanese yen"),
            currency("CHF", 2, Name.of("centime", "centimes"), "franc/francs", "swiss franc/swiss francs"),
            currency("KWD", 3, Name.of("fils", "fils"), "dinar/dinars", "kuwaiti dinar/kuwaiti dinars"),
            currency("CAD", 2, CENT, "canadian dollar/canadian dollars"),
            currency("AUD", 2, CENT, "australian dollar/australian dollars"),
            currency("SEK", 2, null, "swedish krona/swedish kronor"),
            currency("NOK", 2, null, "norwegian krone/norwegian kroner"),
            currency("DKK", 2, null, "danish krone/danish kroner"),
            currency("PLN", 2, null, "zloty/zloty", "polish zloty/polish zloty"),
            currency("INR", 2, null, "rupee/rupees", "indian rupee/indian rupees"),
            currency("CNY", 2, null, "yuan/yuan", "chinese yuan/chinese yuan"),
            currency("MXN", 2, null, "peso/pesos", "mexican peso/mexican pesos"));

    private static SpokenCurrency currency(String code, int digits, @Nullable Name minor,
            String... names) {
        var spoken = Stream.of(names).map(name -> {
            int slash = name.indexOf('/');
            return Name.of(name.substring(0, slash), name.substring(slash + 1));
        }).toList();
        return new SpokenCurrency(code, digits, spoken, Optional.ofNullable(minor));
    }

    static Optional<SpokenCurrency> ofCode(String code) {
        return ALL.stream().filter(currency -> currency.code.equals(code)).findFirst();
    }

    static Optional<SpokenCurrency> ofName(String words) {
        return ALL.stream().filter(currency -> currency.names.stream().anyMatch(name -> name.is(words))).findFirst();
    }

    /// The currency meant when only a minor unit is named: "fifty cents" are dollars.
    static Optional<SpokenCurrency> ofMinor(String words) {
        return ALL.stream().filter(currency -> currency.minor.filter(name -> name.is(words)).isPresent()).findFirst();
    }

    Name name() {
        return names.getFirst();
    }

    /// `amount` as it is said, with the minor unit where the currency has one and the amount fits it.
    List<String> say(BigDecimal amount, Name name) {
        var words = new ArrayList<String>();
        var magnitude = amount.abs();
        var major = magnitude.setScale(0, RoundingMode.DOWN);
        var fraction = magnitude.subtract(major).stripTrailingZeros();
        boolean minorFits = minor.isPresent() && fraction.scale() <= digits;
        if (amount.signum() < 0) {
            words.add("minus");
        }
        if (fraction.signum() == 0) {
            addCounted(words, major, name);
        } else if (!minorFits) {
            addCounted(words, magnitude.setScale(Math.max(magnitude.scale(), 1)), name);
        } else {
            boolean minorAlone = major.signum() == 0 && ofMinor(minor.get().many()).equals(Optional.of(this));
            if (!minorAlone) {
                addCounted(words, major, name);
                words.add("and");
            }
            addCounted(words, fraction.movePointRight(digits).setScale(0, RoundingMode.UNNECESSARY), minor.get());
        }
        return words;
    }

    private static void addCounted(List<String> words, BigDecimal count, Name name) {
        words.addAll(NumberWords.say(count));
        words.addAll(SpokenText.split(count.compareTo(BigDecimal.ONE) == 0 ? name.one() : name.many()));
    }
}
