package dev.parley.rtc;

import java.util.Arrays;

/// A look at the records of a datagram before Bouncy Castle sees them (RFC 6347 section 4.1):
/// ```
///  0      1       3       5                     11      13
/// +------+-------+-------+---------------------+-------+----------
/// | type |version| epoch |   sequence number   |length | fragment
/// +------+-------+-------+---------------------+-------+----------
/// ```
final class DtlsRecords {
    private static final int HEADER = 13;
    /// The nonce and the tag of AES-GCM, without which nothing is encrypted.
    private static final int OVERHEAD = 8 + 16;
    private static final int VERSION_1_2 = 0xFEFD;
    /// What says hello before a version is agreed on.
    private static final int VERSION_1_0 = 0xFEFF;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int HANDSHAKE = 22;
    private static final int HANDSHAKE_HEADER = 12;
    private static final int CLIENT_HELLO = 1;
    private static final int CERTIFICATE_VERIFY = 15;

    private DtlsRecords() {}

    /// Whether the datagram is made of whole records, of versions we know and none too short to be authentic: for such a
    /// one, which anybody can send, Bouncy Castle would end the connection instead of dropping it.
    static boolean areWellFormed(byte[] bytes, int offset, int length) {
        int at = 0;
        while (length - at >= HEADER) {
            int fragment = Wire.u16(bytes, offset + at + 11);
            boolean encrypted = Wire.u16(bytes, offset + at + 3) != 0;
            int version = Wire.u16(bytes, offset + at + 1);
            boolean known = version == VERSION_1_2 || (version == VERSION_1_0 && !encrypted);
            if (!known || fragment < (encrypted ? OVERHEAD : 1)) {
                return false;
            }
            at += HEADER + fragment;
        }
        return at == length && length > 0;
    }

    /// Whether the first record has part of a ClientHello: a message's header has its type, length, number, and the
    /// part's offset and length.
    static boolean isFragmentOfClientHello(byte[] bytes, int offset, int length) {
        int message = offset + HEADER;
        return length > HEADER + HANDSHAKE_HEADER && bytes[offset] == HANDSHAKE && bytes[message] == CLIENT_HELLO
                && !Arrays.equals(bytes, message + 1, message + 4, bytes, message + 9, message + 12);
    }

    /// Whether a record has the proof of the client's key, readable: the last message before its cipher changes.
    static boolean haveProof(byte[] bytes, int offset, int length) {
        for (int at = offset; at < offset + length - HEADER; at = next(bytes, at)) {
            if (bytes[at] == HANDSHAKE && Wire.u16(bytes, at + 3) == 0 && bytes[at + HEADER] == CERTIFICATE_VERIFY) {
                return true;
            }
        }
        return false;
    }

    /// Bytes before the record that changes the cipher; all, if there is none.
    static int beforeChange(byte[] bytes, int offset, int length) {
        for (int at = offset; at < offset + length - HEADER; at = next(bytes, at)) {
            if (bytes[at] == CHANGE_CIPHER_SPEC) {
                return at - offset;
            }
        }
        return length;
    }

    private static int next(byte[] bytes, int at) {
        return at + HEADER + Wire.u16(bytes, at + 11);
    }
}
