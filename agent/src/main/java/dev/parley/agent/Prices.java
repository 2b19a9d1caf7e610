package dev.parley.agent;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// What a service asks for, as its user tells us: there is no list of our own that could be out of date.
///
/// Written as JSON or a map, with prices per million tokens and per minute, any of which may be left out:
///
/// ```json
/// {"currency":"USD","text_input":4,"cached_text_input":0.4,"text_output":16,"audio_input":32,
///  "cached_audio_input":0.4,"audio_output":64,"transcription_minute":0.006}
/// ```
///
/// The other names are `image_input`, `cached_image_input`, `transcription_text_input`, `transcription_audio_input` and
/// `transcription_output`.
///
/// @param prices of [Meter#unit()] each
public record Prices(Currency currency, Map<Meter, BigDecimal> prices) {
    /// No price is known.
    public static final Prices NONE = new Prices(Currency.getInstance("XXX"), Map.of());

    private static final String CURRENCY = "currency";
    private static final Map<String, Meter> NAMES = Arrays.stream(Meter.values())
            .filter(meter -> meter != Meter.UNKNOWN)
            .collect(Collectors.toMap(Meter::priceName, meter -> meter, (one, _) -> one, LinkedHashMap::new));

    public Prices {
        var copy = new EnumMap<Meter, BigDecimal>(Meter.class);
        copy.putAll(prices);
        copy.forEach((meter, price) -> {
            if (price.signum() < 0) {
                throw new IllegalArgumentException("expected a price of 0 or more for \"" + meter.priceName()
                        + "\", found " + price.toPlainString());
            }
        });
        prices = Collections.unmodifiableMap(copy);
    }

    /// Reads prices by name; values are numbers, or texts that are.
    ///
    /// @throws IllegalArgumentException if a name is none of ours or a value is no price
    public static Prices of(Map<String, ?> named) {
        var prices = new EnumMap<Meter, BigDecimal>(Meter.class);
        named.forEach((name, value) -> {
            if (!name.equals(CURRENCY)) {
                prices.put(meter(name), decimal(name, String.valueOf(value)));
            }
        });
        return new Prices(currency(String.valueOf(named.get(CURRENCY))), prices);
    }

    /// Reads prices written as a JSON object.
    ///
    /// @throws IllegalArgumentException if it is none, a name is none of ours or a value is no price
    public static Prices ofJson(String json) {
        try {
            if (!(ToolJson.read(json) instanceof ObjectNode object)) {
                throw new IllegalArgumentException("expected prices as a JSON object");
            }
            var named = new LinkedHashMap<String, String>();
            object.properties().forEach(member -> named.put(member.getKey(), member.getValue().asString("")));
            return of(named);
        } catch (BadArgumentsException e) {
            throw new IllegalArgumentException("expected prices as a JSON object: " + e.getMessage(), e);
        }
    }

    /// What so much costs.
    public Cost cost(Consumption used) {
        var amount = BigDecimal.ZERO;
        var unpriced = EnumSet.noneOf(Meter.class);
        for (var one : used.amounts().entrySet()) {
            var price = prices.get(one.getKey());
            if (price == null) {
                unpriced.add(one.getKey());
            } else {
                amount = amount.add(one.getValue()
                        .multiply(price)
                        .divide(one.getKey().unit(), MathContext.DECIMAL64));
            }
        }
        return new Cost(amount, currency, unpriced);
    }

    private static Meter meter(String name) {
        var meter = NAMES.get(name);
        if (meter == null) {
            throw new IllegalArgumentException("expected prices of " + String.join(", ", NAMES.keySet()) + ", found \""
                    + name + "\"");
        }
        return meter;
    }

    private static BigDecimal decimal(String name, String value) {
        try {
            return new BigDecimal(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a number for \"" + name + "\", found \"" + value + "\"", e);
        }
    }

    private static Currency currency(String code) {
        try {
            return Currency.getInstance(code);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected an ISO 4217 code for \"currency\", found \"" + code + "\"", e);
        }
    }
}
