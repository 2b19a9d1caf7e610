package dev.parley.rtc;

import dev.parley.media.RtpPacket;

/// Checks and opens the packets of one direction, in place: SRTP and SRTCP of RFC 3711 and RFC 7714.
///
/// Nothing is remembered of a packet that is not authentic. An SSRC that is new, because the peer renegotiated, starts
/// afresh; at most 64 are told apart. Not thread-safe: one thread owns it.
public final class SrtpReceiver {
    private final SrtpCipher packets;
    private final SrtpCipher control;
    private final int rtpOverhead;
    private final int rtcpOverhead;
    private final SrtpStreams streams = new SrtpStreams();

    /// A receiver that has seen nothing.
    public SrtpReceiver(SrtpKeys keys) {
        packets = SrtpCipher.of(keys, SrtpSessionKeys.RTP);
        control = SrtpCipher.of(keys, SrtpSessionKeys.RTCP);
        rtpOverhead = keys.profile().rtpOverhead();
        rtcpOverhead = keys.profile().rtcpOverhead();
    }

    /// Opens the SRTP packet of `length` bytes at `offset`.
    ///
    /// @return the length of the RTP packet, or -1 for what is forged, replayed, too old or no RTP; such bytes are
    ///         undefined afterwards
    public int unprotectRtp(byte[] bytes, int offset, int length) {
        int clear = RtpPacket.headerLength(bytes, offset, length - rtpOverhead);
        if (clear < 0) {
            return -1;
        }
        int ssrc = Wire.i32(bytes, offset + 8);
        var stream = streams.find(ssrc);
        long index = SrtpStreams.index(stream, Wire.u16(bytes, offset + 2));
        if (index < 0 || (stream == null ? streams.isFull() : !stream.packets.isNew(index))) {
            return -1;
        }
        int opened = packets.open(bytes, offset, clear, length, ssrc, index);
        if (opened >= 0) {
            (stream == null ? streams.add(ssrc) : stream).packets.add(index);
        }
        return opened;
    }

    /// Opens the SRTCP packet of `length` bytes at `offset`; returns as [#unprotectRtp]. What is not encrypted is
    /// refused, as WebRTC wants it (RFC 8827 section 6.5).
    public int unprotectRtcp(byte[] bytes, int offset, int length) {
        if (length < SrtpCipher.CONTROL_HEADER + rtcpOverhead || !RtpPacket.isRtcp(bytes, offset, length)) {
            return -1;
        }
        int word = Wire.i32(bytes, control.controlWordAt(offset, length));
        if ((word & SrtpCipher.ENCRYPTED) == 0) {
            return -1;
        }
        int index = word & ~SrtpCipher.ENCRYPTED;
        int ssrc = Wire.i32(bytes, offset + 4);
        var stream = streams.find(ssrc);
        if (stream == null ? streams.isFull() : !stream.control.isNew(index)) {
            return -1;
        }
        int opened = control.openControl(bytes, offset, length, ssrc, index);
        if (opened >= 0) {
            (stream == null ? streams.add(ssrc) : stream).control.add(index);
        }
        return opened;
    }
}
