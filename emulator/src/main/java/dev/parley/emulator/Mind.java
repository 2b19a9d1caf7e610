package dev.parley.emulator;

import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import dev.parley.realtime.ToolChoice;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// What the emulated model thinks: given how the conversation stands, what it says or calls next.
///
/// One mind belongs to one session. It may be asked about several responses at once, each on a thread of its own, and may
/// take its time: the session goes on meanwhile.
public interface Mind {
    /// Gives `out` one thought after the other; each is said or called as soon as it is there. Interrupted when nobody waits
    /// for it any more.
    ///
    /// @throws InterruptedException if it was interrupted
    void respond(Situation situation, Consumer<Thought> out) throws InterruptedException;

    /// How the conversation stands when a response begins.
    ///
    /// @param instructions what the model was told about itself and its task
    /// @param conversation the items so far; what the caller said holds the words that were made out, if any were
    /// @param tools the functions it may call; none when the client forbids calls, one when it names one
    /// @param lastWords what the caller last said; empty when that could not be understood
    /// @param callerHasSpoken whether the caller has said anything since the last response
    /// @param toolOutputs what functions have answered since the last response
    /// @param toolChoice whether it may, must or must not call one
    record Situation(String instructions, List<Item> conversation, List<FunctionTool> tools, Optional<String> lastWords,
            boolean callerHasSpoken, List<ToolOutput> toolOutputs, ToolChoice toolChoice) {
        public Situation {
            conversation = List.copyOf(conversation);
            tools = List.copyOf(tools);
            toolOutputs = List.copyOf(toolOutputs);
        }

        /// With the choice left to the model.
        public Situation(String instructions, List<Item> conversation, List<FunctionTool> tools,
                Optional<String> lastWords, boolean callerHasSpoken, List<ToolOutput> toolOutputs) {
            this(instructions, conversation, tools, lastWords, callerHasSpoken, toolOutputs, new ToolChoice.Auto());
        }

        /// Names of the functions it may call.
        public Set<String> toolNames() {
            return tools.stream().map(FunctionTool::name).collect(Collectors.toUnmodifiableSet());
        }
    }

    /// What a function answered.
    record ToolOutput(String callId, String output) {}

    /// A piece of a response.
    sealed interface Thought {
        /// Say this. What is said without a call in between is one message.
        record Say(String text) implements Thought {}

        /// Call this function; `arguments` is a JSON object.
        record CallFunction(String name, String arguments) implements Thought {}
    }
}
