package dev.parley.emulator;

import dev.parley.realtime.Content;
import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import dev.parley.realtime.ToolChoice;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A conversation as `POST /chat/completions` wants it.
///
/// Chat insists that every call has its answer right behind it. A call that was not answered, or not yet, is left out,
/// and so is an answer to a call that is no longer there. Pure.
final class ChatRequest {
    private static final String INAUDIBLE = "(inaudible)";

    private final ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    private final Map<String, String> outputs = new HashMap<>();
    /// Calls in a row, which chat wants in one message.
    private final Map<String, Item.FunctionCall> calls = new LinkedHashMap<>();

    private ChatRequest() {}

    static ObjectNode of(String model, Mind.Situation situation) {
        var json = JsonNodeFactory.instance.objectNode().put("model", model).put("stream", true);
        json.set("messages", new ChatRequest().messages(situation));
        if (!situation.tools().isEmpty() && !(situation.toolChoice() instanceof ToolChoice.None)) {
            var tools = json.putArray("tools");
            situation.tools().forEach(tool -> tools.add(tool(tool)));
            choose(json, situation.toolChoice());
        }
        return json;
    }

    private static ObjectNode tool(FunctionTool tool) {
        var json = JsonNodeFactory.instance.objectNode().put("type", "function");
        var function = json.putObject("function").put("name", tool.name()).put("description", tool.description());
        function.set("parameters", tool.parameters().isEmpty()
                ? JsonNodeFactory.instance.objectNode()
                        .put("type", "object")
                        .set("properties", JsonNodeFactory.instance.objectNode())
                : tool.parameters());
        return json;
    }

    private static void choose(ObjectNode json, ToolChoice choice) {
        switch (choice) {
            case ToolChoice.Required() -> json.put("tool_choice", "required");
            case ToolChoice.Function(var name) ->
                json.putObject("tool_choice").put("type", "function").putObject("function").put("name", name);
            case ToolChoice.Auto _,ToolChoice.None _,ToolChoice.Mcp _,ToolChoice.Unknown _ -> {
                // Left to the model.
            }
        }
    }

    private ArrayNode messages(Mind.Situation situation) {
        if (!situation.instructions().isBlank()) {
            message("system", situation.instructions());
        }
        for (var item : situation.conversation()) {
            if (item instanceof Item.FunctionCallOutput output) {
                outputs.put(output.callId(), output.output());
            }
        }
        for (var item : situation.conversation()) {
            switch (item) {
                case Item.Message message -> {
                    endCalls();
                    add(message);
                }
                case Item.FunctionCall call when outputs.containsKey(call.callId()) -> calls.put(call.callId(), call);
                case Item.FunctionCall _,Item.FunctionCallOutput _,Item.McpListTools _,Item.McpCall _,Item.McpApprovalRequest _,Item.McpApprovalResponse _,Item.Reference _,Item.Unknown _ -> {
                    // Nothing chat has a message for.
                }
            }
        }
        endCalls();
        return messages;
    }

    private void add(Item.Message message) {
        var images = message.content()
                .stream()
                .filter(Content.InputImage.class::isInstance)
                .map(Content.InputImage.class::cast)
                .toList();
        var text = message.text().isBlank() && images.isEmpty() && message.role().equals("user")
                ? INAUDIBLE
                : message.text();
        if (images.isEmpty()) {
            // What the assistant was interrupted in has no words any more.
            if (!text.isBlank()) {
                message(message.role(), text);
            }
            return;
        }
        var content = messages.addObject().put("role", message.role()).putArray("content");
        if (!text.isBlank()) {
            content.addObject().put("type", "text").put("text", text);
        }
        images.forEach(image -> content.addObject()
                .put("type", "image_url")
                .putObject("image_url")
                .put("url", image.imageUrl()));
    }

    private void message(String role, String text) {
        messages.addObject().put("role", role).put("content", text);
    }

    private void endCalls() {
        if (calls.isEmpty()) {
            return;
        }
        var list = messages.addObject().put("role", "assistant").putNull("content").putArray("tool_calls");
        calls.forEach((id, call) -> list.addObject()
                .put("id", id)
                .put("type", "function")
                .putObject("function")
                .put("name", call.name())
                .put("arguments", call.arguments()));
        calls.keySet()
                .forEach(id -> messages.addObject()
                        .put("role", "tool")
                        .put("tool_call_id", id)
                        .put("content", outputs.get(id)));
        calls.clear();
    }
}
