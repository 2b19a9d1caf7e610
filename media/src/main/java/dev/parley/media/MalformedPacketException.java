package dev.parley.media;

import java.io.IOException;

/// Says why bytes from the network are not the packet they should be: what was expected and what was found.
public final class MalformedPacketException extends IOException {
    MalformedPacketException(String message) {
        super(message);
    }

    // Packets are malformed when somebody wants them to be: a trace of the stack would only cost time.
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
