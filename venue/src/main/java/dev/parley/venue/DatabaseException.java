package dev.parley.venue;

/// The database cannot be opened or used. The message says what was expected, what was found and what to do; it holds
/// neither amounts nor names.
public class DatabaseException extends RuntimeException {
    private final boolean isPassing;

    public DatabaseException(String message) {
        super(message);
        this.isPassing = false;
    }

    public DatabaseException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private DatabaseException(String message, Throwable cause, boolean isPassing) {
        super(message, cause);
        this.isPassing = isPassing;
    }

    static DatabaseException passing(String message, Throwable cause) {
        return new DatabaseException(message, cause, true);
    }

    /// Whether the same request may succeed when it is made again: others were in the way, or the server was away.
    public boolean isPassing() {
        return isPassing;
    }
}
