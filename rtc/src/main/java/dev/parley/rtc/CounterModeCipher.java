package dev.parley.rtc;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/// AES in counter mode and 80 bits of HMAC-SHA1 (RFC 3711 sections 4.1.1, 4.2.1). Counter blocks are encrypted many at a
/// time and laid over the packet:
/// ```
/// byte  0           4           8                       14  15
///      +-----------+-----------+-----------------------+------+
///      |               session salt (112 bits)          |block |
///      +-----------+-----------+-----------------------+------+
///              XOR |   SSRC    |    index (48 bits)     |
/// ```
final class CounterModeCipher implements SrtpCipher {
    private static final int TAG = 10;
    private static final int BLOCK = 16;
    /// Covers 20 ms of anything in one go; more takes turns.
    private static final int BLOCKS = 32;

    private final Cipher aes;
    private final HmacSha1 hmac;
    private final byte[] salt;
    private final byte[] counters = new byte[BLOCKS * BLOCK];
    private final byte[] stream = new byte[BLOCKS * BLOCK];
    private final byte[] word = new byte[Integer.BYTES];

    CounterModeCipher(byte[] encryption, byte[] authentication, byte[] salt) {
        this.aes = SrtpSessionKeys.aes(encryption);
        this.hmac = new HmacSha1(authentication);
        this.salt = salt;
    }

    @Override
    public int seal(byte[] bytes, int offset, int clear, int length, int ssrc, long index) {
        crypt(bytes, offset + clear, length - clear, ssrc, index);
        var tag = authenticate(bytes, offset, length, (int) (index >> 16));
        System.arraycopy(tag, 0, bytes, offset + length, TAG);
        return length + TAG;
    }

    @Override
    public int open(byte[] bytes, int offset, int clear, int length, int ssrc, long index) {
        int plain = length - TAG;
        if (!isTag(authenticate(bytes, offset, plain, (int) (index >> 16)), bytes, offset + plain)) {
            return -1;
        }
        crypt(bytes, offset + clear, plain - clear, ssrc, index);
        return plain;
    }

    @Override
    public int sealControl(byte[] bytes, int offset, int length, int ssrc, int index) {
        crypt(bytes, offset + CONTROL_HEADER, length - CONTROL_HEADER, ssrc, index);
        var tag = authenticate(bytes, offset, length, ENCRYPTED | index);
        Wire.put32(bytes, offset + length, ENCRYPTED | index);
        System.arraycopy(tag, 0, bytes, offset + length + Integer.BYTES, TAG);
        return length + Integer.BYTES + TAG;
    }

    @Override
    public int openControl(byte[] bytes, int offset, int length, int ssrc, int index) {
        int plain = length - TAG - Integer.BYTES;
        if (!isTag(authenticate(bytes, offset, plain, ENCRYPTED | index), bytes, offset + length - TAG)) {
            return -1;
        }
        crypt(bytes, offset + CONTROL_HEADER, plain - CONTROL_HEADER, ssrc, index);
        return plain;
    }

    @Override
    public int controlWordAt(int offset, int length) {
        return offset + length - TAG - Integer.BYTES;
    }

    /// The code of the bytes and a word that follows them, on the wire or in both ends' heads.
    private byte[] authenticate(byte[] bytes, int offset, int length, int following) {
        Wire.put32(word, 0, following);
        hmac.update(bytes, offset, length);
        hmac.update(word, 0, word.length);
        return hmac.finish();
    }

    /// Looks at every byte, however early they differ.
    private static boolean isTag(byte[] expected, byte[] bytes, int at) {
        int difference = 0;
        for (int i = 0; i < TAG; i++) {
            difference |= expected[i] ^ bytes[at + i];
        }
        return difference == 0;
    }

    private void crypt(byte[] bytes, int offset, int length, int ssrc, long index) {
        int block = 0;
        for (int done = 0; done < length; done += stream.length) {
            int now = Math.min(length - done, stream.length);
            int blocks = (now + BLOCK - 1) / BLOCK;
            for (int i = 0; i < blocks; i++) {
                counter(i * BLOCK, ssrc, index, block++);
            }
            try {
                aes.update(counters, 0, blocks * BLOCK, stream, 0);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("expected AES to encrypt whole blocks", e);
            }
            for (int i = 0; i < now; i++) {
                bytes[offset + done + i] ^= stream[i];
            }
        }
    }

    private void counter(int at, int ssrc, long index, int block) {
        System.arraycopy(salt, 0, counters, at, salt.length);
        Wire.put32(counters, at + 4, Wire.i32(counters, at + 4) ^ ssrc);
        Wire.put32(counters, at + 8, Wire.i32(counters, at + 8) ^ (int) (index >> 16));
        Wire.put16(counters, at + 12, Wire.u16(counters, at + 12) ^ (int) (index & 0xFFFF));
        Wire.put16(counters, at + 14, block);
    }
}
