package dev.parley.emulator;

/// The emulator could not be started.
public final class EmulatorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EmulatorException(String message, Throwable cause) {
        super(message, cause);
    }
}
