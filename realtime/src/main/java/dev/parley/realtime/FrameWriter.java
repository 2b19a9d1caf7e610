package dev.parley.realtime;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;

/// Writes what a client sends as WebSocket frames (RFC 6455 sections 5.2 and 5.3), each message in one.
///
/// A frame that fits the buffer leaves in one write, a larger one buffer by buffer. The buffer is kept and grows with what is
/// sent. Not thread-safe.
final class FrameWriter {
    private static final int FIRST_BUFFER = 512;
    private static final int LARGEST_BUFFER = 16 * 1_024;

    private final OutputStream out;
    private final IntSupplier keys;
    private byte[] buffer = new byte[FIRST_BUFFER];

    /// @param keys a key for each frame, its first byte the highest
    FrameWriter(OutputStream out, IntSupplier keys) {
        this.out = out;
        this.keys = keys;
    }

    void text(String message) throws IOException {
        frame(FrameHeader.TEXT, message.getBytes(StandardCharsets.UTF_8));
    }

    void ping() throws IOException {
        frame(FrameHeader.PING, new byte[0]);
    }

    void pong(byte[] payload) throws IOException {
        frame(FrameHeader.PONG, payload);
    }

    void close(Close how) throws IOException {
        frame(FrameHeader.CLOSE, CloseFrame.write(how));
    }

    private void frame(int opcode, byte[] payload) throws IOException {
        int key = keys.getAsInt();
        makeRoom(FrameHeader.MAX_SIZE + payload.length);
        int at = FrameHeader.write(buffer, opcode, payload.length, key);
        int done = 0;
        do {
            int length = Math.min(payload.length - done, buffer.length - at);
            Masking.copy(payload, done, buffer, at, length, key, done);
            out.write(buffer, 0, at + length);
            done += length;
            at = 0;
        } while (done < payload.length);
    }

    private void makeRoom(int wanted) {
        if (buffer.length < wanted && buffer.length < LARGEST_BUFFER) {
            int powerOfTwo = wanted > LARGEST_BUFFER / 2 ? LARGEST_BUFFER : Integer.highestOneBit(wanted) << 1;
            buffer = new byte[powerOfTwo];
        }
    }
}
