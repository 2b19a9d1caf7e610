package dev.parley.emulator;

import dev.parley.realtime.AudioEncoding;
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

    private static final long LONGEST_SPAN = 60_000;

    private SessionRules() {}

    /// @throws ProtocolException naming the first member that is not in the book
    static void check(JsonNode session) {
        type(session.path("type").asString(""));
        members(session, "session", SESSION);
        var audio = session.path("audio");
        members(audio, "session.audio", AUDIO);
        members(audio.path("input"), "session.audio.input", INPUT);
        members(audio.path("output"), "session.audio.output", OUTPUT);
        rate(audio.path("input").path("format"), "session.audio.input.format.rate");
        rate(audio.path("output").path("format"), "session.audio.output.format.rate");
        turnDetection(audio.path("input").path("turn_detection"));
        modalities(session.get("output_modalities"), "session.output_modalities");
    }

    private static void type(String type) {
        if (type.equals("transcription")) {
            throw new ProtocolException("invalid_parameter", null,
                    "Passing a transcription session update event to a realtime session is not allowed.");
        }
        if (!type.equals("realtime")) {
            throw invalid("session.type", type, "'realtime'");
        }
    }

    /// Linear audio has one rate; a G.711 format names none.
    private static void rate(JsonNode format, String at) {
        var rate = format.path("rate");
        if (format.path("type").asString("").equals(AudioEncoding.PCM.wireName())
                && !rate.isMissingNode()
                && !rate.asString("").equals(Integer.toString(AudioEncoding.PCM.rate()))) {
            throw invalid(at, rate.asString(rate.toString()), Integer.toString(AudioEncoding.PCM.rate()));
        }
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
        span(detection.path("prefix_padding_ms"), at + ".prefix_padding_ms");
        span(detection.path("silence_duration_ms"), at + ".silence_duration_ms");
    }

    /// A span of time in milliseconds that the detector can work with.
    private static void span(JsonNode millis, String at) {
        if (millis.isIntegralNumber()) {
            between(0, LONGEST_SPAN, millis.longValue(), at);
        }
    }

    /// @throws ProtocolException in the service's words, if a number is out of its range
    static void between(long min, long max, long found, String at) {
        if (found < min) {
            throw outOfRange("below", "min", ">= " + min, found, at);
        }
        if (found > max) {
            throw outOfRange("above", "max", "<= " + max, found, at);
        }
    }

    private static ProtocolException outOfRange(String side, String end, String expected, long found, String at) {
        return new ProtocolException("integer_" + side + "_" + end + "_value", at, "Invalid '" + at + "': integer "
                + side + " " + end + "imum value. Expected a value " + expected + ", but got " + found + " instead.");
    }

    /// @throws ProtocolException unless there are none or the one is known
    static void modalities(@Nullable JsonNode modalities, String at) {
        if (modalities == null) {
            return;
        }
        if (modalities.size() != 1 || !Set.of("audio", "text").contains(modalities.path(0).asString(""))) {
            throw invalid(at, modalities.toString(), "['text'], ['audio']");
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
