package dev.parley.realtime;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A session that could not be opened.
public final class ConnectException extends RealtimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    ConnectException(String message, int status, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /// The HTTP status that refused the upgrade; empty when no HTTP answer came.
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }
}
