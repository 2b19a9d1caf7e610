package dev.parley.realtime;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The session and response objects of the beta dialect, which are flat, and GA's, which nest what concerns audio
/// (protocol sections 6.1 and 6.2). Neither direction changes what it is given.
final class BetaSession {
    private static final Map<String, String> FORMATS = Map.of("pcm16", "audio/pcm", "g711_ulaw", "audio/pcmu",
            "g711_alaw", "audio/pcma");
    /// Members of GA's `audio.input` and what beta calls them.
    private static final Map<String, String> INPUT = Map.of("transcription", "input_audio_transcription",
            "noise_reduction", "input_audio_noise_reduction", "turn_detection", "turn_detection");
    private static final List<String> GA_ONLY = List.of("type", "reasoning", "parallel_tool_calls", "audio",
            "output_modalities", "max_output_tokens", "tools");

    private BetaSession() {}

    static ObjectNode toBeta(ObjectNode session) {
        var beta = flat(session);
        var input = session.path("audio").path("input");
        formatToBeta(input.get("format"), beta, "input_audio_format");
        INPUT.forEach((ga, name) -> copy(input, ga, beta, name));
        if (beta.get("turn_detection") instanceof ObjectNode detection
                && Json.present(detection, "idle_timeout_ms").isEmpty()) {
            var known = detection.deepCopy();
            known.remove("idle_timeout_ms");
            beta.set("turn_detection", known);
        }
        copy(session, "max_output_tokens", beta, "max_response_output_tokens");
        return beta;
    }

    static ObjectNode responseToBeta(ObjectNode response) {
        var beta = flat(response);
        copy(response, "max_output_tokens", beta, "max_output_tokens");
        return beta;
    }

    static ObjectNode toGa(ObjectNode session, boolean isTranscription) {
        if (session.has("audio") || session.has("output_modalities")) {
            return session;
        }
        var ga = Json.object().put("type", isTranscription ? "transcription" : "realtime");
        nested(session, ga);
        var input = ga.withObjectProperty("audio").withObjectProperty("input");
        formatToGa(ga.remove("input_audio_format"), input);
        INPUT.forEach((name, flat) -> {
            copy(session, flat, input, name);
            ga.remove(flat);
        });
        var tokens = ga.remove("max_response_output_tokens");
        if (tokens != null) {
            ga.set("max_output_tokens", tokens);
        }
        return ga;
    }

    static ObjectNode responseToGa(ObjectNode response) {
        if (response.has("audio") || response.has("output_modalities")) {
            return response;
        }
        var ga = Json.object();
        nested(response, ga);
        return ga;
    }

    /// What a session and a response have in common, GA to beta.
    private static ObjectNode flat(ObjectNode from) {
        var beta = Json.object();
        from.properties().forEach(member -> {
            if (!GA_ONLY.contains(member.getKey())) {
                beta.set(member.getKey(), member.getValue());
            }
        });
        if (from.path("output_modalities").isArray()) {
            var modalities = beta.putArray("modalities");
            var wanted = from.path("output_modalities").path(0).asString("");
            modalities.add(wanted);
            if (wanted.equals("audio")) {
                // Beta refuses audio alone.
                modalities.add("text");
            }
        }
        var output = from.path("audio").path("output");
        copy(output, "voice", beta, "voice");
        copy(output, "speed", beta, "speed");
        formatToBeta(output.get("format"), beta, "output_audio_format");
        if (from.path("tools").isArray()) {
            var tools = beta.putArray("tools");
            from.path("tools").forEach(tool -> {
                if (!tool.path("type").asString("").equals("mcp")) {
                    tools.add(tool);
                }
            });
        }
        return beta;
    }

    /// What a session and a response have in common, beta to GA.
    private static void nested(ObjectNode from, ObjectNode ga) {
        from.properties().forEach(member -> ga.set(member.getKey(), member.getValue()));
        var modalities = ga.remove("modalities");
        if (modalities != null && modalities.isArray()) {
            boolean spoken = modalities.valueStream().anyMatch(modality -> modality.asString("").equals("audio"));
            ga.putArray("output_modalities").add(spoken ? "audio" : "text");
        }
        var output = Json.object();
        for (var name : List.of("voice", "speed")) {
            copy(from, name, output, name);
            ga.remove(name);
        }
        formatToGa(ga.remove("output_audio_format"), output);
        if (!output.isEmpty()) {
            ga.withObjectProperty("audio").set("output", output);
        }
    }

    private static void copy(JsonNode from, String name, ObjectNode to, String renamed) {
        var value = from.get(name);
        if (value != null) {
            to.set(renamed, value);
        }
    }

    private static void formatToBeta(@Nullable JsonNode format, ObjectNode to, String name) {
        if (format == null) {
            return;
        }
        var type = format.path("type").asString("");
        FORMATS.forEach((beta, ga) -> {
            if (ga.equals(type)) {
                to.put(name, beta);
            }
        });
    }

    private static void formatToGa(@Nullable JsonNode format, ObjectNode to) {
        if (format == null) {
            return;
        }
        var ga = FORMATS.get(format.asString(""));
        if (ga == null) {
            to.set("format", format.isString() ? JsonNodeFactory.instance.objectNode().set("type", format) : format);
            return;
        }
        var nested = to.putObject("format").put("type", ga);
        if (ga.equals("audio/pcm")) {
            nested.put("rate", AudioEncoding.PCM.rate());
        }
    }
}
