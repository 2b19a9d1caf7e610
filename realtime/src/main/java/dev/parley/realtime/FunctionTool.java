package dev.parley.realtime;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A function the model may call.
///
/// @param parameters JSON Schema of the arguments, an object schema
public record FunctionTool(String name, String description, JsonNode parameters) {
    public FunctionTool {
        if (name.isBlank() || name.length() > 64) {
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
        var parameters = in.node().get("parameters");
        return new FunctionTool(in.string("name"), in.string("description", ""),
                parameters == null ? Json.object() : parameters);
    }
}
