package dev.parley.realtime;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Tokens a response cost. Cached tokens are part of the input, not added to it.
public record Usage(long inputTokens, long outputTokens, long cachedTokens, long inputAudioTokens,
        long outputAudioTokens, JsonNode raw) {
    public long totalTokens() {
        return inputTokens + outputTokens;
    }

    static @Nullable Usage read(@Nullable Fields in) {
        if (in == null) {
            return null;
        }
        var input = Optional.ofNullable(in.optionalObject("input_token_details"));
        var output = Optional.ofNullable(in.optionalObject("output_token_details"));
        return new Usage(in.integer("input_tokens", 0), in.integer("output_tokens", 0),
                input.map(details -> details.integer("cached_tokens", 0)).orElse(0L),
                input.map(details -> details.integer("audio_tokens", 0)).orElse(0L),
                output.map(details -> details.integer("audio_tokens", 0)).orElse(0L), in.node());
    }
}
