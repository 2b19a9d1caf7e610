package dev.parley.media;

/// An RTP packet read and rewritten where it lies: a movable window on somebody's bytes, made once and wrapped around
/// one packet after the other, so that forwarding allocates nothing. RFC 3550 section 5.1:
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P|X|  CC   |M|     PT      |       sequence number         |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                           timestamp                           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |           synchronization source (SSRC) identifier            |
/// +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
/// |            contributing source (CSRC) identifiers             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |      defined by profile       |       length in words         |  if X
/// |                       header extension                        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                            payload                            |
/// |                                      padding, its length last |  if P
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
/// Timestamps and SSRCs are unsigned 32-bit numbers in an `int`. Not thread-safe: one thread owns it.
public final class RtpPacket {
    /// Bytes of a header without CSRCs and extension.
    public static final int HEADER_LENGTH = 12;

    private static final byte[] NOTHING = {};
    private static final int VERSION = 0x80;
    private static final int VERSION_MASK = 0xC0;
    private static final int PADDING = 0x20;
    private static final int EXTENSION = 0x10;
    private static final int CSRC_COUNT = 0x0F;
    private static final int MARKER = 0x80;
    private static final int PAYLOAD_TYPE = 0x7F;
    private static final int EXTENSION_HEADER_LENGTH = 4;
    private static final int ONE_BYTE_PROFILE = 0xBEDE;
    private static final int TWO_BYTE_PROFILE = 0x1000;
    /// Ends a one-byte extension block early (RFC 8285 section 4.2).
    private static final int STOP = 15;

    private byte[] bytes = NOTHING;
    private int offset;
    private int length;
    private int payload;
    private int payloadLength;
    private int foundLength;

    /// Whether the bytes are RTP or RTCP at all (RFC 7983: first byte 128 to 191).
    public static boolean isRtpOrRtcp(byte[] bytes, int offset, int length) {
        return length > 1 && (bytes[offset] & VERSION_MASK) == VERSION;
    }

    /// Whether RTP or RTCP that shares a port is RTCP: its second byte is 192 to 223 (RFC 5761 section 4).
    public static boolean isRtcp(byte[] bytes, int offset, int length) {
        return isRtpOrRtcp(bytes, offset, length) && (bytes[offset + 1] & 0xE0) == 0xC0;
    }

    /// Bytes before the payload: header, CSRCs and extension; all that SRTP leaves readable. -1: not a header of RTP.
    public static int headerLength(byte[] bytes, int offset, int length) {
        if (length < HEADER_LENGTH || (bytes[offset] & VERSION_MASK) != VERSION) {
            return -1;
        }
        int start = HEADER_LENGTH + (bytes[offset] & CSRC_COUNT) * Integer.BYTES;
        if ((bytes[offset] & EXTENSION) == 0) {
            return start <= length ? start : -1;
        }
        if (start + EXTENSION_HEADER_LENGTH > length) {
            return -1;
        }
        start += EXTENSION_HEADER_LENGTH + Wire.u16(bytes, offset + start + 2) * Integer.BYTES;
        return start <= length ? start : -1;
    }

    /// Moves onto the packet of `length` bytes at `offset`.
    ///
    /// @return whether it is well-formed; if not, the packet must not be used
    public boolean wrap(byte[] bytes, int offset, int length) {
        int start = headerLength(bytes, offset, length);
        if (start < 0) {
            return false;
        }
        int padding = (bytes[offset] & PADDING) == 0 ? 0 : bytes[offset + length - 1] & 0xFF;
        boolean impossible = (bytes[offset] & PADDING) != 0 && padding == 0;
        if (impossible || start + padding > length) {
            return false;
        }
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        payload = offset + start;
        payloadLength = length - start - padding;
        return true;
    }

    /// Writes a header with neither CSRCs nor extension at `offset`, before a payload of `payloadLength` bytes that is or
    /// will be behind it, and moves onto the packet.
    public void start(byte[] bytes, int offset, int payloadLength) {
        bytes[offset] = (byte) VERSION;
        bytes[offset + 1] = 0;
        this.bytes = bytes;
        this.offset = offset;
        this.length = HEADER_LENGTH + payloadLength;
        this.payload = offset + HEADER_LENGTH;
        this.payloadLength = payloadLength;
    }

    /// The bytes it lies in.
    public byte[] bytes() {
        return bytes;
    }

    /// Where it begins.
    public int offset() {
        return offset;
    }

    /// Bytes from the header's first to the padding's last.
    public int length() {
        return length;
    }

