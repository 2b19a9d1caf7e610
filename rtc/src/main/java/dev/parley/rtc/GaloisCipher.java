package dev.parley.rtc;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES in Galois counter mode with a tag of 128 bits (RFC 7714). What stays readable is authenticated with the rest. The
/// initialization vector of RTP, of RTCP:
/// ```
///  0      2           6           10    12         0      2           6      8           12
/// +------+-----------+-----------+-----+          +------+-----------+------+-----------+
/// | 0  0 |   SSRC    |    ROC    | SEQ |          | 0  0 |   SSRC    | 0  0 |   index   |
/// +------+-----------+-----------+-----+          +------+-----------+------+-----------+
/// |     XOR session salt (96 bits)     |          |      XOR session salt (96 bits)     |
/// +------------------------------------+          +-------------------------------------+
/// ```
/// The provider wants to be set up for every packet, for which it allocates.
final class GaloisCipher implements SrtpCipher {
    private static final int TAG = 16;

    private final Cipher gcm;
    private final SecretKeySpec key;
    private final byte[] salt;
    private final byte[] vector = new byte[12];
    private final byte[] word = new byte[Integer.BYTES];

    GaloisCipher(byte[] encryption, byte[] salt) {
        try {
            gcm = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("expected a runtime with AES/GCM", e);
        }
        key = new SecretKeySpec(encryption, "AES");
        this.salt = salt;
    }

    @Override
    public int seal(byte[] bytes, int offset, int clear, int length, int ssrc, long index) {
        start(Cipher.ENCRYPT_MODE, ssrc, index);
        gcm.updateAAD(bytes, offset, clear);
        finish(bytes, offset + clear, length - clear);
        return length + TAG;
    }

    @Override
    public int open(byte[] bytes, int offset, int clear, int length, int ssrc, long index) {
        if (length < clear + TAG) {
            return -1;
        }
        start(Cipher.DECRYPT_MODE, ssrc, index);
        gcm.updateAAD(bytes, offset, clear);
        return finish(bytes, offset + clear, length - clear) ? length - TAG : -1;
    }

    @Override
    public int sealControl(byte[] bytes, int offset, int length, int ssrc, int index) {
        startControl(Cipher.ENCRYPT_MODE, bytes, offset, ssrc, index);
        finish(bytes, offset + CONTROL_HEADER, length - CONTROL_HEADER);
        Wire.put32(bytes, offset + length + TAG, ENCRYPTED | index);
        return length + TAG + Integer.BYTES;
    }

    @Override
    public int openControl(byte[] bytes, int offset, int length, int ssrc, int index) {
        startControl(Cipher.DECRYPT_MODE, bytes, offset, ssrc, index);
        return finish(bytes, offset + CONTROL_HEADER, length - CONTROL_HEADER - Integer.BYTES)
                ? length - TAG - Integer.BYTES
                : -1;
    }

    @Override
    public int controlWordAt(int offset, int length) {
        return offset + length - Integer.BYTES;
    }

    private void startControl(int mode, byte[] bytes, int offset, int ssrc, int index) {
        start(mode, ssrc, index);
        Wire.put32(word, 0, ENCRYPTED | index);
        gcm.updateAAD(bytes, offset, CONTROL_HEADER);
        gcm.updateAAD(word);
    }

    /// The index of RTCP has 31 bits, so that what is above the lower 32 is zero for it, as it must be.
    private void start(int mode, int ssrc, long index) {
        System.arraycopy(salt, 0, vector, 0, vector.length);
        Wire.put32(vector, 2, Wire.i32(vector, 2) ^ ssrc);
        Wire.put16(vector, 6, Wire.u16(vector, 6) ^ (int) (index >> 32));
        Wire.put32(vector, 8, Wire.i32(vector, 8) ^ (int) index);
        try {
            gcm.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, vector));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("expected every packet to have an index of its own", e);
        }
    }

    private boolean finish(byte[] bytes, int offset, int length) {
        try {
            gcm.doFinal(bytes, offset, length, bytes, offset);
            return true;
        } catch (AEADBadTagException _) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("expected AES/GCM to work in place", e);
        }
    }
}
