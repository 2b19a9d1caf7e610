package dev.parley.emulator;

import static java.util.Map.entry;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ProtocolException;
import dev.parley.realtime.SessionConfig;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the service accepts in a session object (protocol sections 2 and 12.1).
final class SessionRules {
    private static final long LONGEST_SPAN = 60_000;
    /// Writes down what it hears while it is said, and hears no turns.
    private static final String STREAMING_TRANSCRIBER = "gpt-realtime-whisper";

    private static final Shape FORMAT = Shape.byType(Map.of(
            "audio/pcm", Shape.object(Map.of("type", Shape.TEXT, "rate", SessionRules::rate)),
            "audio/pcmu", Shape.object(Map.of("type", Shape.TEXT)),
            "audio/pcma", Shape.object(Map.of("type", Shape.TEXT))));
    private static final Shape VOICE = Shape.either(SessionRules::voice,
            Shape.object(Map.of("id", Shape.TEXT), Set.of("id")));

    private static final Shape SPAN = Shape.whole(0, LONGEST_SPAN);
    private static final Shape TURN_DETECTION = Shape.byType(Map.of(
            "server_vad", Shape.object(Map.of("type", Shape.TEXT, "threshold", Shape.decimal(0, 1),
                    "prefix_padding_ms", SPAN, "silence_duration_ms", SPAN,
                    "idle_timeout_ms", Shape.whole(5_000, 30_000).orNull(),
                    "create_response", Shape.FLAG, "interrupt_response", Shape.FLAG)),
            "semantic_vad", Shape.object(Map.of("type", Shape.TEXT,
                    "eagerness", Shape.oneOf("low", "medium", "high", "auto"),
                    "create_response", Shape.FLAG, "interrupt_response", Shape.FLAG))))
            .orNull();

    private static final Shape TEXTS = Shape.list(Shape.TEXT);
    private static final Shape TRANSCRIPTION = Shape.object(Map.of("model", Shape.TEXT,
            "language", Shape.TEXT.orNull(), "languages", TEXTS.orNull(), "keywords", TEXTS.orNull(),
            "prompt", Shape.TEXT.orNull(),
            "delay", Shape.oneOf("minimal", "low", "medium", "high", "xhigh").orNull())).orNull();
    private static final Shape NOISE_REDUCTION = Shape.object(Map.of("type", Shape.oneOf("near_field", "far_field"),
            "strength", Shape.decimal(0, 1e6)), Set.of("type")).orNull();
    private static final Shape INPUT = Shape.object(Map.of("format", FORMAT, "transcription", TRANSCRIPTION,
            "noise_reduction", NOISE_REDUCTION, "turn_detection", TURN_DETECTION));

    private static final Shape SOME_TOOLS = Shape.object(Map.of("tool_names", TEXTS, "read_only", Shape.FLAG));
    private static final Shape FUNCTION = Shape.object(Map.of("type", Shape.TEXT, "name", Shape.TEXT,
            "description", Shape.TEXT.orNull(), "parameters", Shape.OBJECT.orNull()), Set.of("name"));
    private static final Shape MCP = Shape.object(Map.ofEntries(
            entry("type", Shape.TEXT), entry("server_label", Shape.TEXT), entry("server_url", Shape.TEXT),
            entry("connector_id", Shape.TEXT), entry("tunnel_id", Shape.TEXT), entry("authorization", Shape.TEXT),
            entry("headers", Shape.OBJECT.orNull()), entry("server_description", Shape.TEXT),
            entry("allowed_tools", Shape.either(Shape.TEXT, SessionRules::allowedTools).orNull()),
            entry("allowed_callers", TEXTS.orNull()), entry("defer_loading", Shape.FLAG),
            entry("require_approval", Shape.either(Shape.oneOf("always", "never"),
                    Shape.object(Map.of("always", SOME_TOOLS, "never", SOME_TOOLS))).orNull())),
            Set.of("server_label"));
    static final Shape TOOLS = Shape.list(Shape.byType(Map.of("function", FUNCTION, "mcp", MCP)));
    static final Shape TOOL_CHOICE = Shape.either(Shape.oneOf("auto", "none", "required"), Shape.byType(Map.of(
            "function", Shape.object(Map.of("type", Shape.TEXT, "name", Shape.TEXT), Set.of("name")),
            "mcp", Shape.object(Map.of("type", Shape.TEXT, "server_label", Shape.TEXT, "name", Shape.TEXT),
                    Set.of("server_label")))));

    static final Shape MODALITIES = SessionRules::modalities;
    static final Shape MAX_OUTPUT_TOKENS = Shape.either(Shape.oneOf("inf"), Shape.whole(1, 4_096));
    static final Shape REASONING = Shape.object(Map.of("effort",
            Shape.oneOf("minimal", "low", "medium", "high", "xhigh"))).orNull();
    static final Shape PROMPT = Shape.object(Map.of("id", Shape.TEXT, "version", Shape.TEXT.orNull(),
            "variables", Shape.OBJECT.orNull()), Set.of("id")).orNull();
    static final Map<String, Shape> OUTPUT = Map.of("format", FORMAT, "voice", VOICE);

    private static final Shape TRUNCATION = Shape.either(Shape.oneOf("auto", "disabled"), Shape.byType(Map.of(
            "retention_ratio", Shape.object(Map.of("type", Shape.TEXT, "retention_ratio", Shape.decimal(0, 1),
                    "token_limits", Shape.object(Map.of("post_instructions", Shape.whole(0, Integer.MAX_VALUE)))),
                    Set.of("retention_ratio")))));
    private static final Shape TRACING = Shape.either(Shape.oneOf("auto"), Shape.object(Map.of(
            "workflow_name", Shape.TEXT.orNull(), "group_id", Shape.TEXT.orNull(),
            "metadata", Shape.OBJECT.orNull()))).orNull();
    private static final Shape INCLUDE = Shape.list(Shape.oneOf(SessionConfig.TRANSCRIPTION_LOGPROBS)).orNull();

