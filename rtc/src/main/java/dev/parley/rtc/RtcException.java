package dev.parley.rtc;

/// What goes wrong with a peer connection. The message says what was expected, what was found and what to do.
public class RtcException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RtcException(String message) {
        super(message);
    }

    public RtcException(String message, Throwable cause) {
        super(message, cause);
    }
}
