package dev.parley.rtc;

/// Checks and opens the packets of one direction, in place. Sketch.
///
/// Not thread-safe: one thread owns it.
public final class SrtpReceiver {
    /// A receiver that has seen nothing.
    public SrtpReceiver(SrtpKeys keys) {
        throw new UnsupportedOperationException();
    }

    /// Opens the SRTP packet of `length` bytes at `offset`.
    ///
    /// @return the length of the RTP packet, or -1 for what is forged, replayed, too old or no RTP; such bytes are
    ///         undefined afterwards
    public int unprotectRtp(byte[] bytes, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    /// Opens the SRTCP packet of `length` bytes at `offset`; returns as [#unprotectRtp].
    public int unprotectRtcp(byte[] bytes, int offset, int length) {
        throw new UnsupportedOperationException();
    }
}
