package dev.parley.realtime;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The session object of the protocol, whole (`session.created`, `session.updated`) or in part (`session.update`).
///
/// It is a document: what was not set is absent, what this version has no accessor for stays in [#raw()].
/// Immutable as long as the JSON it gives out is only read.
public final class SessionConfig {
    private final ObjectNode json;

    private SessionConfig(ObjectNode json) {
        this.json = json;
    }

    /// A session of type `realtime` with nothing set.
    public static Builder builder() {
        return new Builder(Json.object().put("type", "realtime"));
    }

    /// Reads a session object, checking the fields this library knows.
    public static SessionConfig of(ObjectNode json) {
        return read(Fields.of(json));
    }

    static SessionConfig read(Fields in) {
        var config = new SessionConfig(in.node());
        in.string("type");
        in.optionalString("instructions");
        in.optionalString("model");
        for (var side : List.of("input", "output")) {
            var format = Optional.ofNullable(in.optionalObject("audio"))
                    .map(audio -> audio.optionalObject(side))
                    .map(audio -> audio.optionalObject("format"));
            format.ifPresent(AudioEncoding::read);
        }
        config.turnDetection(in);
        in.strings("output_modalities");
        tools(in);
        return config;
    }

    /// A builder that starts from this document.
    public Builder toBuilder() {
        return new Builder(json.deepCopy());
    }

    public JsonNode raw() {
        return json;
    }

    public Optional<String> id() {
        return text(json, "id");
    }

    public Optional<String> model() {
        return text(json, "model");
    }

    public Optional<String> instructions() {
        return text(json, "instructions");
    }

    public Optional<String> voice() {
        return text(json.path("audio").path("output"), "voice");
    }

    /// `audio` or `text`; empty when not set.
    public List<String> outputModalities() {
        return Fields.of(json).strings("output_modalities");
    }

    public Optional<AudioEncoding> inputEncoding() {
        return encoding("input");
    }

    public Optional<AudioEncoding> outputEncoding() {
        return encoding("output");
    }

    /// Name of the model that transcribes the caller; empty when input transcription is off.
    public Optional<String> transcriptionModel() {
        return text(json.path("audio").path("input").path("transcription"), "model");
    }

    /// Empty when the document does not say.
    public Optional<TurnDetection> turnDetection() {
        return turnDetection(Fields.of(json, "session"));
    }

    /// The function tools; tools of other kinds stay in [#raw()].
    public List<FunctionTool> tools() {
        return tools(Fields.of(json));
    }

    private static List<FunctionTool> tools(Fields in) {
        return in.list("tools", tool -> tool)
                .stream()
                .filter(tool -> "function".equals(tool.optionalString("type")))
                .map(FunctionTool::read)
                .toList();
    }

    /// This configuration with the members of `update` laid over it, objects member by member.
    public SessionConfig merge(SessionConfig update) {
        var merged = json.deepCopy();
        merge(merged, update.json);
        return new SessionConfig(merged);
    }

    private static void merge(ObjectNode into, ObjectNode update) {
        update.properties().forEach(member -> {
            var value = member.getValue();
            // A format or a detector is replaced as a whole: mixing members of two kinds would describe neither.
            // So is a choice of tool, which is one value in several members.
            if (value instanceof ObjectNode object && into.get(member.getKey()) instanceof ObjectNode known
                    && sameType(known, object) && !member.getKey().equals("tool_choice")) {
                merge(known, object);
            } else {
                into.set(member.getKey(), value.deepCopy());
            }
        });
    }

    private static boolean sameType(ObjectNode known, ObjectNode update) {
        return !update.has("type") || update.path("type").equals(known.path("type"));
    }

    private Optional<AudioEncoding> encoding(String side) {
        return json.path("audio").path(side).get("format") instanceof ObjectNode format
                ? Optional.of(AudioEncoding.read(Fields.of(format)))
                : Optional.empty();
    }

    private Optional<TurnDetection> turnDetection(Fields in) {
        var input = Optional.ofNullable(in.optionalObject("audio")).map(audio -> audio.optionalObject("input"));
        return input.filter(fields -> fields.node().has("turn_detection"))
                .map(fields -> TurnDetection.read(fields.optionalObject("turn_detection")));
    }

    private static Optional<String> text(JsonNode parent, String name) {
        return Optional.ofNullable(parent.get(name)).filter(JsonNode::isString).map(JsonNode::asString);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SessionConfig that && that.json.equals(json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    @Override
    public String toString() {
        return "SessionConfig" + json;
    }

    /// Puts a session document together. Not thread-safe.
    public static final class Builder {
        private final ObjectNode json;

        private Builder(ObjectNode json) {
            this.json = json;
        }

        public Builder model(String model) {
            json.put("model", model);
            return this;
        }

        public Builder instructions(String instructions) {
            json.put("instructions", instructions);
            return this;
        }

        /// What responses are made of: `audio` (which always comes with a transcript) or `text`.
        public Builder outputModality(String modality) {
            json.putArray("output_modalities").add(modality);
            return this;
        }

        public Builder voice(String voice) {
            output().put("voice", voice);
            return this;
        }

        public Builder inputEncoding(AudioEncoding encoding) {
            input().set("format", encoding.toJson());
            return this;
        }

        public Builder outputEncoding(AudioEncoding encoding) {
            output().set("format", encoding.toJson());
            return this;
        }

        /// Transcribes what the caller says with this model; `null` switches it off.
        public Builder transcription(@Nullable String model) {
            if (model == null) {
                input().putNull("transcription");
            } else {
                input().putObject("transcription").put("model", model);
            }
            return this;
        }

        public Builder turnDetection(TurnDetection detection) {
            input().set("turn_detection", detection.toJson());
            return this;
        }

        public Builder tools(List<FunctionTool> tools) {
            var array = json.putArray("tools");
            tools.forEach(tool -> array.add(tool.toJson()));
            return this;
        }

        /// `auto`, `none` or `required`.
        public Builder toolChoice(String choice) {
            json.put("tool_choice", choice);
            return this;
        }

        /// Any other member of the session object, by its name on the wire.
        public Builder set(String name, JsonNode value) {
            json.set(name, value);
            return this;
        }

        public SessionConfig build() {
            return of(json.deepCopy());
        }

        private ObjectNode input() {
            return json.withObjectProperty("audio").withObjectProperty("input");
        }

        private ObjectNode output() {
            return json.withObjectProperty("audio").withObjectProperty("output");
        }
    }
}
