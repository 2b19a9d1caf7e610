package dev.parley.realtime;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
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

    /// Asks for the log probabilities of what was transcribed; see [Builder#include].
    public static final String TRANSCRIPTION_LOGPROBS = "item.input_audio_transcription.logprobs";

    /// A session that only writes down what it hears (protocol section 12.1), with nothing set. It has an input side and
    /// nothing else: no instructions, no tools, no responses.
    public static Builder transcriptionOnly() {
        return new Builder(Json.object().put("type", "transcription"));
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
        in.strings("include");
        tools(in);
        mcpServers(in);
        ToolChoice.read(in);
        Truncation.read(in);
        Tracing.read(in);
        Prompt.read(in);
        ReasoningEffort.read(in);
        InputTranscription.read(in.optionalObject("audio", "input", "transcription"));
        NoiseReduction.read(in.optionalObject("audio", "input", "noise_reduction"));
        Settings.maxOutputTokens(in);
        Settings.parallelToolCalls(in);
        speed(in);
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

    /// Name of the voice, or the id of a custom one.
    public Optional<String> voice() {
        return Settings.voice(json);
    }

    /// Whether the session only transcribes.
    public boolean isTranscriptionOnly() {
        return text(json, "type").filter("transcription"::equals).isPresent();
    }

    /// When the service ends the session; empty when not stated, as for a session that has not begun.
    public Optional<Instant> expiresAt() {
        var seconds = json.path("expires_at");
        return seconds.canConvertToLong() && seconds.isIntegralNumber() && seconds.longValue() > 0
                && seconds.longValue() < Instant.MAX.getEpochSecond()
                        ? Optional.of(Instant.ofEpochSecond(seconds.longValue()))
                        : Optional.empty();
    }

    /// How the caller is transcribed; empty when that is off or not mentioned.
    public Optional<InputTranscription> inputTranscription() {
        return InputTranscription.read(Fields.of(json).optionalObject("audio", "input", "transcription"));
    }

    /// Empty when it is off or not mentioned.
    public Optional<NoiseReduction> noiseReduction() {
        return NoiseReduction.read(Fields.of(json).optionalObject("audio", "input", "noise_reduction"));
    }

    /// How fast the answer is played, 1 being as it was spoken.
    public OptionalDouble speed() {
        return speed(Fields.of(json));
    }

    /// Most tokens of one response; empty when there is no limit or none is mentioned.
    public OptionalInt maxOutputTokens() {
        return Settings.maxOutputTokens(Fields.of(json));
    }

    public Optional<ToolChoice> toolChoice() {
        return ToolChoice.read(Fields.of(json));
    }

    public Optional<Boolean> parallelToolCalls() {
        return Settings.parallelToolCalls(Fields.of(json));
    }

    public Optional<ReasoningEffort> reasoningEffort() {
        return ReasoningEffort.read(Fields.of(json));
    }

    public Optional<Truncation> truncation() {
        return Truncation.read(Fields.of(json));
    }

    public Optional<Tracing> tracing() {
        return Tracing.read(Fields.of(json));
    }

    public Optional<Prompt> prompt() {
        return Prompt.read(Fields.of(json));
    }

    /// What events hold besides the usual, such as [#TRANSCRIPTION_LOGPROBS].
    public List<String> include() {
        return Fields.of(json).strings("include");
    }

    /// The MCP servers among the tools.
    public List<McpServer> mcpServers() {
        return mcpServers(Fields.of(json));
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

    /// The function tools.
    public List<FunctionTool> tools() {
        return tools(Fields.of(json));
    }

    private static List<FunctionTool> tools(Fields in) {
        return Settings.tools(in, "function", FunctionTool::read);
    }

    private static List<McpServer> mcpServers(Fields in) {
        return Settings.tools(in, "mcp", McpServer::read);
    }

    private static OptionalDouble speed(Fields in) {
        var output = in.optionalObject("audio", "output");
        return output == null || Json.present(output.node(), "speed").isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(output.number("speed", 1, -Double.MAX_VALUE, Double.MAX_VALUE));
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

    /// The document, what MCP servers are told in confidence left out.
    @Override
    public String toString() {
        return "SessionConfig" + Settings.withoutSecrets(json);
    }

    /// Puts a session document together. Not thread-safe.
    public static final class Builder {
        private final ObjectNode json;

        private Builder(ObjectNode json) {
            this.json = json;
        }

        /// The model; ignored by the service once the session runs.
        public Builder model(String model) {
            json.put("model", model);
            return this;
        }

        /// What the model is told about itself and its task; empty text clears it.
        public Builder instructions(String instructions) {
            json.put("instructions", instructions);
            return this;
        }

        /// What responses are made of: `audio` (which always comes with a transcript) or `text`.
        public Builder outputModality(String modality) {
            Settings.outputModality(json, modality);
            return this;
        }

        /// Name of the voice. It cannot be changed once the model has spoken.
        public Builder voice(String voice) {
            output().put("voice", voice);
            return this;
        }

        /// A voice of the account's own, `voice_...`.
        public Builder customVoice(String id) {
            output().putObject("voice").put("id", id);
            return this;
        }

        /// How fast the answer is played, 0.25 to 1.5 times as it was spoken. Can only be changed between turns.
        public Builder speed(double factor) {
            if (!(factor >= 0.25 && factor <= 1.5)) {
                throw new IllegalArgumentException("expected a speed of 0.25 to 1.5, found " + factor);
            }
            output().put("speed", factor);
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
            return inputTranscription(model == null ? null : InputTranscription.with(model));
        }

        /// How the caller is transcribed; `null` switches it off.
        public Builder inputTranscription(@Nullable InputTranscription transcription) {
            input().set("transcription", transcription == null
                    ? JsonNodeFactory.instance.nullNode()
                    : transcription.toJson());
            return this;
        }

        /// `null` switches it off.
        public Builder noiseReduction(@Nullable NoiseReduction reduction) {
            input().set("noise_reduction", reduction == null
                    ? JsonNodeFactory.instance.nullNode()
                    : reduction.toJson());
            return this;
        }

        public Builder turnDetection(TurnDetection detection) {
            input().set("turn_detection", detection.toJson());
            return this;
        }

        /// The functions the model may call, in place of those before; none clears them. MCP servers stay.
        public Builder tools(List<FunctionTool> tools) {
            Settings.tools(json, "function", Json.array(tools, FunctionTool::toJson));
            return this;
        }

        /// The MCP servers whose tools the model may use, in place of those before; none clears them. Functions stay.
        public Builder mcpServers(List<McpServer> servers) {
            Settings.tools(json, "mcp", Json.array(servers, McpServer::raw));
            return this;
        }

        /// `auto`, `none` or `required`.
        public Builder toolChoice(String choice) {
            json.put("tool_choice", choice);
            return this;
        }

        public Builder toolChoice(ToolChoice choice) {
            json.set("tool_choice", choice.toJson());
            return this;
        }

        /// Whether the model may call several tools at once; 2.x models only.
        public Builder parallelToolCalls(boolean allowed) {
            json.put("parallel_tool_calls", allowed);
            return this;
        }

        /// How long the model thinks; 2.x models only.
        public Builder reasoning(ReasoningEffort effort) {
            Settings.reasoning(json, effort);
            return this;
        }

        /// Most tokens of one response, tool calls included: 1 to 4096.
        public Builder maxOutputTokens(int tokens) {
            Settings.maxOutputTokens(json, tokens);
            return this;
        }

        /// As many tokens as a response takes, which is how a session starts.
        public Builder unlimitedOutputTokens() {
            json.put("max_output_tokens", "inf");
            return this;
        }

        public Builder truncation(Truncation truncation) {
            json.set("truncation", truncation.toJson());
            return this;
        }

        public Builder tracing(Tracing tracing) {
            json.set("tracing", tracing.toJson());
            return this;
        }

        /// What events are to hold besides the usual, such as [#TRANSCRIPTION_LOGPROBS].
        public Builder include(List<String> fields) {
            json.set("include", Json.strings(fields));
            return this;
        }

        public Builder prompt(Prompt prompt) {
            json.set("prompt", prompt.toJson());
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
            return Settings.output(json);
        }
    }
}
