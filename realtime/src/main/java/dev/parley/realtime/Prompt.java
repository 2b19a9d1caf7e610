package dev.parley.realtime;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A prompt kept at the service: the field `prompt`. OpenAI retires these on 2026-11-30; use instructions.
///
/// @param id `pmpt_...`
/// @param version the newest when null
/// @param variables texts for its placeholders; those that are not text stay in the session's JSON
public record Prompt(String id, @Nullable String version, Map<String, String> variables) {
    public Prompt {
        variables = Map.copyOf(variables);
    }

    ObjectNode toJson() {
        var json = Fields.of(Json.object()).with("id", id).withIfPresent("version", version).node();
        if (!variables.isEmpty()) {
            new TreeMap<>(variables).forEach(json.putObject("variables")::put);
        }
        return json;
    }

    static Optional<Prompt> read(Fields in) {
        return Optional.ofNullable(in.optionalObject("prompt"))
                .map(prompt -> new Prompt(prompt.string("id"), prompt.optionalString("version"),
                        prompt.texts("variables")));
    }
}
