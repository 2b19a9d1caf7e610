package dev.parley.rtc;

import java.io.IOException;

/// Where one message ends and the next begins in a stream with a TURN server (RFC 8656 section 12.5, RFC 8489 section 6.2.2):
/// both kinds bear their length in the bytes 2 and 3.
final class TurnFrames {
    /// So many bytes tell how long the message is.
    static final int START = 4;

    private TurnFrames() {}

    /// The length of the whole message that begins so, padding included.
    ///
    /// @throws IOException if none begins so
    static int frame(byte[] start) throws IOException {
        var length = Wire.u16(start, 2);
        return switch (start[0] & 0xC0) {
            case 0x00 -> StunMessage.HEADER_LENGTH + length;
            case 0x40 -> TurnClient.CHANNEL_HEADER_LENGTH + (length + 3 & ~3);
            default -> throw new IOException("expected a message of TURN in the stream, found one that begins with "
                    + (start[0] & 0xFF));
        };
    }
}
