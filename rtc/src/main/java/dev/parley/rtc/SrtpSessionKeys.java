package dev.parley.rtc;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/// The keys that packets are protected with, made from the master key (RFC 3711 section 4.3, with a key derivation rate
/// of zero: once). A label is laid over the master salt, and AES in counter mode makes of it as many bytes as are asked for:
/// ```
/// byte  0                          7                    13  14  15
///      +-----------------------------------------------+----------+
///      |            master salt (112 bits)              | counter  |
///      +--------------------------+-----+--------------+----------+
///                              XOR |label|
/// ```
/// The 96-bit salt of AEAD_AES_128_GCM is followed by zeros (RFC 7714 section 11).
final class SrtpSessionKeys {
    static final int RTP = 0;
    static final int RTCP = 3;

    private static final int ENCRYPTION = 0;
    private static final int AUTHENTICATION = 1;
    private static final int SALT = 2;
    private static final int AUTHENTICATION_LENGTH = 20;
    private static final int LABEL_AT = 7;
    private static final int BLOCK = 16;

    private final SrtpKeys master;
    private final int labels;

    /// @param labels [#RTP] or [#RTCP]: the first of three labels
    SrtpSessionKeys(SrtpKeys master, int labels) {
        this.master = master;
        this.labels = labels;
    }

    byte[] encryption() {
        return derive(labels + ENCRYPTION, SrtpProfile.KEY_LENGTH);
    }

    byte[] authentication() {
        return derive(labels + AUTHENTICATION, AUTHENTICATION_LENGTH);
    }

    byte[] salt() {
        return derive(labels + SALT, master.profile().saltLength());
    }

    byte[] derive(int label, int length) {
        var aes = aes(master.key());
        var input = Arrays.copyOf(master.salt(), BLOCK);
        input[LABEL_AT] ^= (byte) label;
        var derived = new byte[(length + BLOCK - 1) / BLOCK * BLOCK];
        try {
            for (int block = 0; block < derived.length / BLOCK; block++) {
                Wire.put16(input, BLOCK - 2, block);
                aes.update(input, 0, BLOCK, derived, block * BLOCK);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("expected AES to encrypt a block", e);
        }
        return Arrays.copyOf(derived, length);
    }

    /// The bare block cipher, from which counter mode is made: unlike the provider's counter mode it need not be set up,
    /// and nothing allocated, for every packet.
    static Cipher aes(byte[] key) {
        try {
            var aes = Cipher.getInstance("AES/ECB/NoPadding");
            aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
            return aes;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("expected a runtime with AES", e);
        }
    }
}
