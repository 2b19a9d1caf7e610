package dev.parley.realtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A payload under its key (RFC 6455 section 5.3): byte `i` is that of the payload XOR byte `i mod 4` of the key. Eight bytes at
/// a time.
final class Masking {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final boolean IS_LITTLE_ENDIAN = ByteOrder.nativeOrder().equals(ByteOrder.LITTLE_ENDIAN);

    private Masking() {}

    /// Copies `length` bytes, masked.
    ///
    /// @param key its first byte is the highest
    /// @param position of the first byte in the payload
    static void copy(byte[] from, int start, byte[] to, int at, int length, int key, int position) {
        int turned = Integer.rotateLeft(key, (position & 3) * Byte.SIZE);
        long twice = ((long) turned << Integer.SIZE) | (turned & 0xffff_ffffL);
        long pattern = IS_LITTLE_ENDIAN ? Long.reverseBytes(twice) : twice;
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            LONG.set(to, at + i, (long) LONG.get(from, start + i) ^ pattern);
        }
        for (; i < length; i++) {
            to[at + i] = (byte) (from[start + i] ^ (turned >>> ((3 - (i & 3)) * Byte.SIZE)));
        }
    }
}
