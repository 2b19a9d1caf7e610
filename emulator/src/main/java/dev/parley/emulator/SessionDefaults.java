package dev.parley.emulator;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.Item;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

    private static final int LONGEST_TEXT = 1_000;
    /// The share of its longest wait after which a semantic detector takes a turn for finished.
    private static final int SEMANTIC_SHARE = 5;
    private static final JsonMapper JSON = new JsonMapper();

    private SessionDefaults() {}

    /// A session of type `realtime`; one without a connection expires at 0.
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
        var audio = json.putObject("audio");
        audio.set("input", input(serverVad().put("create_response", true).put("interrupt_response", true)));
        var output = audio.putObject("output");
        output.set("format", format(AudioEncoding.PCM));
        output.put("voice", "alloy").put("speed", 1.0);
        json.putNull("include");
        return SessionConfig.of(json);
    }

    /// A session of type `transcription`.
    static SessionConfig transcriptionSession(String id, Instant expiresAt) {
        var json = object().put("type", "transcription")
                .put("object", "realtime.transcription_session")
                .put("id", id)
                .put("expires_at", expiresAt.getEpochSecond());
        json.putObject("audio").set("input", input(serverVad()));
        json.putNull("include");
        return SessionConfig.of(json);
    }

    private static ObjectNode input(ObjectNode turnDetection) {
        var input = object();
        input.set("format", format(AudioEncoding.PCM));
        input.putNull("transcription").putNull("noise_reduction");
        input.set("turn_detection", turnDetection);
        return input;
    }

    private static ObjectNode serverVad() {
        return object().put("type", "server_vad")
                .put("threshold", 0.5)
                .put("prefix_padding_ms", 300)
                .put("silence_duration_ms", 200)
                .putNull("idle_timeout_ms");
    }

    static ObjectNode format(AudioEncoding encoding) {
        var format = object().put("type", encoding.wireName());
        return encoding == AudioEncoding.PCM ? format.put("rate", encoding.rate()) : format;
    }

    /// A session under an update that was checked: whole again, and with nothing in it that is not shown.
    static SessionConfig updated(SessionConfig before, SessionConfig update) {
        var json = (ObjectNode) before.merge(update).raw().deepCopy();
        var input = json.path("audio").path("input");
        complete(input, json.path("type").asString("").equals("realtime"));
        if (input.path("transcription") instanceof ObjectNode transcription) {
            transcription.retain(List.of("model", "language", "languages", "prompt"));
        }
        if (SessionRules.hearsNoTurns(json)) {
            ((ObjectNode) input).putNull("turn_detection");
        }
        completeFormat(input.path("format"));
        completeFormat(json.path("audio").path("output").path("format"));
        // What an MCP server is told in confidence is not told to whoever asks for the session.
        json.path("tools").forEach(tool -> {
            if (tool instanceof ObjectNode told) {
                told.remove(List.of("authorization", "headers"));
            }
        });
        return SessionConfig.of(json);
    }

    /// What a client left out of its turn detection.
    private static void complete(JsonNode input, boolean answers) {
        if (!(input.path("turn_detection") instanceof ObjectNode detection)) {
            return;
        }
        var whole = detection.path("type").asString("").equals("server_vad")
                ? serverVad()
                : object().put("type", "semantic_vad").put("eagerness", "auto");
        if (answers) {
            whole.put("create_response", true).put("interrupt_response", true);
        }
        ((ObjectNode) input).set("turn_detection", whole.setAll(detection));
    }

    private static void completeFormat(JsonNode format) {
        if (format instanceof ObjectNode linear
                && format.path("type").asString("").equals(AudioEncoding.PCM.wireName())) {
            linear.put("rate", AudioEncoding.PCM.rate());
        }
    }

    /// How long a pause ends a turn for a semantic detector. The service's model listens to the words and waits at most
    /// [TurnDetection.Eagerness#longestWait]; the emulator hears the words only afterwards and waits a fifth of that.
    static Duration pause(TurnDetection.Eagerness eagerness) {
        return eagerness.longestWait().dividedBy(SEMANTIC_SHARE);
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
