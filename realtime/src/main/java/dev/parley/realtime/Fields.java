package dev.parley.realtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads the fields of one JSON object by name and type, and says in the protocol's own words what is wrong with them.
///
/// Also how an object is built: what code creates and what the wire brings go through the same reading.
final class Fields {
    private final ObjectNode node;
    private final String path;

    private Fields(ObjectNode node, String path) {
        this.node = node;
        this.path = path;
    }

    static Fields of(ObjectNode node) {
        return new Fields(node, "");
    }

    /// The fields of an object that stands at `path` of its event.
    static Fields of(ObjectNode node, String path) {
        return new Fields(node, path);
    }

    /// The beginning of an event of this type.
    static Fields event(String type) {
        return of(Json.object()).with("type", type);
    }

    ObjectNode node() {
        return node;
    }

    Fields with(String name, @Nullable String value) {
        node.put(name, value);
        return this;
    }

    Fields with(String name, long value) {
        node.set(name, number(value));
        return this;
    }

    /// A number as reading it from the wire gives it: to Jackson, 1 as an `int` and 1 as a `long` are not equal.
    static JsonNode number(long value) {
        return value == (int) value
                ? JsonNodeFactory.instance.numberNode((int) value)
                : JsonNodeFactory.instance.numberNode(value);
    }

    Fields with(String name, @Nullable JsonNode value) {
        node.set(name, value);
        return this;
    }

    Fields withIfPresent(String name, @Nullable String value) {
        return value == null ? this : with(name, value);
    }

    String string(String name) {
        var value = optionalString(name);
        if (value == null) {
            throw missing(name);
        }
        return value;
    }

    /// The text of a field that may be absent or null.
    @Nullable
    String optionalString(String name) {
        var value = node.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw wrongType(name, "a string", value);
        }
        return value.stringValue();
    }

    /// The text of a field that may be absent or null, in which case it is `otherwise`.
    String string(String name, String otherwise) {
        var value = optionalString(name);
        return value == null ? otherwise : value;
    }

    long integer(String name) {
        var value = node.get(name);
        if (value == null || value.isNull()) {
            throw missing(name);
        }
        return integer(name, value);
    }

    long integer(String name, long otherwise) {
        var value = node.get(name);
        return value == null || value.isNull() ? otherwise : integer(name, value);
    }

    /// A moment in unix seconds, before the year 10000; it must be there.
    long seconds(String name) {
        integer(name);
        return integer(name, 0, 0, 253_402_300_799L);
    }

    /// A place in a list, 0 when absent.
    int index(String name) {
        return (int) integer(name, 0, 0, Integer.MAX_VALUE);
    }

    long integer(String name, long otherwise, long min, long max) {
        long value = integer(name, otherwise);
        if (value < min) {
            throw ProtocolException.belowMinimum(path(name), "integer", (double) min, Long.toString(value));
        }
        if (value > max) {
            throw ProtocolException.aboveMaximum(path(name), "integer", (double) max, Long.toString(value));
        }
        return value;
    }

    private long integer(String name, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrongType(name, "an integer", value);
        }
        return value.longValue();
    }

    double number(String name, double otherwise, double min, double max) {
        double value = number(name, otherwise);
        if (value < min) {
            throw ProtocolException.belowMinimum(path(name), "decimal", min, Double.toString(value));
        }
        if (value > max) {
            throw ProtocolException.aboveMaximum(path(name), "decimal", max, Double.toString(value));
        }
        return value;
    }

    private double number(String name, double otherwise) {
        var value = node.get(name);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isNumber()) {
            throw wrongType(name, "a number", value);
        }
        return value.doubleValue();
    }

    /// A flag that must be there.
    boolean requiredFlag(String name) {
        var value = node.get(name);
        if (value == null || value.isNull()) {
            throw missing(name);
        }
        return flag(name, false);
    }

    boolean flag(String name, boolean otherwise) {
        var value = node.get(name);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw wrongType(name, "a boolean", value);
        }
        return value.booleanValue();
    }

    /// The object in a field that must be there.
    Fields object(String name) {
        var value = optionalObject(name);
        if (value == null) {
            throw missing(name);
        }
        return value;
    }

    @Nullable
    Fields optionalObject(String name) {
        var value = node.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!(value instanceof ObjectNode object)) {
            throw wrongType(name, "an object", value);
        }
        return new Fields(object, path(name));
    }

    /// The object at the end of a path of objects, any of which may be absent or null.
    @Nullable
    Fields optionalObject(String first, String... rest) {
        var at = optionalObject(first);
        for (var name : rest) {
            at = at == null ? null : at.optionalObject(name);
        }
        return at;
    }

    /// The objects of a list that may be absent or null, each read by `reader`.
    <T> List<T> list(String name, Function<Fields, T> reader) {
        var value = node.get(name);
        if (value == null || value.isNull()) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrongType(name, "an array", value);
        }
        var read = new ArrayList<T>(value.size());
        for (int i = 0; i < value.size(); i++) {
            var elementName = name + "[" + i + "]";
            if (!(value.get(i) instanceof ObjectNode element)) {
                throw wrongType(elementName, "an object", value.get(i));
            }
            read.add(reader.apply(new Fields(element, path(elementName))));
        }
        return List.copyOf(read);
    }

    /// The strings of a list that may be absent or null.
    List<String> strings(String name) {
        var value = node.get(name);
        if (value == null || value.isNull()) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrongType(name, "an array", value);
        }
        var read = new ArrayList<String>(value.size());
        for (int i = 0; i < value.size(); i++) {
            if (!value.get(i).isString()) {
                throw wrongType(name + "[" + i + "]", "a string", value.get(i));
            }
            read.add(value.get(i).stringValue());
        }
        return List.copyOf(read);
    }

    /// The members of an object that are text; empty when it is absent or null.
    Map<String, String> texts(String name) {
        var object = optionalObject(name);
        var texts = new LinkedHashMap<String, String>();
        if (object != null) {
            object.node.properties().forEach(member -> {
                if (member.getValue().isString()) {
                    texts.put(member.getKey(), member.getValue().stringValue());
                }
            });
        }
        return texts;
    }

    ProtocolException invalidValue(String name, String found, String supported) {
        return ProtocolException.invalidValue(path(name), found, supported);
    }

    private ProtocolException missing(String name) {
        return ProtocolException.missing(path(name));
    }

    ProtocolException wrongType(String name, String expected, JsonNode found) {
        return ProtocolException.wrongType(path(name), expected, found);
    }

    private String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
