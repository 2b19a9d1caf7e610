package dev.parley.agent;

import java.time.Duration;

/// What is said about a call, before it is known how long it took.
sealed interface Verdict {
    record Output(String text) implements Verdict {}

    record Excuse(ToolFailure reason, String message) implements Verdict {}

    default ToolResult result(ToolCall call, Duration took) {
        return switch (this) {
            case Output(var text) -> ToolResult.succeeded(call.callId(), text, took);
            case Excuse(var reason, var message) -> ToolResult.failed(call.callId(), reason, message, took);
        };
    }
}
