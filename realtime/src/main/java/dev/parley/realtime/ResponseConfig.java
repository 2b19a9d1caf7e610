package dev.parley.realtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The overrides of a `response.create` (protocol section 4), for that response only. A document like [SessionConfig].
public final class ResponseConfig {
    /// Nothing overridden.
    public static final ResponseConfig DEFAULT = new ResponseConfig(Json.object());

    private final ObjectNode json;

    private ResponseConfig(ObjectNode json) {
        this.json = json;
    }

    static ResponseConfig read(Fields in) {
        in.optionalString("instructions");
        in.optionalString("conversation");
        in.strings("output_modalities");
        var format = in.optionalObject("audio", "output", "format");
        if (format != null) {
            AudioEncoding.read(format);
        }
        Settings.tools(in, "function", FunctionTool::read);
        Settings.tools(in, "mcp", McpServer::read);
        ToolChoice.read(in);
        Prompt.read(in);
        ReasoningEffort.read(in);
        Settings.maxOutputTokens(in);
        Settings.parallelToolCalls(in);
        in.optionalObject("metadata");
        in.list("input", Item::read);
        return new ResponseConfig(in.node());
    }

    public static Builder builder() {
        return new Builder(Json.object());
    }

    /// A builder that starts from this document.
    public Builder toBuilder() {
        return new Builder(json.deepCopy());
    }

    public JsonNode raw() {
        return json;
    }

    public boolean isDefault() {
        return json.isEmpty();
    }

    public Optional<String> instructions() {
        return Json.text(json, "instructions");
    }

    /// `audio` or `text`; empty when not overridden.
    public List<String> outputModalities() {
        return Fields.of(json).strings("output_modalities");
    }

    public Optional<String> voice() {
        return Settings.voice(json);
    }

    public Optional<AudioEncoding> outputEncoding() {
        return Optional.ofNullable(Fields.of(json).optionalObject("audio", "output", "format"))
                .map(AudioEncoding::read);
    }

    /// Whether the response stays out of the conversation.
    public boolean isOutOfBand() {
        return Json.text(json, "conversation").filter("none"::equals).isPresent();
    }

    /// The application's own labels, which the response carries.
    public Map<String, String> metadata() {
        return Fields.of(json).texts("metadata");
    }

    /// What the model is given in place of the conversation; empty when it is given that.
    public Optional<List<Item>> input() {
        return Json.present(json, "input").map(_ -> Fields.of(json).list("input", Item::read));
    }

    public List<FunctionTool> tools() {
        return Settings.tools(Fields.of(json), "function", FunctionTool::read);
    }

    public Optional<ToolChoice> toolChoice() {
        return ToolChoice.read(Fields.of(json));
    }

    /// Most tokens of the response; empty when there is no limit or none is mentioned.
    public OptionalInt maxOutputTokens() {
        return Settings.maxOutputTokens(Fields.of(json));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResponseConfig that && that.json.equals(json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    /// The document, what MCP servers are told in confidence left out.
    @Override
    public String toString() {
        return "ResponseConfig" + Settings.withoutSecrets(json);
    }

    /// Puts overrides together. Not thread-safe.
    public static final class Builder {
        private static final int MAX_PAIRS = 16;
        private static final int MAX_KEY = 64;
        private static final int MAX_VALUE = 512;

        private final ObjectNode json;

        private Builder(ObjectNode json) {
            this.json = json;
        }

        public Builder instructions(String instructions) {
            json.put("instructions", instructions);
            return this;
        }

        /// `audio` or `text`.
        public Builder outputModality(String modality) {
            Settings.outputModality(json, modality);
            return this;
        }

        /// Refused by the service once the session has spoken in another voice.
        public Builder voice(String voice) {
            Settings.output(json).put("voice", voice);
            return this;
        }

        public Builder outputEncoding(AudioEncoding encoding) {
            Settings.output(json).set("format", encoding.toJson());
            return this;
        }

        /// Keeps the response out of the conversation: it is not remembered, and runs beside others.
        public Builder outOfBand() {
            json.put("conversation", "none");
            return this;
        }

        /// The application's own labels, to tell responses apart by: 16 at most, names of up to 64 characters, values of
        /// up to 512.
        public Builder metadata(Map<String, String> labels) {
            if (labels.size() > MAX_PAIRS) {
                throw new IllegalArgumentException(
                        "expected at most " + MAX_PAIRS + " labels, found " + labels.size());
            }
            var sorted = new TreeMap<>(labels);
            sorted.forEach((name, value) -> {
                if (name.length() > MAX_KEY || value.length() > MAX_VALUE) {
                    throw new IllegalArgumentException("expected labels of at most " + MAX_KEY + " and " + MAX_VALUE
                            + " characters, found " + name.length() + " and " + value.length());
                }
            });
            sorted.forEach(json.putObject("metadata")::put);
            return this;
        }

        /// What the model is given in place of the conversation, items and [references][Item#reference]; none is an empty
        /// context.
        public Builder input(List<? extends Item> items) {
            json.set("input", Json.array(items, Item::raw));
            return this;
        }

        /// The functions the model may call, in place of the session's.
        public Builder tools(List<FunctionTool> tools) {
            Settings.tools(json, "function", Json.array(tools, FunctionTool::toJson));
            return this;
        }

        /// The MCP servers whose tools the model may use, in place of the session's.
        public Builder mcpServers(List<McpServer> servers) {
            Settings.tools(json, "mcp", Json.array(servers, McpServer::raw));
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

        /// Most tokens of the response, tool calls included: 1 to 4096.
        public Builder maxOutputTokens(int tokens) {
            Settings.maxOutputTokens(json, tokens);
            return this;
        }

        public Builder prompt(Prompt prompt) {
            json.set("prompt", prompt.toJson());
            return this;
        }

        /// Any other member, by its name on the wire.
        public Builder set(String name, JsonNode value) {
            json.set(name, value);
            return this;
        }

        public ResponseConfig build() {
            return read(Fields.of(json.deepCopy()));
        }
    }
}
