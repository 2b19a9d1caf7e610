package dev.parley.emulator;

import org.jspecify.annotations.Nullable;

/// A remote service that hears, thinks or speaks for the emulator failed. The response it was needed for fails with
/// `server_error`, or the transcription does; the session goes on. The message holds neither keys nor callers' words.
public final class FacultyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FacultyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
