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

    public long inputTextTokens() {
        return tokens("/input_token_details/text_tokens");
    }

    public long inputImageTokens() {
        return tokens("/input_token_details/image_tokens");
    }

    /// Text that was part of a context billed before, and costs less.
    public long cachedTextTokens() {
        return tokens("/input_token_details/cached_tokens_details/text_tokens");
    }

    /// Audio that was part of a context billed before, and costs less.
    public long cachedAudioTokens() {
        return tokens("/input_token_details/cached_tokens_details/audio_tokens");
    }

    /// Pictures that were part of a context billed before, and cost less.
    public long cachedImageTokens() {
        return tokens("/input_token_details/cached_tokens_details/image_tokens");
    }

    /// Text written by the model, transcripts of what it says included.
    public long outputTextTokens() {
        return tokens("/output_token_details/text_tokens");
    }

    private long tokens(String path) {
        return raw.at(path).asLong(0);
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
