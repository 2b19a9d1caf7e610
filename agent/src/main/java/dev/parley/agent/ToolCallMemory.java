package dev.parley.agent;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;

/// What became of every call id: the reason why none runs twice.
///
/// Results are forgotten, oldest first, when there are more than asked for or when they hold more than
/// [#MAX_CHARACTERS]; ids outlive their results and are only forgotten after [#MAX_IDS] more recent ones. If no results
/// are asked for, neither is kept. Not thread-safe: the runner's lock guards it.
final class ToolCallMemory {
    static final int MAX_CHARACTERS = 4 << 20;
    static final int MAX_IDS = 100_000;

    /// What to do about a call.
    sealed interface Admission {
        /// Its id is new: run it.
        record Fresh() implements Admission {}

        /// It is running; the listener will get its result.
        record Joined() implements Admission {}

        /// It has run, and gave this.
        record Replay(ToolResult result) implements Admission {}

        /// Its id belongs to a call with another name or other arguments.
        record Conflict() implements Admission {}

        /// It has run, and what it gave is gone.
        record Forgotten() implements Admission {}
    }

    private sealed interface Seen {
        record Running(ToolCall call, List<Consumer<ToolResult>> listeners) implements Seen {}

        record Answered(ToolCall call, ToolResult result) implements Seen {
            int characters() {
                return call.arguments().length() + result.output().length();
            }
        }
    }

    private final int maxResults;
    private final Map<String, Seen.Running> running = new HashMap<>();
    private final SequencedMap<String, Seen.Answered> answered = new LinkedHashMap<>();
    private final SequencedMap<String, Boolean> forgotten = new LinkedHashMap<>();
    private long characters;

    ToolCallMemory(int maxResults) {
        this.maxResults = maxResults;
    }

    Admission admit(ToolCall call, Consumer<ToolResult> listener) {
        var current = running.get(call.callId());
        if (current != null) {
            if (!current.call.equals(call)) {
                return new Admission.Conflict();
            }
            current.listeners.add(listener);
            return new Admission.Joined();
        }
        var past = answered.get(call.callId());
        if (past != null) {
            return past.call.equals(call) ? new Admission.Replay(past.result) : new Admission.Conflict();
        }
        if (forgotten.containsKey(call.callId())) {
            return new Admission.Forgotten();
        }
        running.put(call.callId(), new Seen.Running(call, new ArrayList<>(List.of(listener))));
        return new Admission.Fresh();
    }

    /// Records the result of a running call and returns who waits for it.
    List<Consumer<ToolResult>> settle(ToolResult result) {
        var ended = end(result.callId());
        if (maxResults == 0) {
            return List.copyOf(ended.listeners);
        }
        var entry = new Seen.Answered(ended.call, result);
        answered.put(result.callId(), entry);
        characters += entry.characters();
        forget();
        return List.copyOf(ended.listeners);
    }

    /// Forgets a running call as if it had never come, and returns who waits for it.
    List<Consumer<ToolResult>> forget(String callId) {
        return List.copyOf(end(callId).listeners);
    }

    private Seen.Running end(String callId) {
        var ended = running.remove(callId);
        if (ended == null) {
            throw new IllegalStateException("expected call " + callId + " to be running, found that it is not");
        }
        return ended;
    }

    private void forget() {
        while (answered.size() > maxResults || characters > MAX_CHARACTERS) {
            var eldest = answered.pollFirstEntry();
            characters -= eldest.getValue().characters();
            forgotten.put(eldest.getKey(), true);
        }
        if (forgotten.size() > MAX_IDS) {
            forgotten.pollFirstEntry();
        }
    }
}
