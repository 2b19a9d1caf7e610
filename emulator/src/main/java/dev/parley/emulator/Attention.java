package dev.parley.emulator;

import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the model has taken in since its last response, and what that cost. Confined to the session's thread.
final class Attention {
    private final List<Mind.ToolOutput> toolOutputs = new ArrayList<>();
    private Optional<String> lastWords = Optional.empty();
    private boolean callerHasSpoken;
    private long textTokens;
    private long audioTokens;

    /// The caller said something that is not made out yet, or could not be.
    void callerSpoke() {
        callerHasSpoken = true;
        lastWords = Optional.empty();
    }

    /// The caller said, or wrote, this.
    void callerSaid(String words) {
        callerHasSpoken = true;
        lastWords = Optional.of(words);
    }

    void toolAnswered(Mind.ToolOutput output) {
        toolOutputs.add(output);
        read(output.output());
    }

    /// Text came in; a token is about four characters.
    void read(String text) {
        textTokens += (text.length() + 3) / 4;
    }

    void readTokens(long tokens) {
        textTokens += tokens;
    }

    /// Sound came in; a token is 100 ms of it.
    void listened(long millis) {
        audioTokens += millis / 100;
    }

    long textTokens() {
        return textTokens;
    }

    long audioTokens() {
        return audioTokens;
    }

    /// How things stand for a response; one beside the conversation answers no function of it.
    Mind.Situation situation(String instructions, List<Item> conversation, List<FunctionTool> tools,
            boolean inConversation) {
        return new Mind.Situation(instructions, conversation, tools, lastWords, callerHasSpoken,
                inConversation ? toolOutputs : List.of());
    }

    /// A response that writes the conversation has dealt with all of it.
    void settle() {
        callerHasSpoken = false;
        toolOutputs.clear();
    }
}
