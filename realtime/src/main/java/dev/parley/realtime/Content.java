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

    /// A picture from the caller.
    ///
    /// @param imageUrl a data URI of a PNG or a JPEG
    /// @param detail how closely the model looks: `auto`, `low` or `high`; the service chooses when absent
    record InputImage(String imageUrl, @Nullable String detail, JsonNode raw) implements Content {
        public InputImage(String imageUrl, @Nullable String detail) {
            this(Fields.event("input_image").with("image_url", imageUrl).withIfPresent("detail", detail));
        }

        private InputImage(Fields in) {
            this(in.string("image_url"), in.optionalString("detail"), in.node());
        }
    }

    /// A part of a kind this version does not know, kept as it came.
    record Unknown(String type, JsonNode raw) implements Content {}

    /// Retrieved items, and the beta dialect, call the parts `text` and `audio` and leave the direction to the role.
    static Content read(Fields in, String role) {
        var type = in.string("type");
        boolean input = role.equals("user") || role.equals("system");
        return switch (type) {
            case "text" -> input ? new InputText(in) : new OutputText(in);
            case "audio" -> input ? new InputAudio(in) : new OutputAudio(in);
            case "input_image" -> new InputImage(in);
            case "input_text" -> new InputText(in);
            case "input_audio" -> new InputAudio(in);
            case "output_text" -> new OutputText(in);
            case "output_audio" -> new OutputAudio(in);
            default -> new Unknown(type, in.node());
        };
    }
}
