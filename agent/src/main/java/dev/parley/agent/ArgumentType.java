package dev.parley.agent;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A kind of value an argument may have: what its schema says, and how its JSON becomes a Java value.
///
/// The kinds are in [ScalarType], [ContainerType] and [ObjectType].
interface ArgumentType {
    ObjectNode schema();

    /// The value, or null after adding to `problems` a sentence that starts with the argument's `path`.
    @Nullable
    Object read(JsonNode json, String path, List<String> problems);

    /// The beginning of a schema.
    static ObjectNode typed(String type) {
        return ToolJson.NODES.objectNode().put("type", type);
    }

    static @Nullable String text(JsonNode json, String expected, String path, List<String> problems) {
        if (json.isString()) {
            return json.stringValue();
        }
        mismatch(expected, json, path, problems);
        return null;
    }

    /// Numbers are decimals from end to end, and of bounded size: `1e999999999` is a few bytes of JSON, a few bytes of
    /// [BigDecimal], and a gigabyte for whoever writes it out.
    static @Nullable BigDecimal number(JsonNode json, String expected, String path, List<String> problems) {
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

    static @Nullable Object mismatch(String expected, JsonNode json, String path, List<String> problems) {
        problems.add(path + ": expected " + expected + ", found " + ArgumentFields.describe(json));
        return null;
    }
}
