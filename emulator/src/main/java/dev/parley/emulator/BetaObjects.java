package dev.parley.emulator;

import static java.util.Map.entry;

import dev.parley.media.AudioFormat;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ProtocolException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The session, response and item objects of the beta dialect, which are flat, and GA's, which nest what concerns audio
/// (protocol sections 6.1 to 6.3).
final class BetaObjects {
    static final double DEFAULT_TEMPERATURE = 0.8;

    /// What a beta client may write into a session, and where GA has it. An empty place is one that GA has not.
    static final Map<String, String> SESSION = Map.ofEntries(
            entry("model", "model"),
            entry("modalities", "output_modalities"),
            entry("instructions", "instructions"),
            entry("voice", "audio.output.voice"),
            entry("speed", "audio.output.speed"),
            entry("output_audio_format", "audio.output.format"),
            entry("input_audio_format", "audio.input.format"),
            entry("input_audio_transcription", "audio.input.transcription"),
            entry("input_audio_noise_reduction", "audio.input.noise_reduction"),
            entry("turn_detection", "audio.input.turn_detection"),
            entry("tools", "tools"),
            entry("tool_choice", "tool_choice"),
            entry("temperature", ""),
            entry("max_response_output_tokens", "max_output_tokens"),
            entry("tracing", "tracing"),
            entry("truncation", "truncation"),
            entry("prompt", "prompt"),
            entry("include", "include"));
    /// The same of a transcription session.
    static final Map<String, String> TRANSCRIPTION = Map.of(
            "input_audio_format", "audio.input.format",
            "input_audio_transcription", "audio.input.transcription",
            "input_audio_noise_reduction", "audio.input.noise_reduction",
            "turn_detection", "audio.input.turn_detection",
            "include", "include");
    /// The same of a `response.create`.
    static final Map<String, String> RESPONSE = Map.ofEntries(
            entry("modalities", "output_modalities"),
            entry("instructions", "instructions"),
            entry("voice", "audio.output.voice"),
            entry("output_audio_format", "audio.output.format"),
            entry("tools", "tools"),
            entry("tool_choice", "tool_choice"),
            entry("temperature", ""),
            entry("max_output_tokens", "max_output_tokens"),
            entry("max_response_output_tokens", "max_output_tokens"),
            entry("conversation", "conversation"),
            entry("metadata", "metadata"),
            entry("prompt", "prompt"),
            entry("input", "input"));

    private static final Map<String, AudioEncoding> FORMATS = new TreeMap<>(Map.of("pcm16", AudioEncoding.PCM,
            "g711_ulaw", AudioEncoding.PCMU, "g711_alaw", AudioEncoding.PCMA));
    private static final Shape TEMPERATURE = Shape.decimal(0.6, 1.2);
    private static final Map<String, String> PARTS = Map.of("output_text", "text", "output_audio", "audio");

    private BetaObjects() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    // To GA

    /// What a beta client wrote, as GA has it.
    ///
    /// @param at where it stands in its event
    /// @throws ProtocolException for a member that beta does not know, unless that is forgiven
    static ObjectNode toGa(ObjectNode beta, String at, Map<String, String> members, Strictness strictness) {
        var ga = object();
        beta.properties().forEach(member -> {
            var name = member.getKey();
            var place = members.get(name);
            if (place == null) {
                Shape.unknown(at + "." + name, strictness);
            } else if (place.isEmpty()) {
                TEMPERATURE.check(member.getValue(), at + "." + name, strictness);
            } else {
                put(ga, place, value(name, member.getValue(), at + "." + name, strictness));
            }
        });
        return ga;
    }

    /// Puts a value where a path of members leads.
    private static void put(ObjectNode into, String path, JsonNode value) {
        int dot = path.indexOf('.');
        if (dot < 0) {
            into.set(path, value);
        } else {
            put(into.withObjectProperty(path.substring(0, dot)), path.substring(dot + 1), value);
        }
    }

