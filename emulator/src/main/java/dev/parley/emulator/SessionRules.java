package dev.parley.emulator;

import dev.parley.realtime.ProtocolException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the service accepts in a session object: unknown members are refused by name, at any depth it looks into.
final class SessionRules {
    private static final Set<String> SESSION = Set.of("type", "model", "instructions", "tools", "tool_choice",
            "max_output_tokens", "output_modalities", "audio", "tracing", "include", "prompt", "truncation",
            "reasoning",
            "parallel_tool_calls");
    private static final Set<String> AUDIO = Set.of("input", "output");
    private static final Set<String> INPUT = Set.of("format", "transcription", "noise_reduction", "turn_detection");
    private static final Set<String> OUTPUT = Set.of("format", "voice", "speed");
    private static final Set<String> SERVER_VAD = Set.of("type", "threshold", "prefix_padding_ms",
            "silence_duration_ms", "idle_timeout_ms", "create_response", "interrupt_response");
    private static final Set<String> SEMANTIC_VAD = Set.of("type", "eagerness", "create_response",
            "interrupt_response");

    private SessionRules() {}

    /// @throws ProtocolException naming the first member that is not in the book
    static void check(JsonNode session) {
        members(session, "session", SESSION);
        var audio = session.path("audio");
        members(audio, "session.audio", AUDIO);
        members(audio.path("input"), "session.audio.input", INPUT);
        members(audio.path("output"), "session.audio.output", OUTPUT);
        turnDetection(audio.path("input").path("turn_detection"));
        modalities(session.get("output_modalities"));
    }

    private static void turnDetection(JsonNode detection) {
        if (!detection.isObject()) {
            return;
        }
        var at = "session.audio.input.turn_detection";
        switch (detection.path("type").asString("")) {
            case "server_vad" -> members(detection, at, SERVER_VAD);
            case "semantic_vad" -> members(detection, at, SEMANTIC_VAD);
            default -> throw invalid(at + ".type", detection.path("type").asString(""), "'server_vad', 'semantic_vad'");
        }
        var threshold = detection.path("threshold");
        if (threshold.isNumber() && threshold.doubleValue() > 1) {
            throw new ProtocolException("decimal_above_max_value", at + ".threshold", "Invalid '" + at
                    + ".threshold': decimal above maximum value. Expected a value <= 1, but got " + threshold
                    + " instead.");
        }
    }

    private static void modalities(@Nullable JsonNode modalities) {
        if (modalities == null) {
            return;
        }
        if (modalities.size() != 1 || !Set.of("audio", "text").contains(modalities.path(0).asString(""))) {
            throw invalid("session.output_modalities", modalities.toString(), "['text'], ['audio']");
        }
    }

    private static void members(JsonNode node, String path, Set<String> known) {
        for (var name : node.propertyNames()) {
            if (!known.contains(name)) {
                throw new ProtocolException("unknown_parameter", path + "." + name,
                        "Unknown parameter: '" + path + "." + name + "'.");
            }
        }
    }

    private static ProtocolException invalid(String path, String found, String supported) {
        return new ProtocolException("invalid_value", path,
                "Invalid value: '" + found + "'. Supported values are: " + supported + ".");
    }
}
