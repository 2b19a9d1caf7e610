package dev.parley.agent;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the service plays to the caller, as its `output_audio_buffer` events tell: which responses are being heard, and by
/// which item. Pure; confined to the conversation's thread.
final class FarPlayout {
    /// The item that brings a response's sound, until that has been heard.
    private final Map<String, String> items = new HashMap<>();
    private final Set<String> playing = new HashSet<>();

    /// A response is to bring sound.
    void announce(String responseId, String itemId) {
        // A response of several items is one sound.
        items.putIfAbsent(responseId, itemId);
    }

    /// A response begins to be heard.
    ///
    /// @return the item, empty if nobody announced one; nothing if it has begun before
    Optional<String> start(String responseId) {
        return playing.add(responseId) ? Optional.of(items.getOrDefault(responseId, "")) : Optional.empty();
    }

    /// A response has been heard, or what was left of it was dropped.
    void end(String responseId) {
        playing.remove(responseId);
        items.remove(responseId);
    }

    boolean isPlaying() {
        return !playing.isEmpty();
    }

    boolean isPlaying(String responseId) {
        return playing.contains(responseId);
    }
}
