package dev.parley.realtime;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A function the model may call.
///
/// @param parameters JSON Schema of the arguments, an object schema
public record FunctionTool(String name, String description, JsonNode parameters) {
    private static final int MAX_NAME_LENGTH = 64;

    public FunctionTool {
        if (!isName(name)) {
            throw new IllegalArgumentException("expected a tool name of 1 to 64 characters, found '" + name + "'");
        }
    }

    ObjectNode toJson() {
        return Json.object()
                .put("type", "function")
                .put("name", name)
                .put("description", description)
                .set("parameters", parameters);
    }

    static FunctionTool read(Fields in) {
        var name = in.string("name");
        if (!isName(name)) {
            throw in.invalidValue("name", name, "names of 1 to " + MAX_NAME_LENGTH + " characters");
        }
        var parameters = in.optionalObject("parameters");
        return new FunctionTool(name, in.string("description", ""),
                parameters == null ? Json.object() : parameters.node());
    }

    private static boolean isName(String name) {
        return !name.isBlank() && name.length() <= MAX_NAME_LENGTH;
    }
}
