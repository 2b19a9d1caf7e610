package dev.parley.agent;

import java.time.Duration;
import java.util.Map;

/// What is said about a call, before it is known how long it took.
sealed interface Verdict {
    record Output(String text) implements Verdict {}

    /// There is no output, and this is said instead.
    ///
    /// @param facts written beside the message
    /// @param isPassing whether nothing was done, and the same call may succeed when it comes again
    record Excuse(ToolFailure reason, String message, Map<String, Object> facts, boolean isPassing)
            implements
                Verdict {
        Excuse(ToolFailure reason, String message) {
            this(reason, message, Map.of(), reason == ToolFailure.BUSY);
        }
    }

    /// Whether it is the call's one answer, however often it comes.
    default boolean isFinal() {
        return !(this instanceof Excuse excuse && excuse.isPassing());
    }

    default ToolResult result(ToolCall call, Duration took) {
        return switch (this) {
            case Output(var text) -> ToolResult.succeeded(call.callId(), text, took);
            case Excuse(var reason, var message, var facts, var _) ->
                ToolResult.failed(call.callId(), reason, message, facts, took);
        };
    }
}
