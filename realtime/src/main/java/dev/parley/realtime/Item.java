package dev.parley.realtime;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An entry of the conversation.
public sealed interface Item {
    /// The item as it is on the wire.
    JsonNode raw();

    /// The id; empty for an item that the server has not named yet.
    default Optional<String> id() {
        return Optional.ofNullable(raw().get("id")).filter(JsonNode::isString).map(JsonNode::asString);
    }

    /// `in_progress`, `completed` or `incomplete`; empty when not stated.
    default Optional<String> status() {
        return Optional.ofNullable(raw().get("status")).filter(JsonNode::isString).map(JsonNode::asString);
    }

    /// Something said or written; `role` is `user`, `assistant` or `system`.
    record Message(String role, List<Content> content, JsonNode raw) implements Item {
        private Message(Fields in) {
            this(in.string("role"), in.list("content", Content::read), in.node());
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
                case Content.Unknown _ -> null;
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
            default -> new Unknown(type, in.node());
        };
    }
}
