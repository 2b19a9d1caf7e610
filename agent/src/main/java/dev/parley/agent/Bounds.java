package dev.parley.agent;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a value must keep within, as a [Param] or a JSON Schema says: how a schema spells it, and whether a value does.
///
/// Each kind of bound concerns one kind of JSON: numbers their size, texts their length and look, lists and objects the
/// number of their entries.
record Bounds(@Nullable BigDecimal min, @Nullable BigDecimal max, @Nullable BigDecimal above,
        @Nullable BigDecimal below, Range length, @Nullable Pattern pattern, Range items) {
    static final Bounds NONE = new Bounds(null, null, null, null, Range.ANY, null, Range.ANY);

    /// How many; both ends are allowed.
    record Range(int least, int most) {
        static final Range ANY = new Range(0, Integer.MAX_VALUE);

        Range {
            if (least < 0 || most < least) {
                throw new IllegalArgumentException(
                        "expected bounds from 0 upwards, the lower first, found " + least + " and " + most);
            }
        }

        boolean holds(int count) {
            return count >= least && count <= most;
        }

        void writeTo(ObjectNode schema, String atLeast, String atMost) {
            if (least > 0) {
                schema.put(atLeast, least);
            }
            if (most < Integer.MAX_VALUE) {
                schema.put(atMost, most);
            }
        }

        String inWords() {
            if (least == most) {
                return "exactly " + least;
            }
            if (most == Integer.MAX_VALUE) {
                return "at least " + least;
            }
            return least == 0 ? "at most " + most : least + " to " + most;
        }
    }

    Bounds {
        if (min != null && max != null && min.compareTo(max) > 0) {
            throw new IllegalArgumentException("expected a least number up to " + max.toPlainString() + ", found "
                    + min.toPlainString());
        }
    }

    /// @throws IllegalArgumentException if the bounds contradict each other, or the pattern is none
    static Bounds of(Param param) {
        return new Bounds(finite(param.min()), finite(param.max()), finite(param.above()), finite(param.below()),
                new Range(param.minLength(), param.maxLength()), pattern(param.pattern()),
                new Range(param.minItems(), param.maxItems()));
    }

    /// The bounds that a JSON Schema states.
    ///
    /// @throws IllegalArgumentException if one of them is not what it has to be
    static Bounds of(ObjectNode schema) {
        var ofObject = schema.has("minProperties") || schema.has("maxProperties");
        return new Bounds(decimal(schema, "minimum"), decimal(schema, "maximum"), decimal(schema, "exclusiveMinimum"),
                decimal(schema, "exclusiveMaximum"), range(schema, "minLength", "maxLength"),
                pattern(schema.path("pattern").asString("")),
                ofObject ? range(schema, "minProperties", "maxProperties") : range(schema, "minItems", "maxItems"));
    }

    /// The part that concerns how many entries there are.
    Bounds ofItems() {
        return new Bounds(null, null, null, null, Range.ANY, null, items);
    }

    /// The part that concerns each value.
    Bounds ofValues() {
        return new Bounds(min, max, above, below, length, pattern, Range.ANY);
    }

    boolean concernNumbers() {
        return Stream.of(min, max, above, below).anyMatch(Objects::nonNull);
    }

    boolean concernTexts() {
        return !length.equals(Range.ANY) || pattern != null;
    }

    boolean concernItems() {
        return !items.equals(Range.ANY);
    }

    void writeTo(ObjectNode schema) {
        write(schema, "minimum", min);
        write(schema, "maximum", max);
        write(schema, "exclusiveMinimum", above);
        write(schema, "exclusiveMaximum", below);
        length.writeTo(schema, "minLength", "maxLength");
        if (pattern != null) {
            schema.put("pattern", pattern.pattern());
        }
        if (schema.path("type").asString("").equals("object")) {
            items.writeTo(schema, "minProperties", "maxProperties");
        } else {
            items.writeTo(schema, "minItems", "maxItems");
        }
    }

    /// Adds to `problems` what `json` exceeds; false if it does.
    boolean check(JsonNode json, String path, List<String> problems) {
        var before = problems.size();
        if (json.isNumber()) {
            checkNumber(json, path, problems);
        } else if (json.isString()) {
            checkText(json, path, problems);
        } else if ((json.isArray() || json.isObject()) && !items.holds(json.size())) {
            problems.add(path + ": expected " + items.inWords() + " entries, found " + json.size());
        }
        return problems.size() == before;
    }

    private void checkNumber(JsonNode json, String path, List<String> problems) {
        var number = json.decimalValue();
        var fits = (min == null || number.compareTo(min) >= 0) && (max == null || number.compareTo(max) <= 0)
                && (above == null || number.compareTo(above) > 0) && (below == null || number.compareTo(below) < 0);
        if (!fits) {
            var expected = Stream.of(inWords("at least ", min), inWords("above ", above), inWords("at most ", max),
                    inWords("below ", below)).filter(words -> !words.isEmpty()).collect(Collectors.joining(" and "));
            problems.add(path + ": expected a number " + expected + ", found " + ArgumentFields.describe(json));
        }
    }

    private void checkText(JsonNode json, String path, List<String> problems) {
        var text = json.stringValue();
        var characters = text.codePointCount(0, text.length());
        if (!length.holds(characters)) {
            problems.add(path + ": expected a text of " + length.inWords() + " characters, found " + characters);
        } else if (pattern != null && !pattern.matcher(text).find()) {
            problems.add(path + ": expected a text that matches " + pattern.pattern() + ", found "
                    + ArgumentFields.describe(json));
        }
    }

    private static String inWords(String how, @Nullable BigDecimal bound) {
        return bound == null ? "" : how + bound.toPlainString();
    }

    private static void write(ObjectNode schema, String name, @Nullable BigDecimal bound) {
        if (bound == null) {
            return;
        }
        try {
            schema.put(name, bound.intValueExact());
        } catch (ArithmeticException _) {
            schema.put(name, bound.doubleValue());
        }
    }

    private static @Nullable BigDecimal finite(double bound) {
        if (Double.isNaN(bound)) {
            throw new IllegalArgumentException("expected a number for a bound, found NaN");
        }
        return Double.isInfinite(bound) ? null : BigDecimal.valueOf(bound).stripTrailingZeros();
    }

    private static @Nullable BigDecimal decimal(ObjectNode schema, String name) {
        var bound = schema.get(name);
        if (bound == null) {
            return null;
        }
        if (!bound.isNumber()) {
            throw new IllegalArgumentException("expected a number for \"" + name + "\", found "
                    + ArgumentFields.describe(bound));
        }
        return bound.decimalValue().stripTrailingZeros();
    }

    private static Range range(ObjectNode schema, String least, String most) {
        return new Range(count(schema, least, 0), count(schema, most, Integer.MAX_VALUE));
    }

    private static int count(ObjectNode schema, String name, int otherwise) {
        var count = schema.get(name);
        if (count == null) {
            return otherwise;
        }
        if (!count.canConvertToInt() || !count.isIntegralNumber()) {
            throw new IllegalArgumentException("expected a whole number for \"" + name + "\", found "
                    + ArgumentFields.describe(count));
        }
        return count.intValue();
    }

    private static @Nullable Pattern pattern(String regex) {
        try {
            return regex.isEmpty() ? null : Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("expected a regular expression, found \"" + regex + "\": "
                    + e.getDescription(), e);
        }
    }
}
