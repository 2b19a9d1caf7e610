package dev.parley.emulator;

import dev.parley.realtime.ProtocolException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What may stand in one place of a client's frame, and in the service's words what is wrong when something else does
/// (protocol section 8). The objects of the protocol are put together from these.
@FunctionalInterface
interface Shape {
    /// Checks a value. Where that is forgiven, members nobody knows are taken out of it.
    ///
    /// @param at path of the value in its event
    /// @throws ProtocolException naming the first thing that is wrong
    void check(JsonNode value, String at, Strictness strictness);

    /// Whatever it is.
    Shape ANYTHING = (_, _, _) -> {};
    Shape FLAG = (value, at, _) -> require(value.isBoolean(), "a boolean", value, at);
    Shape TEXT = (value, at, _) -> require(value.isString(), "a string", value, at);
    Shape OBJECT = (value, at, _) -> require(value.isObject(), "an object", value, at);

    /// Text of at most so many characters; how many is the session's to say.
    static Shape text(int longest) {
        return (value, at, strictness) -> {
            TEXT.check(value, at, strictness);
            requireLength(value.stringValue(), longest, at);
        };
    }

    static Shape text(int longest, Pattern pattern) {
        return text(longest).and((value, at, _) -> {
            if (!pattern.matcher(value.stringValue()).matches()) {
                throw new ProtocolException("invalid_value", at, "Invalid '" + at + "': string does not match pattern."
                        + " Expected a string that matches the pattern '^" + pattern + "$'.");
            }
        });
    }

    static Shape oneOf(String... words) {
        var known = List.of(words);
        return (value, at, strictness) -> {
            TEXT.check(value, at, strictness);
            if (!known.contains(value.stringValue())) {
                throw invalid(at, value, known);
            }
        };
    }

    static Shape whole(long min, long max) {
        return (value, at, _) -> {
            require(value.isIntegralNumber(), "an integer", value, at);
            between(value, value.bigIntegerValue().doubleValue(), (double) min, (double) max, "integer", at);
        };
    }

    static Shape decimal(double min, double max) {
        return (value, at, _) -> {
            require(value.isNumber(), "a number", value, at);
            between(value, value.decimalValue().doubleValue(), min, max, "decimal", at);
        };
    }

    static Shape list(Shape element) {
        return (value, at, strictness) -> {
            require(value.isArray(), "an array", value, at);
            for (int i = 0; i < value.size(); i++) {
                element.check(value.get(i), at + "[" + i + "]", strictness);
            }
        };
    }

    /// An object of these members, any of which may be absent.
    static Shape object(Map<String, Shape> members) {
        return object(members, Set.of());
    }

    /// An object of these members, some of which must be there.
    static Shape object(Map<String, Shape> members, Set<String> required) {
        return (value, at, strictness) -> {
            OBJECT.check(value, at, strictness);
            for (var name : List.copyOf(value.propertyNames())) {
                var shape = members.get(name);
                if (shape != null) {
                    shape.check(value.get(name), at + "." + name, strictness);
                } else {
                    unknown(at + "." + name, strictness);
                    ((ObjectNode) value).remove(name);
                }
            }
            required.stream().sorted().filter(name -> !value.has(name)).findFirst().ifPresent(name -> {
                throw ProtocolException.missing(at + "." + name);
            });
        };
    }

    /// An object whose member `type` says which of these it is.
    static Shape byType(Map<String, Shape> variants) {
        return (value, at, strictness) -> {
            OBJECT.check(value, at, strictness);
            if (!value.has("type")) {
                throw ProtocolException.missing(at + ".type");
            }
            var shape = variants.get(value.path("type").asString(""));
            if (shape == null) {
                throw invalid(at + ".type", value.path("type"), variants.keySet().stream().sorted().toList());
            }
            shape.check(value, at, strictness);
        };
    }

    /// One thing when it is text, another when it is not.
    static Shape either(Shape text, Shape other) {
        return (value, at, strictness) -> (value.isString() ? text : other).check(value, at, strictness);
    }

    default Shape orNull() {
        return (value, at, strictness) -> {
            if (!value.isNull()) {
                check(value, at, strictness);
            }
        };
    }

    default Shape and(Shape more) {
        return (value, at, strictness) -> {
            check(value, at, strictness);
            more.check(value, at, strictness);
        };
    }

    /// The application's labels: 16 pairs, 64 and 512 characters.
    Shape METADATA = (value, at, strictness) -> {
        OBJECT.check(value, at, strictness);
        if (value.size() > 16) {
            throw new ProtocolException("object_above_max_properties", at, "Invalid '" + at
                    + "': too many properties. Expected an object with at most 16 properties, but got an object with "
                    + value.size() + " properties instead.");
        }
        value.properties().forEach(pair -> {
            requireLength(pair.getKey(), 64, at);
            text(512).check(pair.getValue(), at + "." + pair.getKey(), strictness);
        });
    };

    /// Refuses a member that is not in the book, unless that is forgiven.
    static void unknown(String at, Strictness strictness) {
        if (strictness == Strictness.STRICT) {
            throw new ProtocolException("unknown_parameter", at, "Unknown parameter: '" + at + "'.");
        }
    }

    static ProtocolException invalid(String at, JsonNode found, Collection<String> supported) {
        return ProtocolException.invalidValue(at, found.asString(found.toString()),
                supported.stream().map(word -> "'" + word + "'").collect(Collectors.joining(", ")));
    }

    /// Checks the length of a text.
    ///
    /// @throws ProtocolException in the service's words, if it is too long
    static void requireLength(String text, int longest, String at) {
        if (text.length() > longest) {
            throw new ProtocolException("string_above_max_length", at,
                    "Invalid '" + at + "': string too long. Expected a string with maximum length " + longest
                            + ", but got a string with length " + text.length() + " instead.");
        }
    }

    private static void require(boolean right, String expected, JsonNode found, String at) {
        if (!right) {
            throw ProtocolException.wrongType(at, expected, found);
        }
    }

    private static void between(JsonNode found, double value, double min, double max, String kind, String at) {
        if (value < min) {
            throw ProtocolException.belowMinimum(at, kind, min, found.toString());
        }
        if (value > max) {
            throw ProtocolException.aboveMaximum(at, kind, max, found.toString());
        }
    }
}
