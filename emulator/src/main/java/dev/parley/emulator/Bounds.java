package dev.parley.emulator;

import java.math.BigDecimal;
import java.math.RoundingMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Brings values within the bounds that a parameter's schema sets. Stateless.
final class Bounds {
    private Bounds() {}

    /// A number as the schema wants it: whole where it must be, and within its bounds.
    static JsonNode number(Parameter parameter, BigDecimal value) {
        var schema = parameter.schema();
        var step = parameter.isWhole() ? BigDecimal.ONE : new BigDecimal("0.01");
        var bounded = parameter.isWhole() ? value.setScale(0, RoundingMode.HALF_UP) : value;
        if (schema.path("minimum").isNumber()) {
            bounded = bounded.max(schema.path("minimum").decimalValue());
        }
        if (schema.path("exclusiveMinimum").isNumber()) {
            bounded = bounded.max(schema.path("exclusiveMinimum").decimalValue().add(step));
        }
        if (schema.path("maximum").isNumber()) {
            bounded = bounded.min(schema.path("maximum").decimalValue());
        }
        if (schema.path("exclusiveMaximum").isNumber()) {
            bounded = bounded.min(schema.path("exclusiveMaximum").decimalValue().subtract(step));
        }
        return parameter.isWhole()
                ? JsonNodeFactory.instance.numberNode(bounded.toBigInteger())
                : JsonNodeFactory.instance.numberNode(bounded);
    }

    /// Whether a number is within the bounds as it is.
    static boolean fits(Parameter parameter, BigDecimal value) {
        var kept = number(parameter, value);
        return parameter.type().equals("string") || kept.decimalValue().compareTo(value) == 0;
    }

    /// A text as long as the schema wants it.
    static String text(Parameter parameter, String text) {
        int most = parameter.schema().path("maxLength").asInt(Integer.MAX_VALUE);
        var cut = text.length() > most ? text.substring(0, Math.max(0, most)) : text;
        int least = Math.min(parameter.schema().path("minLength").asInt(0), 1_000);
        return cut.length() >= least ? cut : cut + "-".repeat(least - cut.length());
    }
}
