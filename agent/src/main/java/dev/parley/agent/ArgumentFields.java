package dev.parley.agent;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeType;
import tools.jackson.databind.node.ObjectNode;

/// The named values of a JSON object: a tool's parameters, or a record's components.
record ArgumentFields(List<Field> fields) {
    static final int MAX_DIGITS = 40;

    private static final int MAX_ECHO = 40;

    /// @param optional may be absent or null in JSON, and is then an empty [Optional]
    record Field(String name, String description, ArgumentType type, boolean optional) {}

    ArgumentFields {
        fields = List.copyOf(fields);
    }

    ObjectNode schema() {
        var schema = ToolJson.NODES.objectNode().put("type", "object");
        var properties = schema.putObject("properties");
        var required = schema.putArray("required");
        for (var field : fields) {
            var property = field.type.schema();
            describe(property, field.description);
            properties.set(field.name, property);
            if (!field.optional) {
                required.add(field.name);
            }
        }
        return schema.put("additionalProperties", false);
    }

    /// What the argument means goes before what its type says of itself.
    private static void describe(ObjectNode property, String meaning) {
        var type = property.path("description").asString("");
        if (!meaning.isEmpty()) {
            property.put("description", type.isEmpty() ? meaning : sentence(meaning) + " " + type);
        }
    }

    private static String sentence(String words) {
        return words.matches("(?s).*[.!?:]") ? words : words + ".";
    }

    /// The values in the order of the fields, or null after adding to `problems` everything that does not fit.
    Object @Nullable [] read(JsonNode json, String path, List<String> problems) {
        var before = problems.size();
        if (!json.isObject()) {
            problems.add(path + ": expected an object, found " + describe(json));
            return null;
        }
        for (var name : json.propertyNames()) {
            if (fields.stream().noneMatch(field -> field.name.equals(name))) {
                problems.add(unknown(path, name, fields.stream().map(Field::name).toList()));
            }
        }
        var values = new Object[fields.size()];
        for (var i = 0; i < values.length; i++) {
            var field = fields.get(i);
            var value = json.get(field.name);
            if (value != null && !value.isNull()) {
                var read = field.type.read(value, below(path, field.name), problems);
                if (read != null) {
                    values[i] = field.optional ? Optional.of(read) : read;
                }
            } else if (field.optional) {
                values[i] = Optional.empty();
            } else {
                problems.add(below(path, field.name) + ": required, but missing");
            }
        }
        return problems.size() > before ? null : values;
    }

    static String unknown(String path, String name, Collection<String> known) {
        return ToolJson.shorten(below(path, name), MAX_ECHO * 2) + ": unknown argument; "
                + (known.isEmpty() ? "there are none" : "known are " + String.join(", ", known));
    }

    static String below(String path, String name) {
        var shown = ToolJson.shorten(name, MAX_ECHO);
        return path.equals(ROOT) ? shown : path + "." + shown;
    }

    /// The path of the arguments themselves.
    static final String ROOT = "arguments";

    /// `json` in words, cut short: values come from a stranger.
    static String describe(JsonNode json) {
        return switch (json.getNodeType()) {
            case JsonNodeType.STRING -> "the text \"" + ToolJson.shorten(json.stringValue(), MAX_ECHO) + "\"";
            case JsonNodeType.NUMBER -> "the number " + ToolJson.shorten(json.asString(), MAX_ECHO);
            case JsonNodeType.BOOLEAN -> json.asString();
            case JsonNodeType.NULL -> "null";
            case JsonNodeType.ARRAY -> "a list";
            case JsonNodeType.OBJECT -> "an object";
            case JsonNodeType.BINARY, JsonNodeType.POJO, JsonNodeType.MISSING -> "nothing";
        };
    }
}
