package dev.parley.agent;

import java.time.Duration;
import java.util.Map;

/// What is said about a call, before it is known how long it took.
sealed interface Verdict {
    record Output(String text) implements Verdict {}

    /// There is no output, and this is said instead.
    ///
    /// @param facts written beside the message
    record Excuse(ToolFailure reason, String message, Map<String, Object> facts) implements Verdict {
        Excuse(ToolFailure reason, String message) {
            this(reason, message, Map.of());
        }
    }

    default ToolResult result(ToolCall call, Duration took) {
        return switch (this) {
            case Output(var text) -> ToolResult.succeeded(call.callId(), text, took);
            case Excuse(var reason, var message, var facts) ->
                ToolResult.failed(call.callId(), reason, message, facts, took);
        };
    }
}
