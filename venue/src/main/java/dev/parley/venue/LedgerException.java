package dev.parley.venue;

/// The ledger cannot be opened or used. The message says what was expected, what was found and what to do; it holds
/// neither amounts nor names.
public class LedgerException extends RuntimeException {
    public LedgerException(String message) {
        super(message);
    }

    public LedgerException(String message, Throwable cause) {
        super(message, cause);
    }
}
