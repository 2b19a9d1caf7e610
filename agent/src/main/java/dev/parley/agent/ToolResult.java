package dev.parley.agent;

import dev.parley.agent.ToolOutcome.Failed;
import dev.parley.agent.ToolOutcome.Succeeded;
import java.time.Duration;
import java.util.Map;

/// What goes back to the model for one [ToolCall], whatever happened: `output` is always fit for the protocol's
/// `function_call_output`.
///
/// @param callId the `call_id` it answers
/// @param output the tool's result, or a JSON object `{"error":"a sentence the model can act on or speak"}`
///        with the facts of a [ToolException] beside it
/// @param outcome how the call ended
/// @param took from the start of the call to its result
public record ToolResult(String callId, String output, ToolOutcome outcome, Duration took) {

    static ToolResult succeeded(String callId, String output, Duration took) {
        return new ToolResult(callId, output, new Succeeded(), took);
    }

    static ToolResult failed(String callId, ToolFailure reason, String message, Duration took) {
        return failed(callId, reason, message, Map.of(), took);
    }

    static ToolResult failed(String callId, ToolFailure reason, String message, Map<String, Object> facts,
            Duration took) {
        return new ToolResult(callId, ToolJson.error(message, facts), new Failed(reason, message), took);
    }

    public boolean succeeded() {
        return switch (outcome) {
            case Succeeded _ -> true;
            case Failed _ -> false;
        };
    }

    /// Leaves the output and the message out: they may hold the caller's words.
    @Override
    public String toString() {
        var how = switch (outcome) {
            case Succeeded _ -> "succeeded";
            case Failed(var reason, var _) -> reason.toString();
        };
        return "ToolResult[" + callId + ", " + how + ", " + output.length() + " characters, " + took + "]";
    }
}
