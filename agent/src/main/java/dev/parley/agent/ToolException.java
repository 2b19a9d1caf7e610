package dev.parley.agent;

/// Thrown by a tool that cannot do what was asked, with a sentence meant for the caller: the model gets it as the
/// output `{"error":"..."}`. Any other exception is our own fault, is logged, and tells the model nothing.
public class ToolException extends RuntimeException {
    public ToolException(String sentence) {
        super(sentence);
    }

    public ToolException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
