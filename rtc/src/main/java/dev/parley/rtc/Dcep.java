package dev.parley.rtc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// How a data channel is opened (RFC 8832), and what kinds of message there are (RFC 8831 section 8).
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  type 3: open | channel type  |           priority            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                    reliability parameter                      |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |         label length          |        protocol length        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                     label, then protocol                      |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
final class Dcep {
    /// Payload protocol identifiers. An empty message is sent as one byte, as SCTP has none.
    static final int CONTROL = 50;
    static final int TEXT = 51;
    static final int BINARY = 53;
    static final int EMPTY_TEXT = 56;
    static final int EMPTY_BINARY = 57;

    private static final int ACK = 2;
    private static final int OPEN = 3;
    private static final int HEADER = 12;
    private static final int UNORDERED = 0x80;
    private static final int RETRANSMITS = 1;
    private static final int LIFETIME = 2;
    /// That of a browser that says nothing.
    private static final int NORMAL_PRIORITY = 256;

    private Dcep() {}

    /// What a peer that opens a channel says.
    record Open(String label, DataChannelOptions options) {}

    static byte[] ack() {
        return new byte[]{ACK};
    }

    static boolean isAck(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == ACK;
    }

    static byte[] open(String label, DataChannelOptions options) {
        var name = label.getBytes(StandardCharsets.UTF_8);
        var protocol = options.protocol().getBytes(StandardCharsets.UTF_8);
        if (name.length > 0xFFFF || protocol.length > 0xFFFF) {
            throw new IllegalArgumentException("expected a label and a protocol of at most 65,535 bytes, found "
                    + name.length + " and " + protocol.length);
        }
        int type = options.maxRetransmits().isPresent()
                ? RETRANSMITS
                : options.maxLifetime().isPresent() ? LIFETIME : 0;
        int parameter = options.maxLifetime().map(Duration::toMillis).orElse(0L).intValue()
                + options.maxRetransmits().orElse(0);
        return ByteBuffer.allocate(HEADER + name.length + protocol.length)
                .put((byte) OPEN)
                .put((byte) (type | (options.ordered() ? 0 : UNORDERED)))
                .putShort((short) NORMAL_PRIORITY)
                .putInt(parameter)
                .putShort((short) name.length)
                .putShort((short) protocol.length)
                .put(name)
                .put(protocol)
                .array();
    }

    /// Reads an OPEN; empty if it is something else or cut off.
    static Optional<Open> readOpen(byte[] bytes) {
        if (bytes.length < HEADER || bytes[0] != OPEN) {
            return Optional.empty();
        }
        int label = Wire.u16(bytes, 8);
        int protocol = Wire.u16(bytes, 10);
        int kind = Wire.u8(bytes, 1) & ~UNORDERED;
        if (bytes.length != HEADER + label + protocol || kind > LIFETIME) {
            return Optional.empty();
        }
        long parameter = Wire.i32(bytes, 4) & 0xFFFF_FFFFL;
        var options = new DataChannelOptions((bytes[1] & UNORDERED) == 0,
                kind == RETRANSMITS
                        ? OptionalInt.of((int) Math.min(parameter, Integer.MAX_VALUE))
                        : OptionalInt.empty(),
                kind == LIFETIME
                        ? Optional.of(Duration.ofMillis(Math.min(parameter, Integer.MAX_VALUE)))
                        : Optional.empty(),
                new String(bytes, HEADER + label, protocol, StandardCharsets.UTF_8));
        return Optional.of(new Open(new String(bytes, HEADER, label, StandardCharsets.UTF_8), options));
    }
}
