package dev.parley.realtime;

import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A function the model may call.
///
/// @param name 1 to 64 letters, digits, `_` or `-`
/// @param description what the function does and when to use it
/// @param parameters JSON Schema of the arguments, an object schema; copied in and out
public record FunctionTool(String name, String description, JsonNode parameters) {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    public FunctionTool {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "expected a tool name of 1 to 64 letters, digits, _ or -, found \"" + name + "\"");
        }
        parameters = parameters.deepCopy();
    }

    @Override
    public JsonNode parameters() {
        return parameters.deepCopy();
    }

    ObjectNode toJson() {
        return Json.object()
                .put("type", "function")
                .put("name", name)
                .put("description", description)
                .set("parameters", parameters);
    }

    static FunctionTool read(Fields in) {
        var parameters = in.optionalObject("parameters");
        var name = in.string("name");
        if (!NAME.matcher(name).matches()) {
            throw in.invalidValue("name", name, "1 to 64 letters, digits, _ or -");
        }
        return new FunctionTool(name, in.string("description", ""), parameters == null
                ? Json.object()
                : parameters.node());
    }
}
