package dev.parley.emulator;

/// A scenario that cannot be read or does not make sense.
public final class ScenarioException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ScenarioException(String message, Throwable cause) {
        super(message, cause);
    }

    ScenarioException(String message) {
        super(message);
    }
}
