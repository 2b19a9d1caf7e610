package dev.parley.venue;

import java.util.Arrays;
import java.util.Currency;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// Finds the currency that was said: an ISO 4217 code in any case, or a word such as "bucks", "quid" or "euro".
///
/// Only money that some country uses today counts: codes such as XXX, XTS, XAU or DEM do not. What could mean several
/// currencies is asked about, never guessed. All state is constant; safe to use from any thread.
final class SpokenCurrency {
    private static final Set<Currency> IN_USE = Arrays.stream(Locale.getISOCountries())
            .map(country -> Currency.getInstance(Locale.of("", country)))
            .filter(Objects::nonNull)
            .filter(currency -> currency.getDefaultFractionDigits() >= 0)
            .collect(Collectors.toUnmodifiableSet());

    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("dollar", "USD"), Map.entry("dollars", "USD"), Map.entry("buck", "USD"),
            Map.entry("bucks", "USD"), Map.entry("$", "USD"), Map.entry("us dollar", "USD"),
            Map.entry("us dollars", "USD"), Map.entry("american dollar", "USD"), Map.entry("american dollars", "USD"),
            Map.entry("canadian dollar", "CAD"), Map.entry("canadian dollars", "CAD"),
            Map.entry("australian dollar", "AUD"), Map.entry("australian dollars", "AUD"),
            Map.entry("euro", "EUR"), Map.entry("euros", "EUR"), Map.entry("€", "EUR"),
            Map.entry("pound", "GBP"), Map.entry("pounds", "GBP"), Map.entry("quid", "GBP"), Map.entry("£", "GBP"),
            Map.entry("pound sterling", "GBP"), Map.entry("pounds sterling", "GBP"), Map.entry("sterling", "GBP"),
            Map.entry("british pound", "GBP"), Map.entry("british pounds", "GBP"),
            Map.entry("yen", "JPY"), Map.entry("japanese yen", "JPY"),
            Map.entry("yuan", "CNY"), Map.entry("renminbi", "CNY"),
            Map.entry("swiss franc", "CHF"), Map.entry("swiss francs", "CHF"),
            Map.entry("kuwaiti dinar", "KWD"), Map.entry("kuwaiti dinars", "KWD"),
            Map.entry("indian rupee", "INR"), Map.entry("indian rupees", "INR"));

    private static final Map<String, String> AMBIGUOUS = Map.ofEntries(
            Map.entry("franc", "Swiss francs or CFA francs"), Map.entry("francs", "Swiss francs or CFA francs"),
            Map.entry("crown", "Swedish, Norwegian, Danish or Czech crowns"),
            Map.entry("crowns", "Swedish, Norwegian, Danish or Czech crowns"),
            Map.entry("krona", "Swedish or Icelandic"), Map.entry("krone", "Norwegian or Danish"),
            Map.entry("kroner", "Norwegian or Danish"),
            Map.entry("peso", "Mexican, Argentine or Philippine pesos"),
            Map.entry("pesos", "Mexican, Argentine or Philippine pesos"),
            Map.entry("dinar", "Kuwaiti, Bahraini or Jordanian dinars"),
            Map.entry("dinars", "Kuwaiti, Bahraini or Jordanian dinars"),
            Map.entry("rupee", "Indian, Pakistani or Sri Lankan rupees"),
            Map.entry("rupees", "Indian, Pakistani or Sri Lankan rupees"),
            Map.entry("rial", "Omani or Iranian"), Map.entry("riyal", "Saudi or Qatari"),
            Map.entry("won", "South or North Korean"), Map.entry("¥", "yen or yuan"));

    private SpokenCurrency() {}

    /// The currency that `said` means.
    ///
    /// @throws PaymentRefusedException with a question for the caller, if `said` is unknown or could mean several
    static Currency resolve(String said) {
        if (said.length() > 40) {
            throw new PaymentRefusedException("That is not a currency I know. Which currency is meant?");
        }
        var word = said.strip().replaceAll("\\s+", " ").replaceAll("[.,!?]+$", "").toLowerCase(Locale.ROOT);
        var code = WORDS.getOrDefault(word, word.toUpperCase(Locale.ROOT));
        for (var currency : IN_USE) {
            if (currency.getCurrencyCode().equals(code)) {
                return currency;
            }
        }
        var meanings = AMBIGUOUS.get(word);
        if (meanings != null) {
            throw new PaymentRefusedException("\"" + word + "\" could mean several currencies. Which: " + meanings
                    + "?");
        }
        throw new PaymentRefusedException("\"" + word + "\" is not a currency I know. Which currency is meant: "
                + "US dollars, euros, pounds, or another?");
    }
}
