package dev.parley.emulator;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.Item;
import dev.parley.realtime.SessionConfig;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a session starts with and how its objects look, after live traffic.
final class SessionDefaults {
    /// The client events the live server names when it is sent one it does not know.
    static final String CLIENT_EVENTS = "'session.update', 'transcription_session.update', 'session.close',"
            + " 'input_audio_buffer.append', 'input_audio_buffer.commit', 'input_audio_buffer.clear',"
            + " 'conversation.item.create', 'conversation.item.truncate', 'conversation.item.delete',"
            + " 'conversation.item.retrieve', 'response.create', 'response.cancel'";
    /// How long a semantic detector of medium eagerness, which here is a silence detector too, waits at most.
    static final Duration SEMANTIC_SILENCE = Duration.ofMillis(800);

    private static final int LONGEST_TEXT = 1_000;
    private static final JsonMapper JSON = new JsonMapper();

    private SessionDefaults() {}

    static SessionConfig session(String id, String model, Instant expiresAt) {
        var json = object().put("type", "realtime").put("object", "realtime.session").put("id", id).put("model", model);
        json.putArray("output_modalities").add("audio");
        json.put("instructions",
                "You are a helpful voice assistant. Answer briefly, in the language you are spoken to.");
        json.putArray("tools");
        json.put("tool_choice", "auto")
                .put("max_output_tokens", "inf")
                .putNull("tracing")
                .put("truncation", "auto")
                .putNull("prompt")
                .put("expires_at", expiresAt.getEpochSecond());
        var input = json.putObject("audio").putObject("input");
        input.set("format", format(AudioEncoding.PCM));
        input.putNull("transcription").putNull("noise_reduction");
        input.putObject("turn_detection")
                .put("type", "server_vad")
                .put("threshold", 0.5)
                .put("prefix_padding_ms", 300)
                .put("silence_duration_ms", 200)
                .putNull("idle_timeout_ms")
                .put("create_response", true)
                .put("interrupt_response", true);
        var output = json.withObjectProperty("audio").putObject("output");
        output.set("format", format(AudioEncoding.PCM));
        output.put("voice", "alloy").put("speed", 1.0);
        json.putNull("include");
        return SessionConfig.of(json);
    }

    static ObjectNode format(AudioEncoding encoding) {
        var format = object().put("type", encoding.wireName());
        return encoding == AudioEncoding.PCM ? format.put("rate", encoding.rate()) : format;
    }

    static ObjectNode usage(long inputText, long inputAudio, long outputText, long outputAudio) {
        var usage = object().put("total_tokens", inputText + inputAudio + outputText + outputAudio)
                .put("input_tokens", inputText + inputAudio)
                .put("output_tokens", outputText + outputAudio);
        usage.putObject("input_token_details")
                .put("text_tokens", inputText)
                .put("audio_tokens", inputAudio)
                .put("image_tokens", 0)
                .put("cached_tokens", 0)
                .putObject("cached_tokens_details")
                .put("text_tokens", 0)
                .put("audio_tokens", 0)
                .put("image_tokens", 0);
        usage.putObject("output_token_details").put("text_tokens", outputText).put("audio_tokens", outputAudio);
        return usage;
    }

    /// The frame as JSON, or its beginning as text if it is none.
    static JsonNode readOrText(String frame) {
        try {
            return JSON.readTree(frame);
        } catch (JacksonException _) {
            return JsonNodeFactory.instance.stringNode(frame.substring(0, Math.min(frame.length(), LONGEST_TEXT)));
        }
    }

    static Item item(JsonNode json) {
        return Item.of((ObjectNode) json);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