    /// Lays `more` over `into`, objects member by member.
    static void mergeInto(ObjectNode into, ObjectNode more) {
        more.properties().forEach(member -> {
            if (member.getValue() instanceof ObjectNode object && into.get(member
                    .getKey()) instanceof ObjectNode known) {
                mergeInto(known, object);
            } else {
                into.set(member.getKey(), member.getValue());
            }
        });
    }

    private static JsonNode value(String name, JsonNode beta, String at, Strictness strictness) {
        return switch (name) {
            case "modalities" -> modalities(beta, at, strictness);
            case "input_audio_format", "output_audio_format" -> format(beta, at);
            case "turn_detection" -> beta.path("type").asString("").equals("none")
                    ? JsonNodeFactory.instance.nullNode()
                    : beta.deepCopy();
            case "tools" -> tools(beta, at);
            default -> beta.deepCopy();
        };
    }

    private static JsonNode modalities(JsonNode beta, String at, Strictness strictness) {
        var wanted = beta.valueStream().map(modality -> modality.asString("")).sorted().toList();
        // Sound alone, which beta refuses, is what GA calls sound with its words.
        if (strictness == Strictness.LENIENT && wanted.equals(List.of("audio"))) {
            return beta.deepCopy();
        }
        if (!wanted.equals(List.of("text")) && !wanted.equals(List.of("audio", "text"))) {
            throw new ProtocolException("invalid_value", at, "Invalid modalities: " + beta
                    + ". Supported combinations are: ['text'] and ['audio', 'text'].");
        }
        return JsonNodeFactory.instance.arrayNode().add(wanted.getFirst());
    }

    private static JsonNode format(JsonNode beta, String at) {
        var encoding = FORMATS.get(beta.asString(""));
        if (encoding == null) {
            throw Shape.invalid(at, beta, FORMATS.keySet());
        }
        return SessionDefaults.format(encoding);
    }

    /// What beta, and GA where it shows an item's sound, calls a format.
    static String format(AudioFormat format) {
        return FORMATS.entrySet()
                .stream()
                .filter(named -> CallerAudio.format(named.getValue()).equals(format))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected a format of the protocol, found " + format));
    }

    private static JsonNode tools(JsonNode beta, String at) {
        for (int i = 0; i < beta.size(); i++) {
            if (beta.path(i).path("type").asString("").equals("mcp")) {
                throw Shape.invalid(at + "[" + i + "].type", beta.path(i).path("type"), List.of("function"));
            }
        }
        return beta.deepCopy();
    }

    /// Calls the parts of an item what GA calls them.
    static void partsToGa(JsonNode item, String at, Strictness strictness) {
        boolean written = item.path("role").asString("").equals("assistant");
        var parts = item.path("content");
        for (int i = 0; i < parts.size(); i++) {
            var type = parts.path(i).path("type").asString("");
            if (strictness == Strictness.STRICT && (PARTS.containsKey(type) || type.equals("input_image"))) {
                throw Shape.invalid(at + ".content[" + i + "].type", parts.path(i).path("type"),
                        List.of("input_text", "input_audio", "item_reference", "text", "audio"));
            }
            if (written && PARTS.containsValue(type) && parts.path(i) instanceof ObjectNode part) {
                part.put("type", "output_" + type);
            }
        }
    }

    // To beta

