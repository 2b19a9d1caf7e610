package dev.parley.media.device;

import java.io.IOException;

/// A microphone or a loudspeaker is not there or does not work; the message says what to do.
public final class SoundDeviceException extends IOException {
    SoundDeviceException(String message) {
        super(message);
    }

    SoundDeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
