package dev.parley.realtime;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Makes messages of the bytes a server sends (RFC 6455 sections 5 and 8.1), however they are cut into frames and reads.
///
/// A message in one frame that fits the buffer is read where it lies. Any other grows as it arrives, never by what is only
/// announced, and never beyond the largest size. Not thread-safe.
final class MessageReader {
    /// Takes a frame of 10 KB and most of the next.
    static final int BUFFER = 16 * 1_024;

    private static final byte[] NOTHING = {};
    private static final int FIRST_GROWTH = 64 * 1_024;
    private static final int MAX_BYTES_OF_CHAR = 3;
    private static final int NONE = -1;

    private final int maxChars;
    private final int maxBytes;

    // Bytes read and not yet looked at
    private final byte[] buffer;
    private int start;
    private int end;

    // The message that does not fit the buffer, or is in several frames
    private int kind = NONE;
    private byte[] message = NOTHING;
    private int length;

    // The frame of it that is arriving
    private boolean inFrame;
    private boolean isLast;
    private int missing;

    MessageReader(int maxChars) {
        this(new byte[BUFFER], 0, 0, maxChars);
    }

    /// Goes on in a buffer in which the bytes from `start` to `end` have arrived already.
    MessageReader(byte[] buffer, int start, int end, int maxChars) {
        this.buffer = buffer;
        this.start = start;
        this.end = end;
        this.maxChars = maxChars;
        this.maxBytes = (int) Math.min((long) maxChars * MAX_BYTES_OF_CHAR, Integer.MAX_VALUE - FIRST_GROWTH);
    }

    /// Takes what is there, waiting until something is.
    ///
    /// @throws EOFException if nothing will come
    void fill(InputStream in) throws IOException {
        boolean isDirect = inFrame && kind == FrameHeader.TEXT && start == end;
        if (isDirect) {
            makeRoom(1);
        } else if (start == end) {
            start = 0;
            end = 0;
        } else if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        int read = isDirect
                ? in.read(message, length, Math.min(missing, message.length - length))
                : in.read(buffer, end, buffer.length - end);
        if (read < 0) {
            throw new EOFException("the far side hung up");
        }
        if (isDirect) {
            length += read;
            missing -= read;
        } else {
            end += read;
        }
    }

    /// What the bytes so far say next; null when it takes more of them.
    @Nullable
    Incoming next() throws BadFrameException {
        while (true) {
            if (inFrame) {
                take();
                if (missing > 0) {
                    return null;
                }
                inFrame = false;
                if (isLast) {
                    return whole();
                }
            }
            var header = FrameHeader.read(buffer, start, end);
            if (header == null) {
                return null;
            }
            check(header);
            if (!header.isWhole()) {
                return null;
            }
            checkLength(header);
            int size = header.size() + (int) header.length();
            boolean isWholeText = kind == NONE && header.opcode() == FrameHeader.TEXT && header.isLast();
            if (header.isControl() || (isWholeText && size <= buffer.length)) {
                return end - start < size ? null : inPlace(header, size);
            }
            begin(header);
        }
    }

    private void check(FrameHeader header) throws BadFrameException {
        if (header.reserved() != 0) {
            throw BadFrameException.protocol("the reserved bits of a frame to be 0", "others");
        }
        if (header.isMasked()) {
            throw BadFrameException.protocol("a server's frame without a mask", "one with");
        }
        switch (header.opcode()) {
            case FrameHeader.TEXT, FrameHeader.BINARY -> {
                if (kind != NONE) {
                    throw BadFrameException.protocol("the rest of a message", "a new one");
                }
            }
            case FrameHeader.CONTINUATION -> {
                if (kind == NONE) {
                    throw BadFrameException.protocol("a message", "the rest of one that did not begin");
                }
            }
            case FrameHeader.CLOSE, FrameHeader.PING, FrameHeader.PONG -> {
                if (!header.isLast() || header.length() > FrameHeader.MAX_CONTROL_LENGTH) {
                    throw BadFrameException.protocol("a control frame of at most 125 bytes, in one piece", "another");
                }
            }
            default -> throw BadFrameException.protocol("an opcode of RFC 6455",
                    "0x" + Integer.toHexString(header.opcode()));
        }
    }

    private void checkLength(FrameHeader header) throws BadFrameException {
        if (header.length() < 0 || !header.isMinimal()) {
            throw BadFrameException.protocol("a length in as few bytes as it takes, at most 63 bits", "another");
        }
        if (header.length() > maxBytes - length) {
            throw tooBig();
        }
    }

    private BadFrameException tooBig() {
        return new BadFrameException(
                new Close(Close.TOO_BIG, "received a message over " + maxChars + " characters"));
    }

    private Incoming inPlace(FrameHeader header, int size) throws BadFrameException {
        int payload = start + header.size();
        int bytes = (int) header.length();
        start += size;
        return switch (header.opcode()) {
            case FrameHeader.PING -> new Incoming.Ping(Arrays.copyOfRange(buffer, payload, payload + bytes));
            case FrameHeader.PONG -> new Incoming.Pong();
            case FrameHeader.CLOSE -> new Incoming.Goodbye(CloseFrame.read(buffer, payload, bytes));
            default -> text(buffer, payload, bytes);
        };
    }

    private void begin(FrameHeader header) {
        start += header.size();
        kind = header.opcode() == FrameHeader.CONTINUATION ? kind : header.opcode();
        isLast = header.isLast();
        missing = (int) header.length();
        inFrame = true;
    }

    private void take() {
        int bytes = Math.min(missing, end - start);
        if (kind == FrameHeader.TEXT && bytes > 0) {
            makeRoom(bytes);
            System.arraycopy(buffer, start, message, length, bytes);
            length += bytes;
        }
        start += bytes;
        missing -= bytes;
    }

    private void makeRoom(int bytes) {
        int wanted = length + bytes;
        if (wanted > message.length) {
            int announced = length + missing;
            long doubled = Math.max(2L * message.length, Math.min(announced, FIRST_GROWTH));
            int most = isLast ? announced : maxBytes;
            message = Arrays.copyOf(message, Math.max(wanted, (int) Math.min(doubled, most)));
        }
    }

    private Incoming whole() throws BadFrameException {
        var said = kind == FrameHeader.TEXT ? text(message, 0, length) : new Incoming.Binary();
        kind = NONE;
        message = NOTHING;
        length = 0;
        return said;
    }

    private Incoming.Text text(byte[] bytes, int from, int count) throws BadFrameException {
        var text = Utf8.decode(bytes, from, count);
        if (text.length() > maxChars) {
            throw tooBig();
        }
        return new Incoming.Text(text);
    }
}
