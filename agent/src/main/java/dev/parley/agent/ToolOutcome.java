package dev.parley.agent;

/// How a tool call ended.
public sealed interface ToolOutcome {

    /// The tool ran and gave a result.
    record Succeeded() implements ToolOutcome {}

    /// There is no result; `message` is the sentence the model was given instead.
    record Failed(ToolFailure reason, String message) implements ToolOutcome {}
}
