package dev.parley.rtc;

/// How SRTP encrypts and authenticates: the protection profiles that WebRTC peers agree on in the DTLS handshake
/// (RFC 5764 section 4.1.2, RFC 7714 section 14.2). Keys are always 128 bits.
///
/// `AES128_CM_SHA1_80` (0x0001) is AES in counter mode with the first 80 bits of an HMAC-SHA1, `AEAD_AES_128_GCM` (0x0007)
/// is AES in Galois counter mode with a tag of 128 bits.
public enum SrtpProfile {
    AES128_CM_SHA1_80(0x0001, 14, 10, 10),
    AEAD_AES_128_GCM(0x0007, 12, 16, 16);

    static final int KEY_LENGTH = 16;

    private final int id;
    private final int saltLength;
    private final int rtpTagLength;
    private final int rtcpTagLength;

    SrtpProfile(int id, int saltLength, int rtpTagLength, int rtcpTagLength) {
        this.id = id;
        this.saltLength = saltLength;
        this.rtpTagLength = rtpTagLength;
        this.rtcpTagLength = rtcpTagLength;
    }

    /// The number of the profile in the `use_srtp` extension.
    int id() {
        return id;
    }

    /// Bytes of master salt: 14 or 12.
    int saltLength() {
        return saltLength;
    }

    /// How many bytes a protected RTP packet is longer than the plain one.
    public int rtpOverhead() {
        return rtpTagLength;
    }

    /// How many bytes a protected RTCP packet is longer than the plain one: the tag and the index.
    public int rtcpOverhead() {
        return rtcpTagLength + Integer.BYTES;
    }
}
