package dev.parley.agent;

import java.util.List;
import java.util.stream.Collectors;

/// The model's arguments do not fit the tool; the message is a sentence the model can act on.
final class BadArgumentsException extends RuntimeException {
    private static final int MAX_PROBLEMS = 5;

    BadArgumentsException(String sentence) {
        super(sentence);
    }

    /// The first of many problems: a model that is told of hundreds acts on none.
    BadArgumentsException(List<String> problems) {
        this(problems.stream().limit(MAX_PROBLEMS).collect(Collectors.joining("; ")));
    }
}
