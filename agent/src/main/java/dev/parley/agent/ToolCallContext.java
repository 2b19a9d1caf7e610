package dev.parley.agent;

/// What a tool may know about the call that runs it. A [Tool] method that declares a parameter of this type gets it;
/// the model never sees that parameter.
///
/// @param callId the protocol's `call_id`: the key under which work must happen at most once
/// @param name the tool's name
public record ToolCallContext(String callId, String name) {}
