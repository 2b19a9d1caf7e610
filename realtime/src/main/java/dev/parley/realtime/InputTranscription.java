package dev.parley.realtime;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// How the caller's speech is written down: the field `audio.input.transcription` (protocol section 2.4). It is done by a
/// model apart from the one that answers, which may understand something else. Which member a model takes differs.
///
/// @param model the transcription model; at Azure, its deployment
/// @param language what is spoken, as ISO 639-1
/// @param languages what may be spoken, as ISO 639-1
/// @param keywords names and words to expect
/// @param prompt words to expect for `whisper-1`, free text for others
/// @param delay how long the model may wait for context, `minimal` to `xhigh`
public record InputTranscription(String model, @Nullable String language, List<String> languages,
        List<String> keywords, @Nullable String prompt, @Nullable String delay) {
    public InputTranscription {
        languages = List.copyOf(languages);
        keywords = List.copyOf(keywords);
    }

    public static InputTranscription with(String model) {
        return new InputTranscription(model, null, List.of(), List.of(), null, null);
    }

    public InputTranscription in(String spoken) {
        return new InputTranscription(model, spoken, languages, keywords, prompt, delay);
    }

    public InputTranscription prompted(String by) {
        return new InputTranscription(model, language, languages, keywords, by, delay);
    }

    ObjectNode toJson() {
        var json = Fields.of(Json.object()).with("model", model).withIfPresent("language", language).node();
        if (!languages.isEmpty()) {
            json.set("languages", Json.strings(languages));
        }
        if (!keywords.isEmpty()) {
            json.set("keywords", Json.strings(keywords));
        }
        return Fields.of(json).withIfPresent("prompt", prompt).withIfPresent("delay", delay).node();
    }

    /// Empty when it is off, not mentioned, or names no model.
    static Optional<InputTranscription> read(@Nullable Fields in) {
        if (in == null) {
            return Optional.empty();
        }
        var read = new InputTranscription(in.string("model", ""), in.optionalString("language"),
                in.strings("languages"), in.strings("keywords"), in.optionalString("prompt"),
                in.optionalString("delay"));
        return read.model.isEmpty() ? Optional.empty() : Optional.of(read);
    }
}
