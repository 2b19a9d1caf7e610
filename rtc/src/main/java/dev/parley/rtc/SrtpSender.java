package dev.parley.rtc;

import dev.parley.media.RtpPacket;

/// Protects the packets of one direction, in place: SRTP and SRTCP of RFC 3711 and RFC 7714.
///
/// No index is used twice: a packet that is sent again, or more than 128 behind, is refused, as it would give the key
/// stream away. Not thread-safe: one thread owns it, or a lock guards it.
public final class SrtpSender {
    /// After the last, RTCP needs new keys; at one a second that is in 68 years.
    private static final long LAST_CONTROL_INDEX = Integer.MAX_VALUE;
    private static final long LAST_INDEX = (1L << 48) - 1;

    private final SrtpCipher packets;
    private final SrtpCipher control;
    private final SrtpStreams streams = new SrtpStreams();

    /// A sender with fresh indices.
    public SrtpSender(SrtpKeys keys) {
        packets = SrtpCipher.of(keys, SrtpSessionKeys.RTP);
        control = SrtpCipher.of(keys, SrtpSessionKeys.RTCP);
    }

    /// Protects the RTP packet of `length` bytes at `offset`; after it must be room for [SrtpProfile#rtpOverhead()].
    ///
    /// @return the new length, or -1 for what is no RTP packet, was sent before, or whose SSRC is one too many (64)
    public int protectRtp(byte[] bytes, int offset, int length) {
        int clear = RtpPacket.headerLength(bytes, offset, length);
        if (clear < 0) {
            return -1;
        }
        int ssrc = Wire.i32(bytes, offset + 8);
        var stream = streams.find(ssrc);
        if (stream == null) {
            if (streams.isFull()) {
                return -1;
            }
            stream = streams.add(ssrc);
        }
        long index = SrtpStreams.index(stream, Wire.u16(bytes, offset + 2));
        if (index < 0 || index > LAST_INDEX || !stream.packets.isNew(index)) {
            return -1;
        }
        stream.packets.add(index);
        return packets.seal(bytes, offset, clear, length, ssrc, index);
    }

    /// Protects the compound RTCP packet of `length` bytes at `offset`; room for [SrtpProfile#rtcpOverhead()].
    ///
    /// @return the new length, or -1 for what is no RTCP packet, or whose SSRC is one too many
    public int protectRtcp(byte[] bytes, int offset, int length) {
        if (length < SrtpCipher.CONTROL_HEADER || !RtpPacket.isRtcp(bytes, offset, length)) {
            return -1;
        }
        int ssrc = Wire.i32(bytes, offset + 4);
        var stream = streams.find(ssrc);
        if (stream == null) {
            if (streams.isFull()) {
                return -1;
            }
            stream = streams.add(ssrc);
        }
        long index = stream.control.highest() + 1;
        if (index > LAST_CONTROL_INDEX) {
            return -1;
        }
        stream.control.add(index);
        return control.sealControl(bytes, offset, length, ssrc, (int) index);
    }
}
