package dev.parley.agent;

import tools.jackson.databind.JsonNode;

/// What a tool may know about the call that runs it. A [Tool] method that declares a parameter of this type gets it;
/// the model never sees that parameter.
///
/// @param callId the protocol's `call_id`: the key under which work must happen at most once within the conversation
/// @param name the tool's name
/// @param conversation the name of the conversation, as the [ToolRunner] was told it; empty if it was told none
/// @param arguments as they came, before they were read; not to be changed
public record ToolCallContext(String callId, String name, String conversation, JsonNode arguments) {

    /// Leaves the arguments out: they may hold the caller's words.
    @Override
    public String toString() {
        return "ToolCallContext[" + callId + ", " + name + ", " + conversation + "]";
    }
}
