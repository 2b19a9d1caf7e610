package dev.parley.venue;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a tool answers: `success`, a sentence to speak, and members that programs read, in the order they were put.
final class Answer {
    private final ObjectNode json = JsonNodeFactory.instance.objectNode().put("success", true);

    private Answer() {}

    static Answer saying(String message) {
        return new Answer().with("message", message);
    }

    Answer with(String name, @Nullable String value) {
        json.put(name, value);
        return this;
    }

    Answer with(String name, long value) {
        json.put(name, value);
        return this;
    }

    Answer with(String name, boolean value) {
        json.put(name, value);
        return this;
    }

    /// Written with as many decimals as it has.
    Answer with(String name, BigDecimal value) {
        json.put(name, value);
        return this;
    }

    Answer with(String name, JsonNode value) {
        json.set(name, value);
        return this;
    }

    ObjectNode json() {
        return json;
    }
}
