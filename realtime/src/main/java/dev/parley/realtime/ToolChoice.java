package dev.parley.realtime;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Whether the model may, must or must not use a tool: the field `tool_choice` (protocol section 2.1).
public sealed interface ToolChoice {
    /// The model decides.
    record Auto() implements ToolChoice {}

    /// No tool.
    record None() implements ToolChoice {}

    /// Some tool, whichever fits.
    record Required() implements ToolChoice {}

    /// This function.
    record Function(String name) implements ToolChoice {}

    /// A tool of this MCP server; any of them when `tool` is null.
    record Mcp(String serverLabel, @Nullable String tool) implements ToolChoice {}

    /// A choice this version does not know, kept as it came.
    record Unknown(JsonNode raw) implements ToolChoice {}

    default JsonNode toJson() {
        return switch (this) {
            case Auto() -> JsonNodeFactory.instance.stringNode("auto");
            case None() -> JsonNodeFactory.instance.stringNode("none");
            case Required() -> JsonNodeFactory.instance.stringNode("required");
            case Function function -> Json.object().put("type", "function").put("name", function.name);
            case Mcp mcp -> Fields.event("mcp")
                    .with("server_label", mcp.serverLabel)
                    .withIfPresent("name", mcp.tool)
                    .node();
            case Unknown unknown -> unknown.raw;
        };
    }

    /// Empty when `in` does not say.
    static Optional<ToolChoice> read(Fields in) {
        return Json.present(in.node(), "tool_choice").map(choice -> {
            if (choice instanceof ObjectNode) {
                return read(in.object("tool_choice"), choice);
            }
            return switch (in.string("tool_choice")) {
                case "auto" -> new Auto();
                case "none" -> new None();
                case "required" -> new Required();
                default -> new Unknown(choice);
            };
        });
    }

    private static ToolChoice read(Fields choice, JsonNode raw) {
        return switch (choice.string("type")) {
            case "function" -> new Function(choice.string("name"));
            case "mcp" -> new Mcp(choice.string("server_label"), choice.optionalString("name"));
            default -> new Unknown(raw);
        };
    }
}
