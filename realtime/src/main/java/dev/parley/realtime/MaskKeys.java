package dev.parley.realtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.function.IntSupplier;

/// Keys nobody can foretell (RFC 6455 sections 5.3 and 10.3), a few dozen of them drawn at a time. Not thread-safe.
final class MaskKeys implements IntSupplier {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] drawn = new byte[64 * Integer.BYTES];
    private int next = drawn.length;

    @Override
    public int getAsInt() {
        if (next == drawn.length) {
            RANDOM.nextBytes(drawn);
            next = 0;
        }
        int key = (int) INT.get(drawn, next);
        next += Integer.BYTES;
        return key;
    }
}
