package dev.parley.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The calls of a conversation, from the model's asking to the response that takes up their outputs.
///
/// An output counts as answered once a response begins that we asked for after sending it, or any response after the
/// server has acknowledged it. Pure; confined to the conversation's thread.
final class OpenCalls {
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, Instant> running = new LinkedHashMap<>();
    private final Set<String> sent = new HashSet<>();
    private final Set<String> acknowledged = new HashSet<>();
    /// Outputs sent before the outstanding `response.create`: the response it starts answers them.
    private final Set<String> requested = new HashSet<>();

    /// False for a call that was seen before.
    boolean begin(String callId, String name, Instant now) {
        if (names.putIfAbsent(callId, name) != null) {
            return false;
        }
        running.put(callId, now);
        return true;
    }

    /// The output of a running call is on its way to the service.
    ///
    /// @return how long the call took; empty when it is not running
    Optional<Duration> finish(String callId, Instant now) {
        var began = running.remove(callId);
        if (began == null) {
            return Optional.empty();
        }
        sent.add(callId);
        return Optional.of(Duration.between(began, now));
    }

    String name(String callId) {
        return names.getOrDefault(callId, "");
    }

    /// The calls that run, in the order they began.
    List<String> running() {
        return List.copyOf(running.keySet());
    }

    boolean areRunning() {
        return !running.isEmpty();
    }

    /// Whether outputs wait for a response to take them up.
    boolean awaitAnswer() {
        return !sent.isEmpty() || !acknowledged.isEmpty();
    }

    /// The service has taken the output into the conversation.
    void acknowledge(String callId) {
        if (sent.remove(callId)) {
            acknowledged.add(callId);
        }
    }

    /// The service has refused the output.
    void refuse(String callId) {
        sent.remove(callId);
    }

    /// A response is being asked for.
    void request() {
        requested.clear();
        requested.addAll(sent);
    }

    /// A response has begun.
    ///
    /// @param isOurs whether it is the one we asked for
    void answer(boolean isOurs) {
        if (isOurs) {
            sent.removeAll(requested);
        }
        acknowledged.clear();
    }

    /// Nobody is to be asked any more about the outputs there are.
    void giveUp() {
        sent.clear();
        acknowledged.clear();
    }
}
