package dev.parley.realtime;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A part of a message.
///
/// Audio bytes are absent from most server events; a transcript is absent until it is known.
public sealed interface Content {
    /// The part as it is on the wire.
    JsonNode raw();

    /// Text written by the caller or by the application.
    record InputText(String text, JsonNode raw) implements Content {
        public InputText(String text) {
            this(Fields.event("input_text").with("text", text));
        }

        private InputText(Fields in) {
            this(in.string("text"), in.node());
        }
    }

    /// Sound from the caller; `audio` is base64.
    record InputAudio(@Nullable String audio, @Nullable String transcript, JsonNode raw) implements Content {
        public InputAudio(@Nullable String transcript) {
            this(Fields.event("input_audio").with("transcript", transcript));
        }

        private InputAudio(Fields in) {
            this(in.optionalString("audio"), in.optionalString("transcript"), in.node());
        }
    }

    /// Text written by the model.
    record OutputText(String text, JsonNode raw) implements Content {
        public OutputText(String text) {
            this(Fields.event("output_text").with("text", text));
        }

        private OutputText(Fields in) {
            this(in.string("text", ""), in.node());
        }
    }

    /// Sound from the model; `audio` is base64.
    record OutputAudio(@Nullable String audio, @Nullable String transcript, JsonNode raw) implements Content {
        public OutputAudio(@Nullable String transcript) {
            this(Fields.event("output_audio").withIfPresent("transcript", transcript));
        }

        private OutputAudio(Fields in) {
            this(in.optionalString("audio"), in.optionalString("transcript"), in.node());
        }
    }

    /// A part of a kind this version does not know, such as an image, kept as it came.
    record Unknown(String type, JsonNode raw) implements Content {}

    static Content read(Fields in) {
        var type = in.string("type");
        return switch (type) {
            case "input_text" -> new InputText(in);
            case "input_audio" -> new InputAudio(in);
            case "output_text" -> new OutputText(in);
            case "output_audio" -> new OutputAudio(in);
            default -> new Unknown(type, in.node());
        };
    }
}
