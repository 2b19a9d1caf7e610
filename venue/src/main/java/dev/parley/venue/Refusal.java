package dev.parley.venue;

import dev.parley.agent.ToolException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Something the venue does not do, with a sentence to speak, a code and details to act on. Nothing was changed.
public final class Refusal extends ToolException {
    private final ErrorCode code;
    private final transient Map<String, Object> details;

    public Refusal(ErrorCode code, String sentence) {
        this(code, sentence, Map.of());
    }

    /// @param details plain values, lists and maps of these, or Jackson's nodes; in the order they are written
    public Refusal(ErrorCode code, String sentence, Map<String, ?> details) {
        super(sentence, facts(code, details));
        this.code = code;
        this.details = Map.copyOf(details);
    }

    private static Map<String, Object> facts(ErrorCode code, Map<String, ?> details) {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("code", code.toString());
        facts.put("details", details);
        facts.put("retryable", code.isRetryable());
        return facts;
    }

    @Override
    public boolean isRetryable() {
        return code.isRetryable();
    }

    public ErrorCode code() {
        return code;
    }

    public Map<String, Object> details() {
        return details;
    }

    /// The sentence.
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
