package dev.parley.realtime;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The session object of a translation (protocol section 12.2), whole or in part. A document like [SessionConfig].
public final class TranslationConfig {
    private final ObjectNode json;

    private TranslationConfig(ObjectNode json) {
        this.json = json;
    }

    static TranslationConfig read(Fields in) {
        var output = in.optionalObject("audio", "output");
        if (output != null) {
            output.optionalString("language");
        }
        InputTranscription.read(in.optionalObject("audio", "input", "transcription"));
        NoiseReduction.read(in.optionalObject("audio", "input", "noise_reduction"));
        return new TranslationConfig(in.node());
    }

    /// Into this language, such as `es`.
    public static TranslationConfig into(String language) {
        var json = Json.object();
        json.putObject("audio").putObject("output").put("language", language);
        return new TranslationConfig(json);
    }

    /// The same, and what is said transcribed with this model; `null` switches that off.
    public TranslationConfig withTranscription(@Nullable String model) {
        return withInput("transcription", model == null ? null : InputTranscription.with(model).toJson());
    }

    /// The same with less noise; `null` switches that off.
    public TranslationConfig withNoiseReduction(@Nullable NoiseReduction reduction) {
        return withInput("noise_reduction", reduction == null ? null : reduction.toJson());
    }

    private TranslationConfig withInput(String name, @Nullable JsonNode value) {
        var copy = json.deepCopy();
        copy.withObjectProperty("audio")
                .withObjectProperty("input")
                .set(name, value == null ? JsonNodeFactory.instance.nullNode() : value);
        return new TranslationConfig(copy);
    }

    public JsonNode raw() {
        return json;
    }

    public Optional<String> id() {
        return Json.text(json, "id");
    }

    public Optional<String> model() {
        return Json.text(json, "model");
    }

    /// The language translated into.
    public Optional<String> language() {
        return Json.text(json.path("audio").path("output"), "language");
    }

    /// How what is said is transcribed; empty when that is off or not mentioned.
    public Optional<InputTranscription> inputTranscription() {
        return InputTranscription.read(Fields.of(json).optionalObject("audio", "input", "transcription"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TranslationConfig that && that.json.equals(json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    @Override
    public String toString() {
        return "TranslationConfig" + json;
    }
}
