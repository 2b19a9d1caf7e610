package dev.parley.agent;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The part of JSON Schema that describes a function's arguments, ready to check them.
///
/// What it knows: `type` (one or several), `enum`, `const`, the bounds of numbers, texts, lists and objects, `pattern`,
/// `properties`, `required`, `additionalProperties`, `items` and `uniqueItems`, nested to any depth. `title`,
/// `description`, `default`, `examples` and `format` are for the model. Anything else is refused when the schema is read,
/// for a rule that is not checked is no rule.
///
/// @param types empty when any will do
/// @param allowed empty when any value of these types will do
/// @param others what members beyond `properties` must be; null when there may be none
record JsonSchema(Set<String> types, List<JsonNode> allowed, Bounds bounds,
        SequencedMap<String, JsonSchema> properties, Set<String> required, @Nullable JsonSchema others,
        @Nullable JsonSchema items, boolean isUnique) {
    private static final JsonSchema ANYTHING = new JsonSchema(Set.of(), List.of(), Bounds.NONE, new LinkedHashMap<>(),
            Set.of(), null, null, false);

    private static final Map<String, String> WORDS = Map.of("string", "a text", "number", "a number", "integer",
            "a whole number", "boolean", "true or false", "array", "a list", "object", "an object", "null", "null");
    private static final Set<String> KNOWN = Set.of("type", "enum", "const", "minimum", "maximum", "exclusiveMinimum",
            "exclusiveMaximum", "minLength", "maxLength", "pattern", "minItems", "maxItems", "minProperties",
            "maxProperties", "properties", "required", "additionalProperties", "items", "uniqueItems", "title",
            "description", "default", "examples", "format", "$schema", "$id", "$comment", "deprecated");
    private static final int MAX_DEPTH = 32;

    /// Reads the schema of a function's arguments, which are an object.
    ///
    /// @throws IllegalArgumentException if it is none, or says something that would not be checked
    static JsonSchema ofArguments(JsonNode schema) {
        var read = read(schema, ArgumentFields.ROOT, 0);
        if (!read.types.equals(Set.of("object"))) {
            throw new IllegalArgumentException("expected a schema of \"type\":\"object\" for arguments, found "
                    + (read.types.isEmpty() ? "no type" : String.join(", ", read.types)));
        }
        return read;
    }

    private static JsonSchema read(JsonNode json, String path, int depth) {
        if (!(json instanceof ObjectNode schema)) {
            throw refuse(path, "expected a schema, found " + ArgumentFields.describe(json));
        }
        if (depth > MAX_DEPTH) {
            throw refuse(path, "expected at most " + MAX_DEPTH + " levels of schemas");
        }
        for (var name : schema.propertyNames()) {
            if (!KNOWN.contains(name)) {
                throw refuse(path, "expected keywords that are checked, found \"" + name + "\"");
            }
        }
        var properties = new LinkedHashMap<String, JsonSchema>();
        object(schema, "properties", path).properties()
                .forEach(property -> properties.put(property.getKey(), read(property.getValue(),
                        ArgumentFields.below(path, property.getKey()), depth + 1)));
        var items = schema.get("items");
        try {
            return new JsonSchema(types(schema, path), allowed(schema, path), Bounds.of(schema), properties,
                    strings(schema.path("required"), "required", path), others(schema, path, depth),
                    items == null ? null : read(items, path + "[]", depth + 1),
                    schema.path("uniqueItems").asBoolean(false));
        } catch (IllegalArgumentException e) {
            throw String.valueOf(e.getMessage()).startsWith(path) ? e : refuse(path, String.valueOf(e.getMessage()));
        }
    }

    private static Set<String> types(ObjectNode schema, String path) {
        var type = schema.path("type");
        var types = type.isString() ? Set.of(type.stringValue()) : strings(type, "type", path);
        for (var one : types) {
            if (!WORDS.containsKey(one)) {
                throw refuse(path, "expected a type of JSON Schema, found \"" + one + "\"");
            }
        }
        return types;
    }

    private static List<JsonNode> allowed(ObjectNode schema, String path) {
        var only = schema.get("const");
        if (only != null) {
            return List.of(only);
        }
        var values = schema.get("enum");
        if (values == null) {
            return List.of();
        }
        if (!values.isArray() || values.isEmpty()) {
            throw refuse(path, "expected a list of values for \"enum\", found " + ArgumentFields.describe(values));
        }
        return values.valueStream().toList();
    }

    private static @Nullable JsonSchema others(ObjectNode schema, String path, int depth) {
        var others = schema.get("additionalProperties");
        if (others == null) {
            return ANYTHING;
        }
        if (others.isBoolean()) {
            return others.booleanValue() ? ANYTHING : null;
        }
        return read(others, ArgumentFields.below(path, "*"), depth + 1);
    }

    private static ObjectNode object(ObjectNode schema, String name, String path) {
        return switch (schema.get(name)) {
            case null -> ToolJson.NODES.objectNode();
            case ObjectNode object -> object;
            case JsonNode other ->
                throw refuse(path, "expected an object for \"" + name + "\", found " + ArgumentFields.describe(other));
        };
    }

    private static Set<String> strings(JsonNode list, String name, String path) {
        var strings = new TreeSet<String>();
        if (!list.isMissingNode() && !list.isArray()) {
            throw refuse(path, "expected a list of texts for \"" + name + "\", found " + ArgumentFields.describe(list));
        }
        for (var one : list) {
            if (!one.isString()) {
                throw refuse(path, "expected texts in \"" + name + "\", found " + ArgumentFields.describe(one));
            }
            strings.add(one.stringValue());
        }
        return strings;
    }

    private static IllegalArgumentException refuse(String path, String problem) {
        return new IllegalArgumentException(path + ": " + problem);
    }

    /// Adds to `problems` everything in `json` that does not fit.
    void check(JsonNode json, String path, List<String> problems) {
        if (!types.isEmpty() && types.stream().noneMatch(type -> is(type, json))) {
            ArgumentType.mismatch(types.stream().map(WORDS::get).collect(Collectors.joining(" or ")), json, path,
                    problems);
            return;
        }
        if (json.isNumber() && ArgumentType.number(json, "a number", path, problems) == null) {
            return;
        }
        if (!allowed.isEmpty() && allowed.stream().noneMatch(value -> equal(value, json))) {
            ArgumentType.mismatch("one of " + allowed.stream()
                    .map(value -> value.isString() ? value.stringValue() : value.toString())
                    .collect(Collectors.joining(", ")), json, path, problems);
            return;
        }
        bounds.check(json, path, problems);
        if (json.isObject()) {
            checkMembers(json, path, problems);
        } else if (json.isArray()) {
            checkElements(json, path, problems);
        }
    }

    private void checkMembers(JsonNode json, String path, List<String> problems) {
        for (var name : required) {
            if (!json.has(name)) {
                problems.add(ArgumentFields.below(path, name) + ": required, but missing");
            }
        }
        json.properties().forEach(member -> {
            var schema = properties.getOrDefault(member.getKey(), others);
            if (schema == null) {
                problems.add(ArgumentFields.unknown(path, member.getKey(), properties.keySet()));
            } else {
                schema.check(member.getValue(), ArgumentFields.below(path, member.getKey()), problems);
            }
        });
    }

    private void checkElements(JsonNode json, String path, List<String> problems) {
        var seen = new HashSet<Object>();
        for (var i = 0; i < json.size(); i++) {
            if (items != null) {
                items.check(json.get(i), path + "[" + i + "]", problems);
            }
            if (isUnique && !seen.add(comparable(json.get(i)))) {
                problems.add(path + "[" + i + "]: expected different values, found "
                        + ArgumentFields.describe(json.get(i)) + " again");
            }
        }
    }

    private static boolean is(String type, JsonNode json) {
        return switch (type) {
            case "string" -> json.isString();
            case "number" -> json.isNumber();
            // As JSON Schema has it, 3.0 is a whole number.
            case "integer" -> json.isNumber() && json.decimalValue().stripTrailingZeros().scale() <= 0;
            case "boolean" -> json.isBoolean();
            case "array" -> json.isArray();
            case "object" -> json.isObject();
            case "null" -> json.isNull();
            default -> throw new AssertionError("types were checked when the schema was read");
        };
    }

    private static boolean equal(JsonNode one, JsonNode other) {
        return comparable(one).equals(comparable(other));
    }

    /// Numbers by their value: to Jackson, 1 as an `int`, 1 as a `long` and 1.0 are not equal.
    private static Object comparable(JsonNode json) {
        return json.isNumber() ? json.decimalValue().stripTrailingZeros() : json;
    }

    /// The types, the first letter of nothing hidden: for messages about the schema itself.
    @Override
    public String toString() {
        return "JsonSchema[" + Stream.concat(types.stream(), properties.keySet().stream())
                .collect(Collectors.joining(", ")) + "]";
    }
}
