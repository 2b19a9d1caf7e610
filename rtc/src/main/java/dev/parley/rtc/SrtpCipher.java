package dev.parley.rtc;

/// Encrypts and authenticates packets in place, given their index. One for RTP and one for RTCP, as their keys differ.
///
/// Not thread-safe: one thread owns it.
sealed interface SrtpCipher permits CounterModeCipher, GaloisCipher {
    /// What is never encrypted of a compound RTCP packet: the first header and SSRC.
    int CONTROL_HEADER = 8;

    /// Bit 31 of the word with the index of an RTCP packet: it is encrypted.
    int ENCRYPTED = 1 << 31;

    static SrtpCipher of(SrtpKeys keys, int labels) {
        var session = new SrtpSessionKeys(keys, labels);
        return switch (keys.profile()) {
            case AES128_CM_SHA1_80 -> new CounterModeCipher(session.encryption(), session.authentication(),
                    session.salt());
            case AEAD_AES_128_GCM -> new GaloisCipher(session.encryption(), session.salt());
        };
    }

    /// Protects an RTP packet of which `clear` bytes stay readable; returns its new length.
    int seal(byte[] bytes, int offset, int clear, int length, int ssrc, long index);

    /// Opens an RTP packet; returns its new length, or -1 if it is not authentic.
    int open(byte[] bytes, int offset, int clear, int length, int ssrc, long index);

    /// Protects an RTCP packet; returns its new length.
    int sealControl(byte[] bytes, int offset, int length, int ssrc, int index);

    /// Opens an RTCP packet; returns its new length, or -1 if it is not authentic.
    int openControl(byte[] bytes, int offset, int length, int ssrc, int index);

    /// Where the word with the index of a protected RTCP packet is.
    int controlWordAt(int offset, int length);
}
