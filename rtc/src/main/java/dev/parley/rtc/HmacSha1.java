package dev.parley.rtc;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// HMAC-SHA1 (RFC 2104) into an array that is there already: `javax.crypto.Mac` allocates for every packet.
///
/// Not thread-safe: one thread owns it.
final class HmacSha1 {
    static final int LENGTH = 20;

    private static final int BLOCK = 64;

    private final MessageDigest sha1;
    private final byte[] inner = new byte[BLOCK];
    private final byte[] outer = new byte[BLOCK];
    private final byte[] result = new byte[LENGTH];

    /// @param key at most 64 bytes
    HmacSha1(byte[] key) {
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected a runtime with SHA-1", e);
        }
        System.arraycopy(key, 0, inner, 0, key.length);
        System.arraycopy(key, 0, outer, 0, key.length);
        for (int i = 0; i < BLOCK; i++) {
            inner[i] ^= 0x36;
            outer[i] ^= 0x5C;
        }
        sha1.update(inner);
    }

    void update(byte[] bytes, int offset, int length) {
        sha1.update(bytes, offset, length);
    }

    /// The code of what was updated since the last; overwritten by the next.
    byte[] finish() {
        try {
            sha1.digest(result, 0, LENGTH);
            sha1.update(outer);
            sha1.update(result);
            sha1.digest(result, 0, LENGTH);
        } catch (DigestException e) {
            throw new IllegalStateException("expected SHA-1 to be 20 bytes long", e);
        }
        sha1.update(inner);
        return result;
    }
}
