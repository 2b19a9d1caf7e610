package dev.parley.rtc;

import java.util.zip.CRC32C;

/// Numbers of SCTP (RFC 9260 section 3, RFC 3758, RFC 6525), and the frame of a packet:
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |          source port          |       destination port        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                       verification tag                        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                      checksum (CRC32c)                        |
/// +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
/// |  chunk type   |     flags     |            length             |  as often as it fits,
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+  each filled to a word
/// |                            value                              |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
final class Sctp {
    static final int DATA = 0;
    static final int INIT = 1;
    static final int INIT_ACK = 2;
    static final int SACK = 3;
    static final int HEARTBEAT = 4;
    static final int HEARTBEAT_ACK = 5;
    static final int ABORT = 6;
    static final int SHUTDOWN = 7;
    static final int SHUTDOWN_ACK = 8;
    static final int ERROR = 9;
    static final int COOKIE_ECHO = 10;
    static final int COOKIE_ACK = 11;
    static final int SHUTDOWN_COMPLETE = 14;
    static final int RE_CONFIG = 130;
    static final int FORWARD_TSN = 192;

    /// Flags of DATA: the end, the beginning of a message, out of order, acknowledge at once.
    static final int END = 1;
    static final int BEGIN = 2;
    static final int UNORDERED = 4;
    static final int IMMEDIATE = 8;

    /// Parameters of INIT and INIT ACK.
    static final int STATE_COOKIE = 7;
    static final int SUPPORTED_EXTENSIONS = 0x8008;
    static final int FORWARD_TSN_SUPPORTED = 0xC000;

    /// Parameters of RE-CONFIG.
    static final int OUTGOING_RESET = 13;
    static final int INCOMING_RESET = 14;
    static final int RESET_RESPONSE = 16;

    static final int HEADER = 12;
    static final int CHUNK_HEADER = 4;
    static final int DATA_HEADER = 16;

    /// What one SCTP packet may be long, to fit into a datagram once DTLS has wrapped it.
    static final int PACKET = DtlsEndpoint.MAX_DATA / 4 * 4;
    /// The largest piece of a message in one packet.
    static final int PIECE = PACKET - HEADER - DATA_HEADER;

    static final int MAX_MESSAGE = 262_144;
    /// Streams in each direction: twice as many channels as anybody opens.
    static final int STREAMS = 1_024;

    private static final int CHECKSUM_AT = 8;
    private static final byte[] NO_CHECKSUM = new byte[Integer.BYTES];

    private Sctp() {}

    /// `length` filled to a word.
    static int filled(int length) {
        return (length + 3) & ~3;
    }

    /// The 64-bit number nearest to `reference` whose lower half is `number`: serial numbers without their wrapping.
    static long unwrap(int number, long reference) {
        return reference + (number - (int) reference);
    }

    /// Whether the packet has a header and whole chunks and its checksum is right.
    static boolean isIntact(byte[] bytes, int offset, int length) {
        if (length < HEADER + CHUNK_HEADER) {
            return false;
        }
        int end = offset + length;
        for (int at = offset + HEADER; at < end;) {
            if (end - at < CHUNK_HEADER) {
                return false;
            }
            int size = Wire.u16(bytes, at + 2);
            if (size < CHUNK_HEADER || size > end - at) {
                return false;
            }
            at += filled(size);
        }
        return Wire.i32(bytes, offset + CHECKSUM_AT) == checksum(bytes, offset, length);
    }

    static void seal(byte[] bytes, int offset, int length) {
        Wire.put32(bytes, offset + CHECKSUM_AT, checksum(bytes, offset, length));
    }

    /// The checksum goes least significant byte first, unlike everything else.
    private static int checksum(byte[] bytes, int offset, int length) {
        var crc = new CRC32C();
        crc.update(bytes, offset, CHECKSUM_AT);
        crc.update(NO_CHECKSUM);
        crc.update(bytes, offset + HEADER, length - HEADER);
        return Integer.reverseBytes((int) crc.getValue());
    }
}
