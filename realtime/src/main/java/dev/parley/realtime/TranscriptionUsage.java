package dev.parley.realtime;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What transcribing one item cost. It is billed apart from the responses, and not every model bills by the same measure.
public sealed interface TranscriptionUsage {
    /// Billed by tokens; `textTokens` and `audioTokens` are parts of the input.
    record Tokens(long totalTokens, long inputTokens, long textTokens, long audioTokens, long outputTokens)
            implements
                TranscriptionUsage {}

    /// Billed by the length of the audio, in seconds.
    record Seconds(double seconds) implements TranscriptionUsage {}

    /// A measure this version does not know, kept as it came.
    record Unknown(String type, JsonNode raw) implements TranscriptionUsage {}

    static @Nullable TranscriptionUsage read(@Nullable Fields in) {
        if (in == null) {
            return null;
        }
        var type = in.string("type", "tokens");
        return switch (type) {
            case "tokens" -> tokens(in);
            case "duration" -> new Seconds(in.number("seconds", 0, 0, Double.MAX_VALUE));
            default -> new Unknown(type, in.node());
        };
    }

    private static Tokens tokens(Fields in) {
        var details = in.optionalObject("input_token_details");
        return new Tokens(in.integer("total_tokens", 0), in.integer("input_tokens", 0),
                details == null ? 0 : details.integer("text_tokens", 0),
                details == null ? 0 : details.integer("audio_tokens", 0), in.integer("output_tokens", 0));
    }
}
