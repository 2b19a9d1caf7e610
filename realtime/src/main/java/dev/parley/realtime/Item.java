package dev.parley.realtime;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An entry of the conversation.
public sealed interface Item {
    /// Characters of an id that a client may give.
    int LONGEST_ID = 32;

    /// The item as it is on the wire.
    JsonNode raw();

    /// The id; empty for an item that the server has not named yet.
    default Optional<String> id() {
        return Json.text(raw(), "id");
    }

    /// `in_progress`, `completed` or `incomplete`; empty when not stated.
    default Optional<String> status() {
        return Json.text(raw(), "status");
    }

    /// This item as a client may create it, under its id if that is not too long: what was said is written, a caller's words as
    /// `input_text`, the assistant's as `output_text`, for that is all a client may give. A caller's sound stays where there
    /// are no words to it. Empty for what has neither, for a call that was never asked for in full, and for what only the
    /// service can create, which is everything of MCP.
    default Optional<Item> written() {
        return switch (this) {
            case Message message when message.role().equals("assistant") -> message.text().isBlank()
                    ? Optional.empty()
                    : Optional.of(named(assistantText(message.text())));
            case Message message -> {
                var parts = message.content().stream().flatMap(Item::written).toArray(Content[]::new);
                yield parts.length == 0 ? Optional.empty() : Optional.of(named(message(message.role(), parts)));
            }
            case FunctionCall call -> call.status().filter(status -> !status.equals("completed")).isPresent()
                    ? Optional.empty()
                    : Optional.of(named(functionCall(call.callId(), call.name(), call.arguments())));
            case FunctionCallOutput given -> Optional.of(named(functionCallOutput(given.callId(), given.output())));
            case McpListTools _,McpCall _,McpApprovalRequest _,McpApprovalResponse _ -> Optional.empty();
            case Reference _,Unknown _ -> Optional.empty();
        };
    }

    private static Stream<Content> written(Content part) {
        return switch (part) {
            case Content.InputAudio audio when audio.transcript() != null && !audio.transcript().isBlank() ->
                Stream.of(new Content.InputText(audio.transcript()));
            case Content.InputAudio audio -> audio.audio() == null ? Stream.empty() : Stream.of(audio);
            case Content.InputText text -> Stream.of(new Content.InputText(text.text()));
            case Content.InputImage image -> Stream.of(image);
            case Content.OutputText _,Content.OutputAudio _,Content.Unknown _ -> Stream.empty();
        };
    }

    /// Another item under the id of this one, so that what refers to it still does.
    private Item named(Item other) {
        return id().filter(id -> id.length() <= LONGEST_ID).map(id -> other.with(id, "completed")).orElse(other);
    }

    /// Something said or written; `role` is `user`, `assistant` or `system`.
    record Message(String role, List<Content> content, JsonNode raw) implements Item {
        private Message(Fields in) {
            this(in, in.string("role"));
        }

        private Message(Fields in, String role) {
            this(role, in.list("content", part -> Content.read(part, role)), in.node());
        }

        /// `commentary` for what the assistant says on the way, before and between tools, or `final_answer`. Models from
        /// `gpt-realtime-2` on say so, and one response of theirs holds a message of each.
        public Optional<String> phase() {
            return Json.text(raw, "phase");
        }

        /// What was said in words, as far as it is known.
        public String text() {
            return content.stream().flatMap(part -> Stream.ofNullable(words(part))).reduce("", (a, b) -> a + b);
        }

        private static @Nullable String words(Content part) {
            return switch (part) {
                case Content.InputText text -> text.text();
                case Content.OutputText text -> text.text();
                case Content.InputAudio audio -> audio.transcript();
                case Content.OutputAudio audio -> audio.transcript();
                case Content.InputImage _,Content.Unknown _ -> null;
            };
        }
    }

    /// The model asks for a function to be run; `arguments` is JSON in a string.
    record FunctionCall(String callId, String name, String arguments, JsonNode raw) implements Item {
        private FunctionCall(Fields in) {
            this(in.string("call_id"), in.string("name"), in.string("arguments", ""), in.node());
        }
    }

    /// What the function gave back.
    record FunctionCallOutput(String callId, String output, JsonNode raw) implements Item {
        private FunctionCallOutput(Fields in) {
            this(in.string("call_id"), in.string("output"), in.node());
        }
    }

    /// The tools an MCP server offers, as the service imported them.
    record McpListTools(String serverLabel, List<ImportedTool> tools, JsonNode raw) implements Item {
        private McpListTools(Fields in) {
            this(in.string("server_label"), in.list("tools", ImportedTool::new), in.node());
        }
    }

    /// One tool of an MCP server; `inputSchema` is the JSON Schema of its arguments.
    record ImportedTool(String name, @Nullable String description, JsonNode inputSchema, JsonNode raw) {
        private ImportedTool(Fields in) {
            this(in.string("name"), in.optionalString("description"), Optional.ofNullable(in
                    .optionalObject("input_schema")).map(Fields::node).orElseGet(Json::object), in.node());
        }
    }