    private static final Shape REALTIME = Shape.object(Map.ofEntries(entry("type", Shape.TEXT),
            entry("model", Shape.TEXT), entry("instructions", Shape.TEXT), entry("tools", TOOLS),
            entry("tool_choice", TOOL_CHOICE), entry("max_output_tokens", MAX_OUTPUT_TOKENS),
            entry("output_modalities", MODALITIES),
            entry("audio", Shape.object(Map.of("input", INPUT, "output", Shape.object(Map.of("format", FORMAT,
                    "voice", VOICE, "speed", Shape.decimal(0.25, 1.5)))))),
            entry("tracing", TRACING), entry("include", INCLUDE), entry("prompt", PROMPT),
            entry("truncation", TRUNCATION), entry("reasoning", REASONING),
            entry("parallel_tool_calls", Shape.FLAG)));
    private static final Shape TRANSCRIBING = Shape.object(Map.of("type", Shape.TEXT,
            "audio", Shape.object(Map.of("input", INPUT)), "include", INCLUDE));

    private SessionRules() {}

    /// Checks what a client asks for. Where that is forgiven, members nobody knows are taken out of it.
    ///
    /// @throws ProtocolException naming the first member that is not in the book
    static void check(ObjectNode session, EmulatedSession.Kind kind, Strictness strictness) {
        if (!session.has("type")) {
            throw ProtocolException.missing("session.type");
        }
        var type = session.path("type").asString("");
        var wanted = kind == EmulatedSession.Kind.REALTIME ? "realtime" : "transcription";
        if (!type.equals(wanted)) {
            if (type.equals("realtime") || type.equals("transcription")) {
                throw new ProtocolException("invalid_parameter", null, "Passing a " + type
                        + " session update event to a " + wanted + " session is not allowed.");
            }
            throw Shape.invalid("session.type", session.path("type"), Set.of(wanted));
        }
        (kind == EmulatedSession.Kind.REALTIME ? REALTIME : TRANSCRIBING).check(session, "session", strictness);
    }

    /// Checks a whole configuration, with the update that led to it.
    ///
    /// @throws ProtocolException if its members do not go together
    static void checkTogether(JsonNode merged, JsonNode update) {
        var transcription = merged.path("audio").path("input").path("transcription");
        var model = transcription.path("model").asString("");
        var at = "session.audio.input.transcription.";
        refuse(transcription, "delay", model.isEmpty() || model.equals(STREAMING_TRANSCRIBER), at);
        boolean takesMany = model.isEmpty() || model.equals("gpt-transcribe") || model.equals("gpt-live-transcribe");
        refuse(transcription, "languages", takesMany, at);
        refuse(transcription, "keywords", takesMany, at);
        refuse(transcription, "prompt", !model.equals(STREAMING_TRANSCRIBER)
                && !model.equals("gpt-4o-transcribe-diarize"), at);
        if (hearsNoTurns(merged) && update.path("audio").path("input").path("turn_detection").isObject()) {
            throw new ProtocolException("invalid_parameter", null,
                    "Turn detection is not supported for this transcription model.");
        }
    }

    /// Whether a transcription session leaves turns to the client, because its model does.
    static boolean hearsNoTurns(JsonNode session) {
        return session.path("type").asString("").equals("transcription") && session.path("audio")
                .path("input")
                .path("transcription")
                .path("model")
                .asString("")
                .equals(STREAMING_TRANSCRIBER);
    }

    private static void refuse(JsonNode transcription, String member, boolean taken, String at) {
        var value = transcription.path(member);
        if (!taken && !value.isMissingNode() && !value.isNull()) {
            throw new ProtocolException("unknown_parameter", at + member, "Unknown parameter: '" + at + member + "'.");
        }
    }

    /// Linear audio has one rate.
    private static void rate(JsonNode rate, String at, Strictness strictness) {
        if (!rate.asString("").equals(Integer.toString(AudioEncoding.PCM.rate()))) {
            throw ProtocolException.invalidValue(at, rate.asString(rate.toString()),
                    Integer.toString(AudioEncoding.PCM.rate()));
        }
    }

    /// Somebody else's model may have voices of other names.
    private static void voice(JsonNode voice, String at, Strictness strictness) {
        if (strictness == Strictness.STRICT) {
            Shape.oneOf("alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar")
                    .check(voice, at, strictness);
        }
    }

    private static void allowedTools(JsonNode allowed, String at, Strictness strictness) {
        (allowed.isArray() ? TEXTS : SOME_TOOLS).check(allowed, at, strictness);
    }

    /// One of them, never both; whoever is used to both gets sound, which comes with its words.
    private static void modalities(JsonNode modalities, String at, Strictness strictness) {
        TEXTS.check(modalities, at, strictness);
        if (strictness == Strictness.LENIENT && modalities.size() > 1 && modalities instanceof ArrayNode both
                && both.valueStream().anyMatch(modality -> modality.asString("").equals("audio"))) {
            both.removeAll().add("audio");
        }
        if (modalities.size() != 1 || !Set.of("audio", "text").contains(modalities.path(0).asString(""))) {
            throw new ProtocolException("invalid_value", at,
                    "Invalid value: '" + modalities + "'. Supported values are: ['text'], ['audio'].");
        }
    }
}
