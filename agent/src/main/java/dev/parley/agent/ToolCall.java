package dev.parley.agent;

/// A function call as the model sent it; nothing in it has been checked.
///
/// @param callId the protocol's `call_id`
/// @param name the tool's name
/// @param arguments JSON text
public record ToolCall(String callId, String name, String arguments) {

    /// Leaves the arguments out: they may hold the caller's words.
    @Override
    public String toString() {
        return "ToolCall[" + callId + ", " + name + ", " + arguments.length() + " characters]";
    }
}
