package dev.parley.agent;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What a tool does that was made without a method; see [Toolbox.Builder#tool].
@FunctionalInterface
public interface ToolHandler {
    /// Runs once per `call_id`, with arguments that fit the tool's schema. Any thread may call it, several at once unless
    /// the tool's policy says otherwise.
    ///
    /// @return the output: a string as it is, anything else as JSON; null if there is nothing to answer
    /// @throws ToolException with a sentence meant for the caller
    /// @throws Exception if it failed; the model is told nothing but that
    @Nullable
    Object handle(ObjectNode arguments, ToolCallContext call) throws Exception;
}
