package dev.parley.media;

import java.io.IOException;

/// Says why bytes are not audio we can read: what was expected, what was found and what to do about it.
public final class WavFormatException extends IOException {
    WavFormatException(String message) {
        super(message);
    }

    WavFormatException(String message, Exception cause) {
        super(message, cause);
    }
}
