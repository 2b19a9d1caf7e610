package dev.parley.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What has come to the model's notice since its last response. Confined to the session's thread.
final class Attention {
    private final List<Mind.ToolOutput> toolOutputs = new ArrayList<>();
    private Optional<String> lastWords = Optional.empty();
    private boolean callerHasSpoken;
    /// The last item of the caller.
    private @Nullable String lastItem;

    /// The caller said something that is not made out yet, or could not be.
    void callerSpoke(String itemId) {
        callerHasSpoken = true;
        lastWords = Optional.empty();
        lastItem = itemId;
    }

    /// The caller wrote this.
    void callerWrote(String itemId, String words) {
        callerSpoke(itemId);
        lastWords = Optional.of(words);
    }

    /// It was made out what the caller said. Slow ears may report on what is no longer the last thing said.
    void heard(String itemId, String words) {
        if (itemId.equals(lastItem)) {
            callerHasSpoken = true;
            lastWords = Optional.of(words);
        }
    }

    /// The item was taken out of the conversation.
    void forget(String itemId) {
        if (itemId.equals(lastItem)) {
            lastItem = null;
            lastWords = Optional.empty();
        }
    }

    void toolAnswered(Mind.ToolOutput output) {
        toolOutputs.add(output);
    }

    Optional<String> lastWords() {
        return lastWords;
    }

    boolean callerHasSpoken() {
        return callerHasSpoken;
    }

    List<Mind.ToolOutput> toolOutputs() {
        return List.copyOf(toolOutputs);
    }

    /// A response that writes the conversation has dealt with all of it.
    void settle() {
        callerHasSpoken = false;
        toolOutputs.clear();
    }
}
