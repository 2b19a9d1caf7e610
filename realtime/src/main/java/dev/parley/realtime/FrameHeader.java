package dev.parley.realtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// What stands before the payload of a WebSocket frame (RFC 6455 section 5.2).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-------+-+-------------+-------------------------------+
/// |F|R|R|R| opcode|M| length, or  |  the length in 16 bits, or    |
/// |I|S|S|S|       |A| 126 for 16  |  the first of its 64          |
/// |N|V|V|V|       |S| bits of it, |                               |
/// | |1|2|3|       |K| 127 for 64  |                               |
/// +-+-+-+-+-------+-+-------------+-------------------------------+
/// | the rest of a length of 64 bits, then the key if MASK is set  |
/// +---------------------------------------------------------------+
/// ```
///
/// @param isLast FIN: nothing of the message follows
/// @param reserved the three bits an extension might have given a meaning
/// @param length bytes of the payload; negative when all of 64 bits are used, which they may not be
/// @param size bytes of this header
/// @param isWhole false while only its first two bytes have arrived, and no length above 125
record FrameHeader(boolean isLast, int reserved, int opcode, boolean isMasked, long length, int size,
        boolean isWhole) {
    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xa;

    /// Of a control frame, which must also be in one piece (section 5.5).
    static final int MAX_CONTROL_LENGTH = 125;
    /// Two bytes, a length of 64 bits, a key.
    static final int MAX_SIZE = 14;

    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0f;
    private static final int CONTROL = 0x08;
    private static final int MASK = 0x80;
    private static final int LENGTH = 0x7f;
    private static final int SIXTEEN_BITS_FOLLOW = 126;
    private static final int SIXTY_FOUR_BITS_FOLLOW = 127;
    private static final int MAX_OF_SIXTEEN_BITS = 0xffff;
    private static final int KEY_SIZE = 4;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /// The header at `start`; null while its first two bytes have not arrived, which are enough to refuse it.
    static @Nullable FrameHeader read(byte[] bytes, int start, int end) {
        if (end - start < 2) {
            return null;
        }
        int first = bytes[start];
        int second = bytes[start + 1];
        boolean isMasked = (second & MASK) != 0;
        int shortLength = second & LENGTH;
        int lengthSize = switch (shortLength) {
            case SIXTEEN_BITS_FOLLOW -> Short.BYTES;
            case SIXTY_FOUR_BITS_FOLLOW -> Long.BYTES;
            default -> 0;
        };
        int size = 2 + lengthSize + (isMasked ? KEY_SIZE : 0);
        boolean isWhole = end - start >= size;
        long length = switch (isWhole ? lengthSize : 0) {
            case Short.BYTES -> (short) SHORT.get(bytes, start + 2) & MAX_OF_SIXTEEN_BITS;
            case Long.BYTES -> (long) LONG.get(bytes, start + 2);
            default -> shortLength;
        };
        return new FrameHeader((first & FIN) != 0, first & RESERVED, first & OPCODE, isMasked, length, size,
                isWhole);
    }

    /// Writes the header of a frame that is a whole message, masked as all that a client sends, and gives its size.
    static int write(byte[] to, int opcode, int length, int key) {
        to[0] = (byte) (FIN | opcode);
        int at = 2;
        if (length < SIXTEEN_BITS_FOLLOW) {
            to[1] = (byte) (MASK | length);
        } else if (length <= MAX_OF_SIXTEEN_BITS) {
            to[1] = (byte) (MASK | SIXTEEN_BITS_FOLLOW);
            SHORT.set(to, at, (short) length);
            at += Short.BYTES;
        } else {
            to[1] = (byte) (MASK | SIXTY_FOUR_BITS_FOLLOW);
            LONG.set(to, at, (long) length);
            at += Long.BYTES;
        }
        INT.set(to, at, key);
        return at + KEY_SIZE;
    }

    boolean isControl() {
        return (opcode & CONTROL) != 0;
    }

    /// Whether the length is written in as few bytes as it can be, as it must.
    boolean isMinimal() {
        int lengthSize = size - 2 - (isMasked ? KEY_SIZE : 0);
        return switch (lengthSize) {
            case Short.BYTES -> length >= SIXTEEN_BITS_FOLLOW;
            case Long.BYTES -> length > MAX_OF_SIXTEEN_BITS;
            default -> true;
        };
    }
}
