package dev.parley.agent;

/// The model's arguments do not fit the tool; the message is a sentence the model can act on.
final class BadArgumentsException extends RuntimeException {
    BadArgumentsException(String sentence) {
        super(sentence);
    }
}
