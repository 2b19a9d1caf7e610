package dev.parley.emulator;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the emulated model thinks: given how the conversation stands, what it says or calls next.
///
/// One mind belongs to one session and is asked by one thread.
interface Mind {
    /// What to do now.
    List<Thought> respond(Situation situation);

    /// How the conversation stands when a response begins.
    ///
    /// @param lastWords what the caller last said; empty when that could not be understood
    /// @param callerHasSpoken whether the caller has said anything since the last response
    /// @param toolOutputs what functions have answered since the last response
    /// @param offeredTools names of the functions the session offers
    record Situation(Optional<String> lastWords, boolean callerHasSpoken, List<ToolOutput> toolOutputs,
            Set<String> offeredTools) {
        public Situation {
            toolOutputs = List.copyOf(toolOutputs);
            offeredTools = Set.copyOf(offeredTools);
        }
    }

    /// What a function answered.
    record ToolOutput(String callId, String output) {}

    /// A piece of a response.
    sealed interface Thought {
        /// Say this.
        record Say(String text) implements Thought {}

        /// Call this function; `arguments` is a JSON object.
        record CallFunction(String callId, String name, String arguments) implements Thought {}
    }
}