    /// Where the payload begins, in [#bytes()].
    public int payloadOffset() {
        return payload;
    }

    /// Bytes of payload, without padding.
    public int payloadLength() {
        return payloadLength;
    }

    /// The marker: for sound, the first packet after silence.
    public boolean marker() {
        return (bytes[offset + 1] & MARKER) != 0;
    }

    /// Sets the marker.
    public void marker(boolean marker) {
        bytes[offset + 1] = (byte) ((marker ? MARKER : 0) | payloadType());
    }

    /// The payload type, 0 to 127.
    public int payloadType() {
        return bytes[offset + 1] & PAYLOAD_TYPE;
    }

    /// Sets the payload type.
    public void payloadType(int payloadType) {
        if ((payloadType & ~PAYLOAD_TYPE) != 0) {
            throw new IllegalArgumentException("expected a payload type of 0 to 127, found " + payloadType);
        }
        bytes[offset + 1] = (byte) ((bytes[offset + 1] & MARKER) | payloadType);
    }

    /// The sequence number, 0 to 65,535.
    public int sequence() {
        return Wire.u16(bytes, offset + 2);
    }

    /// Sets the sequence number to the lower 16 bits.
    public void sequence(int sequence) {
        Wire.put16(bytes, offset + 2, sequence);
    }

    /// The timestamp, in ticks of the payload's clock.
    public int timestamp() {
        return Wire.i32(bytes, offset + 4);
    }

    /// Sets the timestamp.
    public void timestamp(int timestamp) {
        Wire.put32(bytes, offset + 4, timestamp);
    }

    /// The synchronization source.
    public int ssrc() {
        return Wire.i32(bytes, offset + 8);
    }

    /// Sets the synchronization source.
    public void ssrc(int ssrc) {
        Wire.put32(bytes, offset + 8, ssrc);
    }

    /// Whether there is a header extension.
    public boolean hasExtensions() {
        return (bytes[offset] & EXTENSION) != 0;
    }

    /// Where the data of header extension `id` begins in [#bytes()], one- or two-byte form (RFC 8285), or -1 if it is not
    /// there. Its length is [#extensionLength()] until the next search.
    public int findExtension(int id) {
        if (!hasExtensions()) {
            return -1;
        }
        int at = offset + HEADER_LENGTH + (bytes[offset] & CSRC_COUNT) * Integer.BYTES;
        int profile = Wire.u16(bytes, at);
        boolean oneByte = profile == ONE_BYTE_PROFILE;
        if (!oneByte && (profile & 0xFFF0) != TWO_BYTE_PROFILE) {
            return -1;
        }
        at += EXTENSION_HEADER_LENGTH;
        return oneByte ? findOneByte(id, at) : findTwoByte(id, at);
    }

    private int findOneByte(int id, int from) {
        for (int at = from; at < payload;) {
            int found = (bytes[at] >> 4) & 0x0F;
            if (found == STOP) {
                return -1;
            }
            if (bytes[at] == 0) {
                at++;
                continue;
            }
            int size = (bytes[at] & 0x0F) + 1;
            if (at + 1 + size > payload) {
                return -1;
            }
            if (found == id) {
                foundLength = size;
                return at + 1;
            }
            at += 1 + size;
        }
        return -1;
    }

    private int findTwoByte(int id, int from) {
        for (int at = from; at + 1 < payload;) {
            int found = bytes[at] & 0xFF;
            if (found == 0) {
                at++;
                continue;
            }
            int size = bytes[at + 1] & 0xFF;
            if (at + 2 + size > payload) {
                return -1;
            }
            if (found == id) {
                foundLength = size;
                return at + 2;
            }
            at += 2 + size;
        }
        return -1;
    }

    /// Bytes of the extension found last.
    public int extensionLength() {
        return foundLength;
    }

    /// Takes the header extension out. The payload stays where it is; the header moves up to it, so that [#offset()]
    /// grows and [#length()] shrinks.
    public void stripExtensions() {
        if (!hasExtensions()) {
            return;
        }
        int header = HEADER_LENGTH + (bytes[offset] & CSRC_COUNT) * Integer.BYTES;
        int moved = payload - header - offset;
        System.arraycopy(bytes, offset, bytes, payload - header, header);
        offset += moved;
        length -= moved;
        bytes[offset] &= ~EXTENSION;
    }

    /// Neither payload nor addresses: fit for a log.
    @Override
    public String toString() {
        return length == 0
                ? "RtpPacket[none]"
                : "RtpPacket[type " + payloadType() + ", sequence " + sequence() + ", " + payloadLength + " bytes]";
    }
}
