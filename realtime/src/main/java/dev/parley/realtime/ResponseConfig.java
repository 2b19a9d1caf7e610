package dev.parley.realtime;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The overrides of a `response.create`, for that response only. A document like [SessionConfig].
public final class ResponseConfig {
    /// Nothing overridden.
    public static final ResponseConfig DEFAULT = new ResponseConfig(Json.object());

    private final ObjectNode json;

    private ResponseConfig(ObjectNode json) {
        this.json = json;
    }

    static ResponseConfig read(Fields in) {
        in.optionalString("instructions");
        return new ResponseConfig(in.node());
    }

    public static Builder builder() {
        return new Builder();
    }

    public JsonNode raw() {
        return json;
    }

    public boolean isDefault() {
        return json.isEmpty();
    }

    public Optional<String> instructions() {
        return Optional.ofNullable(json.get("instructions")).filter(JsonNode::isString).map(JsonNode::asString);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResponseConfig that && that.json.equals(json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    @Override
    public String toString() {
        return "ResponseConfig" + json;
    }

    /// Puts overrides together. Not thread-safe.
    public static final class Builder {
        private final ObjectNode json = Json.object();

        private Builder() {}

        public Builder instructions(String instructions) {
            json.put("instructions", instructions);
            return this;
        }

        /// `audio` or `text`.
        public Builder outputModality(String modality) {
            json.putArray("output_modalities").add(modality);
            return this;
        }

        /// Any other member, by its name on the wire.
        public Builder set(String name, JsonNode value) {
            json.set(name, value);
            return this;
        }

        public ResponseConfig build() {
            return new ResponseConfig(json.deepCopy());
        }
    }
}