    /// The session as beta shows it, in the order of live traffic; what it seldom has follows.
    static ObjectNode session(JsonNode ga, double temperature) {
        var beta = object();
        var input = ga.path("audio").path("input");
        var output = ga.path("audio").path("output");
        copy(ga, "id", beta, "id");
        copy(ga, "object", beta, "object");
        copy(ga, "model", beta, "model");
        copy(ga, "expires_at", beta, "expires_at");
        modalitiesToBeta(ga, beta);
        copy(ga, "instructions", beta, "instructions");
        copy(output, "voice", beta, "voice");
        copy(input, "turn_detection", beta, "turn_detection");
        if (beta.path("turn_detection").path("idle_timeout_ms").isNull()) {
            beta.withObjectProperty("turn_detection").remove("idle_timeout_ms");
        }
        formatToBeta(input, beta, "input_audio_format");
        formatToBeta(output, beta, "output_audio_format");
        copy(input, "transcription", beta, "input_audio_transcription");
        copy(ga, "tool_choice", beta, "tool_choice");
        if (ga.path("type").asString("").equals("realtime")) {
            beta.put("temperature", temperature);
        }
        copy(ga, "max_output_tokens", beta, "max_response_output_tokens");
        copy(ga, "tools", beta, "tools");
        copySet(input, "noise_reduction", beta, "input_audio_noise_reduction");
        if (output.path("speed").doubleValue(1) != 1) {
            copy(output, "speed", beta, "speed");
        }
        for (var name : List.of("tracing", "prompt", "include")) {
            copySet(ga, name, beta, name);
        }
        return beta;
    }

    /// The response as beta shows it.
    static ObjectNode response(JsonNode ga, double temperature) {
        var beta = object();
        var output = ga.path("audio").path("output");
        for (var name : List.of("object", "id", "status", "status_details", "output", "conversation_id")) {
            copy(ga, name, beta, name);
        }
        beta.path("output").forEach(BetaObjects::partsToBeta);
        modalitiesToBeta(ga, beta);
        copy(output, "voice", beta, "voice");
        formatToBeta(output, beta, "output_audio_format");
        beta.put("temperature", temperature);
        for (var name : List.of("max_output_tokens", "usage", "metadata")) {
            copy(ga, name, beta, name);
        }
        return beta;
    }

    /// Calls the parts of an item what beta calls them.
    static void partsToBeta(JsonNode item) {
        for (var part : item.path("content")) {
            var name = PARTS.get(part.path("type").asString(""));
            if (name != null) {
                ((ObjectNode) part).put("type", name);
            }
        }
    }

    /// A text about a place in a session or a response, with the place called as beta calls it.
    static String inBeta(String text) {
        var renamed = text;
        for (var member : SESSION.entrySet()) {
            if (member.getValue().contains(".") || member.getKey().equals("max_response_output_tokens")
                    || member.getKey().equals("modalities")) {
                renamed = renamed.replace("session." + member.getValue(), "session." + member.getKey());
            }
        }
        return renamed.replace("response.output_modalities", "response.modalities")
                .replace("response.audio.output.voice", "response.voice")
                .replace("response.audio.output.format", "response.output_audio_format");
    }

    /// Whether GA has a member of beta at this path. The session itself finds nothing wrong with there being one.
    static boolean isPlace(String path) {
        return SESSION.values().stream().anyMatch(place -> path.equals("session." + place))
                || RESPONSE.values().stream().anyMatch(place -> path.equals("response." + place));
    }

    private static void modalitiesToBeta(JsonNode ga, ObjectNode beta) {
        if (ga.path("output_modalities").isArray()) {
            var modalities = beta.putArray("modalities");
            if (ga.path("output_modalities").path(0).asString("").equals("audio")) {
                modalities.add("audio");
            }
            modalities.add("text");
        }
    }

    private static void formatToBeta(JsonNode side, ObjectNode beta, String name) {
        var type = side.path("format").path("type").asString("");
        FORMATS.forEach((flat, encoding) -> {
            if (encoding.wireName().equals(type)) {
                beta.put(name, flat);
            }
        });
    }

    private static void copy(JsonNode from, String name, ObjectNode to, String renamed) {
        copyUnless(from.get(name) == null, from.get(name), to, renamed);
    }

    private static void copySet(JsonNode from, String name, ObjectNode to, String renamed) {
        copyUnless(from.path(name).isMissingNode() || from.path(name).isNull(), from.get(name), to, renamed);
    }

    private static void copyUnless(boolean absent, @Nullable JsonNode value, ObjectNode to, String name) {
        if (!absent && value != null) {
            to.set(name, value.deepCopy());
        }
    }
}
