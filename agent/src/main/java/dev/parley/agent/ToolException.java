package dev.parley.agent;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Thrown by a tool that cannot do what was asked, with a sentence meant for the caller: the model gets it as the
/// output `{"error":"..."}`, followed by the exception's facts, if it has any. Any other exception is our own fault, is
/// logged, and tells the model nothing.
public class ToolException extends RuntimeException {
    private final transient Map<String, Object> facts;

    public ToolException(String sentence) {
        this(sentence, Map.of());
    }

    public ToolException(String sentence, Throwable cause) {
        super(sentence, cause);
        this.facts = Map.of();
    }

    /// @param facts what a program can act on, written as JSON beside the sentence: `{"error":"...","code":"..."}`
    public ToolException(String sentence, Map<String, ?> facts) {
        super(sentence);
        this.facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /// Whether the same call may succeed when it comes again, unchanged. The runner does not remember such a refusal, and
    /// runs the call once more when its id comes again: it is for tools that have done nothing.
    public boolean isRetryable() {
        return false;
    }

    /// In the order they are written; empty if the sentence says it all.
    public final Map<String, Object> facts() {
        return facts;
    }
}
