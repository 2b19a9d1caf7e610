package dev.parley.agent;

import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Response;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ToolChoice;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the agent says while a tool takes long.
///
/// The sentence is spoken by a response beside the conversation (`conversation: none`) that is given nothing but the
/// sentence: it takes no slot, costs next to nothing, and leaves no trace in what the model remembers. Each call has its
/// sentence said at most once, one sentence is said at a time. Pure; confined to the conversation's thread.
final class Meanwhile {
    static final Duration TIMEOUT = Duration.ofSeconds(10);
    static final String EVENT = "progress_";

    private static final String LABEL = "parley_progress";

    /// Calls that have their sentence still to be said.
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();
    /// Calls whose sentence was asked for and is not wanted any more, before its response had a name.
    private final Set<String> unwanted = new HashSet<>();
    /// The call whose sentence is being said.
    private @Nullable String saying;
    private @Nullable String responseId;
    private @Nullable Instant deadline;

    record Waiting(String callId, String sentence, Duration after, Instant began) {
        Instant due(Instant silentSince) {
            return (silentSince.isAfter(began) ? silentSince : began).plus(after);
        }
    }

    void begin(String callId, ToolPolicy policy, Instant now) {
        if (policy.hasProgress()) {
            waiting.put(callId, new Waiting(callId, policy.progress(), policy.progressAfter(), now));
        }
    }

    void finish(String callId) {
        waiting.remove(callId);
    }

    /// Whether a sentence has been asked for and is not over.
    boolean isSaying() {
        return saying != null;
    }

    /// The call whose sentence is due, the caller having heard nothing since `silentSince`.
    Optional<Waiting> due(Instant silentSince, Instant now) {
        return waiting.values().stream().filter(one -> !now.isBefore(one.due(silentSince))).findFirst();
    }

    /// When one will be due; empty when none is waiting.
    Optional<Instant> nextDue(Instant silentSince) {
        return waiting.values().stream().map(one -> one.due(silentSince)).min(Instant::compareTo);
    }

    /// When the sentence being said is given up.
    Optional<Instant> deadline() {
        return Optional.ofNullable(deadline);
    }

    /// The request to say a sentence.
    ClientEvent say(Waiting one, Instant now) {
        waiting.remove(one.callId);
        saying = one.callId;
        responseId = null;
        deadline = now.plus(TIMEOUT);
        return new ClientEvent.ResponseCreate(ResponseConfig.builder()
                .outOfBand()
                .metadata(Map.of(LABEL, shortened(one.callId)))
                .input(List.of())
                .instructions("Say exactly this sentence, in the language it is written in, and nothing else: "
                        + one.sentence)
                .tools(List.of())
                .toolChoice(new ToolChoice.None())
                .build()).withEventId(EVENT + one.callId);
    }

    /// Whether this response says one of our sentences.
    static boolean isOurs(Response response) {
        return !response.isInConversation() && !label(response).isEmpty();
    }

    /// One of our responses has begun.
    ///
    /// @return whether it is still wanted
    boolean begin(Response response) {
        var callId = label(response);
        if (unwanted.remove(callId) || saying == null || !shortened(saying).equals(callId)) {
            return false;
        }
        responseId = response.id();
        return true;
    }

    void end(Response response) {
        unwanted.remove(label(response));
        if (response.id().equals(responseId)) {
            clear();
        }
    }

    /// The request was refused.
    void refuse(String callId) {
        unwanted.remove(shortened(callId));
        if (callId.equals(saying)) {
            clear();
        }
    }

    /// Nobody is to hear the rest.
    ///
    /// @return the response to cancel, if it has begun
    Optional<String> stop() {
        var running = Optional.ofNullable(responseId);
        if (saying != null && running.isEmpty()) {
            unwanted.add(shortened(saying));
        }
        clear();
        return running;
    }

    private void clear() {
        saying = null;
        responseId = null;
        deadline = null;
    }

    private static String label(Response response) {
        return response.raw().path("metadata").path(LABEL).asString("");
    }

    /// Labels may have 512 characters.
    private static String shortened(String callId) {
        return callId.length() <= 512 ? callId : callId.substring(0, 512);
    }
}
