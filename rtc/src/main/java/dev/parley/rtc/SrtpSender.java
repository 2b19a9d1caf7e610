package dev.parley.rtc;

/// Protects the packets of one direction, in place: SRTP and SRTCP of RFC 3711 and RFC 7714. Sketch.
///
/// Not thread-safe: one thread owns it, or a lock guards it.
public final class SrtpSender {
    /// A sender with fresh indices.
    public SrtpSender(SrtpKeys keys) {
        throw new UnsupportedOperationException();
    }

    /// Protects the RTP packet of `length` bytes at `offset`; after it must be room for [SrtpProfile#rtpOverhead()].
    ///
    /// @return the new length, or -1 for what is no RTP packet, or whose SSRC is one too many (64)
    public int protectRtp(byte[] bytes, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    /// Protects the compound RTCP packet of `length` bytes at `offset`; room for [SrtpProfile#rtcpOverhead()].
    ///
    /// @return the new length, or -1 for what is no RTCP packet
    public int protectRtcp(byte[] bytes, int offset, int length) {
        throw new UnsupportedOperationException();
    }
}
