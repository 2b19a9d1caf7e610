package dev.parley.realtime;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The wire's JSON: one mapper, sized for the largest event the protocol allows.
final class Json {
    /// One `input_audio_buffer.append` may carry 15 MiB of audio, a third more in base64.
    static final int MAX_EVENT_CHARS = 32 << 20;

    private static final int MAX_DEPTH = 100;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(MAX_EVENT_CHARS)
                    .maxNestingDepth(MAX_DEPTH)
                    .build())
            .build()).build();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static <T> ArrayNode array(List<T> values, Function<? super T, JsonNode> toJson) {
        var array = JsonNodeFactory.instance.arrayNode();
        values.forEach(value -> array.add(toJson.apply(value)));
        return array;
    }

    static ArrayNode strings(List<String> values) {
        return array(values, JsonNodeFactory.instance::stringNode);
    }

    /// A member that is there and not null.
    static Optional<JsonNode> present(JsonNode object, String name) {
        return Optional.ofNullable(object.get(name)).filter(value -> !value.isNull());
    }

    /// A member that is text.
    static Optional<String> text(JsonNode object, String name) {
        return Optional.ofNullable(object.get(name)).filter(JsonNode::isString).map(JsonNode::asString);
    }

    /// Reads one frame, which must hold exactly one JSON object.
    static ObjectNode parseObject(String text) {
        var audio = AudioMember.parse(text);
        if (audio != null) {
            return audio;
        }
        var node = parse(text);
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new ProtocolException("invalid_json", null,
                "Invalid JSON: expected one JSON object, but got " + ProtocolException.kind(node) + " instead.");
    }

    static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw new ProtocolException("invalid_json", null,
                    "Invalid JSON: expected one JSON object, but " + e.getOriginalMessage());
        }
    }

    static String write(JsonNode node) {
        var audio = node instanceof ObjectNode object ? AudioMember.write(object) : null;
        return audio == null ? writeWhole(node) : audio;
    }

    static String writeWhole(JsonNode node) {
        return wellFormed(MAPPER.writeValueAsString(node));
    }

    /// A text cut in the middle of a character cannot be sent as UTF-8, and trying ends the connection.
    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            }
        }
        return text;
    }
}
