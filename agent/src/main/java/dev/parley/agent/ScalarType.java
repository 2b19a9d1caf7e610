package dev.parley.agent;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Single values: texts, numbers, choices, and whatever is written as a text.
final class ScalarType {
    static final ArgumentType CURRENCY = new Written("an ISO 4217 currency code such as EUR",
            Map.of("description", "ISO 4217 currency code, such as EUR", "pattern", "^[A-Za-z]{3}$"),
            code -> Currency.getInstance(code.toUpperCase(Locale.ROOT)));
    static final ArgumentType DATE = new Written("a date such as 2026-01-31", Map.of("format", "date"),
            LocalDate::parse);
    static final ArgumentType TIME = new Written("a time of day such as 18:30", Map.of("description",
            "Time of day, such as 18:30"), LocalTime::parse);
    static final ArgumentType DATE_TIME = new Written("a date and time such as 2026-01-31T18:30",
            Map.of("description", "Local date and time, such as 2026-01-31T18:30"), LocalDateTime::parse);
    static final ArgumentType MOMENT = new Written("a date and time with its offset, such as 2026-01-31T18:00:00Z",
            Map.of("format", "date-time"), moment -> OffsetDateTime.parse(moment).toInstant());
    static final ArgumentType DURATION = new Written("an ISO 8601 duration such as PT1H30M",
            Map.of("format", "duration", "description", "ISO 8601 duration, such as PT1H30M"), Duration::parse);
    static final ArgumentType UNIQUE_ID = new Written("a UUID of 36 characters", Map.of("format", "uuid"),
            ScalarType::uuid);

    static final ArgumentType SHORT = new Whole(Short.MIN_VALUE, Short.MAX_VALUE, number -> (short) number);
    static final ArgumentType INT = new Whole(Integer.MIN_VALUE, Integer.MAX_VALUE, number -> (int) number);
    static final ArgumentType LONG = new Whole(Long.MIN_VALUE, Long.MAX_VALUE, number -> number);

    private ScalarType() {}

    record Text() implements ArgumentType {
        @Override
        public ObjectNode schema() {
            return ArgumentType.typed("string");
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            return ArgumentType.text(json, "a text", path, problems);
        }
    }

    record Flag() implements ArgumentType {
        @Override
        public ObjectNode schema() {
            return ArgumentType.typed("boolean");
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            return json.isBoolean()
                    ? (Object) json.booleanValue()
                    : ArgumentType.mismatch("true or false", json, path, problems);
        }
    }

    /// A whole number, as one of Java's. As JSON Schema has it, 3.0 is one.
    record Whole(long least, long most, LongFunction<Object> box) implements ArgumentType {
        @Override
        public ObjectNode schema() {
            return ArgumentType.typed("integer");
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            var number = ArgumentType.number(json, "a whole number", path, problems);
            if (number == null) {
                return null;
            }
            if (number.stripTrailingZeros().scale() > 0) {
                return ArgumentType.mismatch("a whole number", json, path, problems);
            }
            var whole = number.toBigInteger();
            if (whole.bitLength() >= Long.SIZE || whole.longValueExact() < least || whole.longValueExact() > most) {
                return ArgumentType.mismatch("a whole number from " + least + " to " + most, json, path, problems);
            }
            return box.apply(whole.longValueExact());
        }
    }

    record Decimal() implements ArgumentType {
        @Override
        public ObjectNode schema() {
            return ArgumentType.typed("number");
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            return ArgumentType.number(json, "a number", path, problems);
        }
    }

    record Floating() implements ArgumentType {
        @Override
        public ObjectNode schema() {
            return ArgumentType.typed("number");
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            var number = ArgumentType.number(json, "a number", path, problems);
            return number == null ? null : (Object) number.doubleValue();
        }
    }

    /// A `float`, which 40 digits do not fit into.
    record SingleFloating() implements ArgumentType {
        @Override
        public ObjectNode schema() {
            return ArgumentType.typed("number");
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            var number = ArgumentType.number(json, "a number", path, problems);
            if (number == null) {
                return null;
            }
            return Float.isInfinite(number.floatValue())
                    ? ArgumentType.mismatch("a number up to " + Float.MAX_VALUE, json, path, problems)
                    : (Object) number.floatValue();
        }
    }

    /// An enum; the constants keep the names they have in Java.
    record Choice(List<Enum<?>> constants, String description) implements ArgumentType {
        @Override
        public ObjectNode schema() {
            var schema = ArgumentType.typed("string");
            var names = schema.putArray("enum");
            constants.forEach(constant -> names.add(constant.name()));
            if (!description.isEmpty()) {
                schema.put("description", description);
            }
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
            return ArgumentType.mismatch("one of " + names, json, path, problems);
        }
    }

    /// A value that is written as a text of some form.
    ///
    /// @param keywords what its schema says beside `"type":"string"`
    /// @param parse refuses with a [DateTimeException] or an [IllegalArgumentException]
    record Written(String expected, Map<String, String> keywords, Function<String, Object> parse)
            implements
                ArgumentType {
        Written {
            // In one order: a schema that changes from run to run is a prompt no service has cached.
            keywords = Collections.unmodifiableMap(new TreeMap<>(keywords));
        }

        @Override
        public ObjectNode schema() {
            var schema = ArgumentType.typed("string");
            keywords.forEach(schema::put);
            return schema;
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            var text = ArgumentType.text(json, expected, path, problems);
            try {
                return text == null ? null : parse.apply(text);
            } catch (DateTimeException | IllegalArgumentException _) {
                return ArgumentType.mismatch(expected, json, path, problems);
            }
        }
    }

    /// A value that must keep within bounds.
    record Bounded(ArgumentType type, Bounds bounds) implements ArgumentType {
        @Override
        public ObjectNode schema() {
            var schema = type.schema();
            bounds.writeTo(schema);
            return schema;
        }

        @Override
        public @Nullable Object read(JsonNode json, String path, List<String> problems) {
            var value = type.read(json, path, problems);
            return value == null || bounds.check(json, path, problems) ? value : null;
        }
    }

    /// [UUID#fromString] also takes `1-1-1-1-1`.
    private static Object uuid(String text) {
        if (text.length() != 36) {
            throw new IllegalArgumentException("expected 36 characters");
        }
        return UUID.fromString(text);
    }
}
