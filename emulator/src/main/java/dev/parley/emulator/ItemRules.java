package dev.parley.emulator;

import dev.parley.realtime.ProtocolException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// What a client may put into a conversation (protocol section 3.1).
final class ItemRules {
    static final int LONGEST_ID = 32;
    private static final int LONGEST_TEXT = 256_000;

    private static final Shape ID = Shape.text(LONGEST_ID);
    private static final Shape CALL_ID = Shape.text(LONGEST_ID, Pattern.compile("[a-zA-Z0-9_-]+"));
    private static final Shape LONG_TEXT = Shape.text(LONGEST_TEXT);

    private static final Shape INPUT_TEXT = part(Map.of("text", LONG_TEXT), "text");
    private static final Shape INPUT_AUDIO = part(Map.of("audio", Shape.TEXT.orNull(), "transcript",
            LONG_TEXT.orNull()));
    private static final Shape INPUT_IMAGE = part(Map.of("image_url", ItemRules::image,
            "detail", Shape.oneOf("auto", "low", "high").orNull()), "image_url");
    private static final Shape OUTPUT_TEXT = part(Map.of("text", LONG_TEXT), "text");

    private static final Map<String, Shape> MESSAGES = Map.of(
            "system", message(Map.of("input_text", INPUT_TEXT)),
            "user", message(Map.of("input_text", INPUT_TEXT, "input_audio", INPUT_AUDIO, "input_image", INPUT_IMAGE)),
            // The voice of the assistant cannot be given to it.
            "assistant", message(Map.of("output_text", OUTPUT_TEXT)));
    private static final Map<String, Shape> CREATABLE = Map.of("message", ItemRules::message,
            "function_call", item(Map.of("name", Shape.TEXT, "call_id", CALL_ID, "arguments", LONG_TEXT), "name",
                    "arguments"),
            "function_call_output", item(Map.of("call_id", CALL_ID, "output", LONG_TEXT), "call_id", "output"),
            "mcp_approval_response", item(Map.of("approval_request_id", Shape.TEXT, "approve", Shape.FLAG,
                    "reason", Shape.TEXT.orNull()), "id", "approval_request_id", "approve"));

    /// What a client may create.
    private static final Shape ITEM = Shape.byType(CREATABLE);
    /// What may stand in the `input` of a response: the same, and items that are there already.
    static final Shape INPUT_ITEM = Shape.byType(with(CREATABLE, "item_reference",
            Shape.object(Map.of("type", Shape.TEXT, "id", ID), Set.of("id"))));

    private ItemRules() {}

    /// Checks an item that a client creates. Where that is forgiven it may be one only the service makes, and members
    /// nobody knows are taken out of it.
    ///
    /// @throws ProtocolException naming what is wrong with it
    static void check(JsonNode item, Strictness strictness) {
        if (strictness == Strictness.STRICT || CREATABLE.containsKey(item.path("type").asString(""))) {
            ITEM.check(item, "item", strictness);
        } else {
            Shape.requireLength(item.path("id").asString(""), LONGEST_ID, "item.id");
        }
    }

    private static void message(JsonNode message, String at, Strictness strictness) {
        var shape = MESSAGES.get(message.path("role").asString(""));
        if (shape == null) {
            throw message.has("role")
                    ? Shape.invalid(at + ".role", message.path("role"), MESSAGES.keySet().stream().sorted().toList())
                    : ProtocolException.missing(at + ".role");
        }
        shape.check(message, at, strictness);
    }

    private static Shape message(Map<String, Shape> parts) {
        return item(Map.of("role", Shape.TEXT, "content", Shape.list(Shape.byType(parts)),
                "phase", Shape.oneOf("commentary", "final_answer").orNull()), "role", "content");
    }

    private static Shape item(Map<String, Shape> members, String... required) {
        var all = new HashMap<>(members);
        all.putAll(Map.of("id", ID.orNull(), "type", Shape.TEXT, "object", Shape.oneOf("realtime.item"),
                "status", Shape.oneOf("in_progress", "completed", "incomplete").orNull()));
        return Shape.object(all, Set.of(required));
    }

    private static Shape part(Map<String, Shape> members, String... required) {
        return Shape.object(with(members, "type", Shape.TEXT), Set.of(required));
    }

    private static Map<String, Shape> with(Map<String, Shape> members, String name, Shape shape) {
        var all = new HashMap<>(members);
        all.put(name, shape);
        return Map.copyOf(all);
    }

    private static void image(JsonNode url, String at, Strictness strictness) {
        Shape.TEXT.check(url, at, strictness);
        var text = url.stringValue();
        if (!text.startsWith("data:image/png;base64,") && !text.startsWith("data:image/jpeg;base64,")) {
            throw new ProtocolException("invalid_value", at,
                    "Invalid '" + at + "'. Expected a base64-encoded data URI of a PNG or a JPEG,"
                            + " such as 'data:image/png;base64,...'.");
        }
    }
}
