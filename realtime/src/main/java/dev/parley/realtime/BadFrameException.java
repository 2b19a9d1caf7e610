package dev.parley.realtime;

import java.io.IOException;

/// The far side sent what RFC 6455 or a limit of this side does not allow. Carries the close code it deserves (section 7.4.1).
final class BadFrameException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Close close;

    BadFrameException(Close close) {
        super(close.reason());
        this.close = close;
    }

    static BadFrameException protocol(String expected, String found) {
        return new BadFrameException(
                new Close(Close.PROTOCOL_ERROR, "expected " + expected + ", found " + found));
    }

    /// What to tell the far side, and whoever asks how the session ended.
    Close close() {
        return close;
    }
}
