package dev.parley.realtime;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The members that a session and a response have in common, read and written.
final class Settings {
    private static final int MAX_OUTPUT_TOKENS = 4_096;
    private static final List<String> SECRETS = List.of("authorization", "headers", "client_secret");

    private Settings() {}

    static void outputModality(ObjectNode json, String modality) {
        if (!modality.equals("audio") && !modality.equals("text")) {
            throw new IllegalArgumentException("expected the output modality audio or text, found " + modality);
        }
        json.putArray("output_modalities").add(modality);
    }

    static ObjectNode output(ObjectNode json) {
        return json.withObjectProperty("audio").withObjectProperty("output");
    }

    static Optional<String> voice(JsonNode json) {
        var output = json.path("audio").path("output");
        return Json.text(output, "voice").or(() -> Json.text(output.path("voice"), "id"));
    }

    /// The tools of one type; tools of other types stay in the JSON.
    static <T> List<T> tools(Fields in, String type, Function<Fields, T> reader) {
        return in.list("tools", tool -> tool)
                .stream()
                .filter(tool -> type.equals(tool.optionalString("type")))
                .map(reader)
                .toList();
    }

    /// Puts `tools` in the place of those of the same type.
    static void tools(ObjectNode json, String type, ArrayNode tools) {
        var before = json.path("tools");
        var array = json.putArray("tools");
        before.forEach(tool -> {
            if (!type.equals(tool.path("type").asString(""))) {
                array.add(tool);
            }
        });
        array.addAll(tools);
    }

    static void reasoning(ObjectNode json, ReasoningEffort effort) {
        json.putObject("reasoning").put("effort", effort.wireName());
    }

    static void maxOutputTokens(ObjectNode json, int tokens) {
        if (tokens < 1 || tokens > MAX_OUTPUT_TOKENS) {
            throw new IllegalArgumentException(
                    "expected 1 to " + MAX_OUTPUT_TOKENS + " output tokens, found " + tokens);
        }
        json.put("max_output_tokens", tokens);
    }

    /// Empty for `inf`, for null, and when nothing is said.
    static OptionalInt maxOutputTokens(Fields in) {
        var value = in.node().get("max_output_tokens");
        if (value == null || value.isNull() || "inf".equals(value.asString(""))) {
            return OptionalInt.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw in.wrongType("max_output_tokens", "an integer or 'inf'", value);
        }
        return OptionalInt.of(value.intValue());
    }

    static Optional<Boolean> parallelToolCalls(Fields in) {
        boolean said = Json.present(in.node(), "parallel_tool_calls").isPresent();
        boolean allowed = in.flag("parallel_tool_calls", true);
        return said ? Optional.of(allowed) : Optional.empty();
    }

    /// A copy to show, with nothing in it that opens a door.
    static JsonNode withoutSecrets(JsonNode json) {
        var shown = json.deepCopy();
        for (var secret : SECRETS) {
            shown.findParents(secret).forEach(parent -> ((ObjectNode) parent).put(secret, "***"));
        }
        return shown;
    }
}
