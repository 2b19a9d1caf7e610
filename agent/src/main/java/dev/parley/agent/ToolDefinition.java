package dev.parley.agent;

import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// A tool as the session announces it to the model: the protocol's `function` tool.
///
/// Immutable and safe to share; `parameters` is copied in and out.
///
/// @param name 1 to 64 letters, digits, `_` or `-`
/// @param description what the tool does and when to use it
/// @param parameters a JSON Schema of type `object`
public record ToolDefinition(String name, String description, JsonNode parameters) {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    public ToolDefinition {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "expected a tool name of 1 to 64 letters, digits, _ or -, found \"" + name + "\"");
        }
        if (description.isBlank()) {
            throw new IllegalArgumentException("expected a description of tool " + name + ", found none");
        }
        parameters = parameters.deepCopy();
    }

    @Override
    public JsonNode parameters() {
        return parameters.deepCopy();
    }
}
