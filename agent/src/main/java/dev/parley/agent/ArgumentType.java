package dev.parley.agent;

import java.lang.invoke.MethodHandle;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A kind of value an argument may have: what its schema says, and how its JSON becomes a Java value.
///
/// `read` returns the value, or null after adding to `problems` a sentence that starts with the argument's `path`.
/// Numbers are decimals from end to end, and of bounded size: `1e999999999` is a few bytes of JSON, a few bytes of
/// [BigDecimal], and a gigabyte for whoever writes it out.
sealed interface ArgumentType {
    ObjectNode schema();

    @Nullable
    Object read(JsonNode json, String path, List<String> problems);

    record Text() implements ArgumentType {
        @Override
        public ObjectNode schema() {
            return typed("string");
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            return text(json, "a text", path, problems);
        }
    }

    record Flag() implements ArgumentType {
        @Override
        public ObjectNode schema() {
            return typed("boolean");
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            return json.isBoolean() ? (Object) json.booleanValue() : mismatch("true or false", json, path, problems);
        }
    }

    /// `int` and `long`. As JSON Schema has it, 3.0 is a whole number.
    record Whole(long least, long most) implements ArgumentType {
        static final Whole INT = new Whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
        static final Whole LONG = new Whole(Long.MIN_VALUE, Long.MAX_VALUE);

        @Override
        public ObjectNode schema() {
            return typed("integer");
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            var number = number(json, "a whole number", path, problems);
            if (number == null) {
                return null;
            }
            if (number.stripTrailingZeros().scale() > 0) {
                return mismatch("a whole number", json, path, problems);
            }
            if (number.compareTo(BigDecimal.valueOf(least)) < 0 || number.compareTo(BigDecimal.valueOf(most)) > 0) {
                return mismatch("a whole number from " + least + " to " + most, json, path, problems);
            }
            return equals(INT) ? (Object) number.intValueExact() : (Object) number.longValueExact();
        }
    }

    record Decimal() implements ArgumentType {
        @Override
        public ObjectNode schema() {
            return typed("number");
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            return number(json, "a number", path, problems);
        }
    }

    record Floating() implements ArgumentType {
        @Override
        public ObjectNode schema() {
            return typed("number");
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            var number = number(json, "a number", path, problems);
            return number == null ? null : (Object) number.doubleValue();
        }
    }

    /// An enum; the constants keep the names they have in Java.
    record Choice(List<Enum<?>> constants) implements ArgumentType {
        @Override
        public ObjectNode schema() {
            var schema = typed("string");
            var names = schema.putArray("enum");
            constants.forEach(constant -> names.add(constant.name()));
            return schema;
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            for (var constant : constants) {
                if (json.isString() && constant.name().equals(json.stringValue())) {
                    return constant;
                }
            }
            var names = constants.stream().map(Enum::name).collect(Collectors.joining(", "));
            return mismatch("one of " + names, json, path, problems);
        }
    }

    record IsoCurrency() implements ArgumentType {
        @Override
        public ObjectNode schema() {
            return typed("string").put("description", "ISO 4217 currency code, such as EUR")
                    .put("pattern", "^[A-Za-z]{3}$");
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            var expected = "an ISO 4217 currency code such as EUR";
            var code = text(json, expected, path, problems);
            if (code == null) {
                return null;
            }
            try {
                return Currency.getInstance(code.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException _) {
                return mismatch(expected, json, path, problems);
            }
        }
    }

    record Date() implements ArgumentType {
        @Override
        public ObjectNode schema() {
            return typed("string").put("format", "date");
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            var expected = "a date such as 2026-01-31";
            var date = text(json, expected, path, problems);
            try {
                return date == null ? null : LocalDate.parse(date);
            } catch (DateTimeException _) {
                return mismatch(expected, json, path, problems);
            }
        }
    }

    record Moment() implements ArgumentType {
        @Override
        public ObjectNode schema() {
            return typed("string").put("format", "date-time");
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            var expected = "a date and time with its offset, such as 2026-01-31T18:00:00Z";
            var moment = text(json, expected, path, problems);
            try {
                return moment == null ? null : OffsetDateTime.parse(moment).toInstant();
            } catch (DateTimeException _) {
                return mismatch(expected, json, path, problems);
            }
        }
    }

    record ListOf(ArgumentType element) implements ArgumentType {
        @Override
        public ObjectNode schema() {
            var schema = typed("array");
            schema.set("items", element.schema());
            return schema;
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            if (!json.isArray()) {
                return mismatch("a list", json, path, problems);
            }
            var before = problems.size();
            var values = new ArrayList<Object>(json.size());
            for (var i = 0; i < json.size(); i++) {
                var value = element.read(json.get(i), path + "[" + i + "]", problems);
                if (value != null) {
                    values.add(value);
                }
            }
            return problems.size() > before ? null : List.copyOf(values);
        }
    }

    /// A record, made by its canonical constructor. What the constructor refuses with an [IllegalArgumentException] is
    /// a bad argument, and the exception's message tells the model why.
    record Nested(ArgumentFields fields, MethodHandle constructor) implements ArgumentType {
        @Override
        public ObjectNode schema() {
            return fields.schema();
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            var values = fields.read(json, path, problems);
            if (values == null) {
                return null;
            }
            try {
                return constructor.invokeWithArguments(Arrays.asList(values));
            } catch (IllegalArgumentException e) {
                problems.add(path + ": " + e.getMessage());
                return null;
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("constructor of " + path + " failed", e);
            }
        }
    }

    private static ObjectNode typed(String type) {
        return ToolJson.NODES.objectNode().put("type", type);
    }

    private static @Nullable String text(JsonNode json, String expected, String path, List<String> problems) {
        if (json.isString()) {
            return json.stringValue();
        }
        mismatch(expected, json, path, problems);
        return null;
    }

    private static @Nullable BigDecimal number(JsonNode json, String expected, String path, List<String> problems) {
        if (!json.isNumber()) {
            mismatch(expected, json, path, problems);
            return null;
        }
        var number = json.decimalValue();
        var whole = (long) number.precision() - number.scale();
        if (whole > ArgumentFields.MAX_DIGITS || number.scale() > ArgumentFields.MAX_DIGITS) {
            mismatch(expected + " of at most " + ArgumentFields.MAX_DIGITS + " digits before and after the point", json,
                    path, problems);
            return null;
        }
        return number;
    }

    private static @Nullable Object mismatch(String expected, JsonNode json, String path, List<String> problems) {
        problems.add(path + ": expected " + expected + ", found " + ArgumentFields.describe(json));
        return null;
    }
}
