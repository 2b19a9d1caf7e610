package dev.parley.agent;

import tools.jackson.databind.JsonNode;

/// Looks at what a tool is about to be given, and at what it is about to answer: allows it, replaces it, or refuses it
/// with a reason the model is told.
///
/// A guard sees arguments that fit the tool's schema, as a copy of its own; what it puts in their place is checked again.
/// It sees results as the text the model would be given, a [ToolException]'s sentence included. A guard that throws has
/// refused: the log has its exception, the model is told that the check failed. Guards run on the tool's thread and within
/// its deadline, several at once; they should be functions of what they are given.
public interface ToolGuard {
    /// Lets everything pass.
    ToolGuard NONE = new ToolGuard() {};

    /// What becomes of a value.
    sealed interface Decision<T> {
        /// It passes as it is.
        record Allow<T>() implements Decision<T> {}

        /// Another one passes in its place.
        record Replace<T>(T value) implements Decision<T> {}

        /// It does not pass; `reason` is a sentence for the model.
        record Refuse<T>(String reason) implements Decision<T> {}
    }

    static <T> Decision<T> allow() {
        return new Decision.Allow<>();
    }

    static <T> Decision<T> replace(T value) {
        return new Decision.Replace<>(value);
    }

    static <T> Decision<T> refuse(String reason) {
        return new Decision.Refuse<>(reason);
    }

    /// Before the tool runs. If this refuses, it does not run.
    default Decision<JsonNode> arguments(ToolCallContext call, JsonNode arguments) {
        return allow();
    }

    /// After the tool has run, before the model hears of it.
    default Decision<String> result(ToolCallContext call, String output) {
        return allow();
    }

    /// This guard, and then the next: it sees what this one lets through.
    default ToolGuard then(ToolGuard next) {
        return new GuardChain(this, next);
    }

    /// A guard of arguments alone.
    static ToolGuard ofArguments(ArgumentCheck check) {
        return new ToolGuard() {
            @Override
            public Decision<JsonNode> arguments(ToolCallContext call, JsonNode arguments) {
                return check.decide(call, arguments);
            }
        };
    }

    /// A guard of results alone.
    static ToolGuard ofResults(ResultCheck check) {
        return new ToolGuard() {
            @Override
            public Decision<String> result(ToolCallContext call, String output) {
                return check.decide(call, output);
            }
        };
    }

    /// See [ToolGuard#arguments].
    @FunctionalInterface
    interface ArgumentCheck {
        Decision<JsonNode> decide(ToolCallContext call, JsonNode arguments);
    }

    /// See [ToolGuard#result].
    @FunctionalInterface
    interface ResultCheck {
        Decision<String> decide(ToolCallContext call, String output);
    }
}
