package dev.parley.realtime;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Root of everything this library throws about a session or its far side.
public class RealtimeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RealtimeException(String message) {
        super(message);
    }

    public RealtimeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// What was expected, what was found, and where it helps, what to do.
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