    /// A tool of an MCP server that the service ran, or is about to run; `arguments` is JSON in a string.
    ///
    /// @param approvalRequestId the [McpApprovalRequest] it waited for
    /// @param output what the tool gave back, once it has
    /// @param error why it did not
    record McpCall(String serverLabel, String name, String arguments, @Nullable String approvalRequestId,
            @Nullable String output, @Nullable McpError error, JsonNode raw) implements Item {
        private McpCall(Fields in) {
            this(in.string("server_label"), in.string("name"), in.string("arguments", ""),
                    in.optionalString("approval_request_id"), in.optionalString("output"),
                    Json.present(in.node(), "error").map(McpError::read).orElse(null), in.node());
        }
    }

    /// Why a tool of an MCP server failed.
    ///
    /// @param type `protocol_error`, `tool_execution_error` or `http_error`
    /// @param code the protocol's or HTTP's number; a tool's own failure has none
    record McpError(String type, OptionalInt code, String message) {
        /// Of whatever shape: a failed tool must not make the event that tells of it unreadable.
        private static McpError read(JsonNode error) {
            var code = error.path("code");
            return new McpError(error.path("type").asString("unknown"), code.canConvertToInt() && code.isNumber()
                    ? OptionalInt.of(code.intValue())
                    : OptionalInt.empty(), error.path("message").asString(error.asString("")));
        }
    }

    /// The model wants a tool of an MCP server and may not use it before the application agrees. The response ends here;
    /// [#mcpApproval] answers.
    record McpApprovalRequest(String serverLabel, String name, String arguments, JsonNode raw) implements Item {
        private McpApprovalRequest(Fields in) {
            this(in.string("server_label"), in.string("name"), in.string("arguments", ""), in.node());
        }
    }

    /// Whether the application agrees.
    record McpApprovalResponse(String approvalRequestId, boolean approve, @Nullable String reason, JsonNode raw)
            implements
                Item {
        private McpApprovalResponse(Fields in) {
            this(in.string("approval_request_id"), in.requiredFlag("approve"), in.optionalString("reason"), in.node());
        }
    }

    /// An item of the conversation, named where items are listed: in the input of a response.
    record Reference(String itemId, JsonNode raw) implements Item {
        private Reference(Fields in) {
            this(in.string("id"), in.node());
        }
    }

    /// An item of a kind this version does not know, kept as it came.
    record Unknown(String type, JsonNode raw) implements Item {}

    /// Text from the caller.
    static Message userText(String text) {
        return message("user", new Content.InputText(text));
    }

    /// Guidance from the application, placed in the conversation.
    static Message systemText(String text) {
        return message("system", new Content.InputText(text));
    }

    /// Something the assistant is taken to have written before.
    static Message assistantText(String text) {
        return message("assistant", new Content.OutputText(text));
    }

    static Message message(String role, Content... parts) {
        var json = Json.object().put("type", "message").put("role", role);
        var content = json.putArray("content");
        for (var part : parts) {
            content.add(part.raw());
        }
        return new Message(Fields.of(json));
    }

    /// A picture from the caller, with or without words.
    ///
    /// @param imageUrl a data URI of a PNG or a JPEG
    static Message userImage(String imageUrl, String text) {
        var image = new Content.InputImage(imageUrl, null);
        return text.isEmpty() ? message("user", image) : message("user", image, new Content.InputText(text));
    }

    /// Lets a tool of an MCP server run, or not.
    ///
    /// @param id of this item, at most 32 characters
    /// @param approvalRequestId id of the [McpApprovalRequest]
    static McpApprovalResponse mcpApproval(String id, String approvalRequestId, boolean approve) {
        return new McpApprovalResponse(Fields.of(Json.object()
                .put("id", id)
                .put("type", "mcp_approval_response")
                .put("approval_request_id", approvalRequestId)
                .put("approve", approve)));
    }

    /// The item of this id, for the input of a response.
    static Reference reference(String itemId) {
        return new Reference(Fields.event("item_reference").with("id", itemId));
    }

    static FunctionCall functionCall(String callId, String name, String arguments) {
        return new FunctionCall(Fields.event("function_call")
                .with("name", name)
                .with("call_id", callId)
                .with("arguments", arguments));
    }

    static FunctionCallOutput functionCallOutput(String callId, String output) {
        return new FunctionCallOutput(
                Fields.event("function_call_output").with("call_id", callId).with("output", output));
    }

    /// The same item with an id and a status, as a server presents it.
    default Item with(String id, String status) {
        var json = Json.object().put("id", id);
        json.set("type", raw().get("type"));
        json.put("status", status);
        ((ObjectNode) raw()).properties().forEach(member -> {
            if (!json.has(member.getKey())) {
                json.set(member.getKey(), member.getValue());
            }
        });
        return read(Fields.of(json));
    }

    /// Reads an item that is JSON already.
    ///
    /// @throws ProtocolException if it lacks what its type requires
    static Item of(ObjectNode json) {
        return read(Fields.of(json));
    }

    static Item read(Fields in) {
        var type = in.string("type");
        return switch (type) {
            case "message" -> new Message(in);
            case "function_call" -> new FunctionCall(in);
            case "function_call_output" -> new FunctionCallOutput(in);
            case "mcp_list_tools" -> new McpListTools(in);
            case "mcp_call" -> new McpCall(in);
            case "mcp_approval_request" -> new McpApprovalRequest(in);
            case "mcp_approval_response" -> new McpApprovalResponse(in);
            case "item_reference" -> new Reference(in);
            default -> new Unknown(type, in.node());
        };
    }
}
