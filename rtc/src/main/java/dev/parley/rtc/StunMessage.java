package dev.parley.rtc;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/// A STUN message that was received (RFC 8489), with the attributes of ICE (RFC 8445 section 7.1):
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |0 0|     STUN Message Type     |         Message Length        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                         Magic Cookie                          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                     Transaction ID (96 bits)                  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
/// The attributes of TURN (RFC 8656 section 18) are read too. An attribute of the wrong length counts as absent. Whatever follows MESSAGE-INTEGRITY is not read, FINGERPRINT excepted.
/// [StunWriter] is the other way.
final class StunMessage {
    static final int HEADER_LENGTH = 20;
    static final int ATTRIBUTE_HEADER_LENGTH = 4;
    static final int MAGIC_COOKIE = 0x2112_A442;
    static final int BINDING = 0x001;
    static final int INTEGRITY_LENGTH = 20;
    /// XORed into the checksum, so that other protocols' are told apart.
    static final int FINGERPRINT_XOR = 0x5354_554E;

    static final int USERNAME = 0x0006;
    static final int MESSAGE_INTEGRITY = 0x0008;
    static final int ERROR_CODE = 0x0009;
    static final int UNKNOWN_ATTRIBUTES = 0x000A;
    static final int CHANNEL_NUMBER = 0x000C;
    static final int LIFETIME = 0x000D;
    static final int XOR_PEER_ADDRESS = 0x0012;
    static final int DATA = 0x0013;
    static final int REALM = 0x0014;
    static final int NONCE = 0x0015;
    static final int XOR_RELAYED_ADDRESS = 0x0016;
    static final int REQUESTED_TRANSPORT = 0x0019;
    static final int XOR_MAPPED_ADDRESS = 0x0020;
    static final int PRIORITY = 0x0024;
    static final int USE_CANDIDATE = 0x0025;
    static final int SOFTWARE = 0x8022;
    static final int FINGERPRINT = 0x8028;
    static final int ICE_CONTROLLED = 0x8029;
    static final int ICE_CONTROLLING = 0x802A;

    static final int FAMILY_IPV4 = 1;
    static final int FAMILY_IPV6 = 2;

    /// Below it lie the attributes that must be understood.
    private static final int COMPREHENSION_OPTIONAL = 0x8000;
    private static final List<Integer> UNDERSTOOD = List.of(0x0001, USERNAME, MESSAGE_INTEGRITY, ERROR_CODE,
            UNKNOWN_ATTRIBUTES, REALM, NONCE, 0x001C, XOR_MAPPED_ADDRESS, PRIORITY, USE_CANDIDATE);
    private static final int MOST_ATTRIBUTES = 64;

    enum Kind {
        REQUEST, INDICATION, SUCCESS, ERROR;

        /// The two bits of the class, C1 and C0, in their places of the message type.
        int bits() {
            return switch (this) {
                case REQUEST -> 0x000;
                case INDICATION -> 0x010;
                case SUCCESS -> 0x100;
                case ERROR -> 0x110;
            };
        }

        private static Kind of(int type) {
            return switch (type & 0x110) {
                case 0x000 -> REQUEST;
                case 0x010 -> INDICATION;
                case 0x100 -> SUCCESS;
                default -> ERROR;
            };
        }
    }

    /// What pairs a response with its request: 96 bits that nobody else can guess.
    record TransactionId(long high, int low) {
        static TransactionId random(RandomGenerator random) {
            return new TransactionId(random.nextLong(), random.nextInt());
        }
    }

    private record Attribute(int type, int at, int length) {}

    private final byte[] raw;
    private final ByteBuffer bytes;
    private final Kind kind;
    private final int method;
    private final TransactionId id;
    private final List<Attribute> attributes;

    private StunMessage(byte[] raw, List<Attribute> attributes) {
        this.raw = raw;
        this.bytes = ByteBuffer.wrap(raw);
        this.attributes = attributes;
        var type = bytes.getShort(0);
        kind = Kind.of(type);
        // The method's 12 bits lie around those of the class.
        method = (type & 0x000F) | (type & 0x00E0) >> 1 | (type & 0x3E00) >> 2;
        id = new TransactionId(bytes.getLong(8), bytes.getInt(16));
    }

    /// Whether a datagram is STUN by its first byte and its cookie (RFC 7983).
    static boolean isStun(byte[] bytes, int offset, int length) {
        return length >= HEADER_LENGTH && (bytes[offset] & 0xFC) == 0
                && ByteBuffer.wrap(bytes, offset, length).getInt(offset + 4) == MAGIC_COOKIE;
    }

    /// Reads a message, unless it is malformed or its fingerprint is wrong. The bytes are copied.
    static Optional<StunMessage> parse(byte[] datagram, int offset, int length) {
        if (!isStun(datagram, offset, length)) {
            return Optional.empty();
        }
        var raw = Arrays.copyOfRange(datagram, offset, offset + length);
        var bytes = ByteBuffer.wrap(raw);
        if (Short.toUnsignedInt(bytes.getShort(2)) != length - HEADER_LENGTH || length % 4 != 0) {
            return Optional.empty();
        }
        List<Attribute> attributes = new ArrayList<>();
        for (var at = HEADER_LENGTH; at < length;) {
            var type = Short.toUnsignedInt(bytes.getShort(at));
            var size = Short.toUnsignedInt(bytes.getShort(at + 2));
            var attribute = new Attribute(type, at + ATTRIBUTE_HEADER_LENGTH, size);
            if (attribute.at + size > length || attributes.size() == MOST_ATTRIBUTES) {
                return Optional.empty();
            }
            attributes.add(attribute);
            at = attribute.at + (size + 3 & ~3);
        }
        var message = new StunMessage(raw, attributes);
        return message.isCorrect() ? Optional.of(message) : Optional.empty();
    }

    Kind kind() {
        return kind;
    }

    int method() {
        return method;
    }

    boolean isBinding(Kind wanted) {
        return method == BINDING && kind == wanted;
    }

    TransactionId id() {
        return id;
    }

    Optional<String> username() {
        return find(USERNAME).map(this::text);
    }

    Optional<String> software() {
        return find(SOFTWARE).map(this::text);
    }

    OptionalLong priority() {
        return find(PRIORITY).filter(one -> one.length == Integer.BYTES)
                .map(one -> OptionalLong.of(Integer.toUnsignedLong(bytes.getInt(one.at))))
                .orElseGet(OptionalLong::empty);
    }

    boolean useCandidate() {
        return find(USE_CANDIDATE).isPresent();
    }

    /// The tie breaker of a sender that takes itself for the controlling one.
    OptionalLong controlling() {
        return tieBreaker(ICE_CONTROLLING);
    }

    /// The tie breaker of a sender that takes itself for the controlled one.
    OptionalLong controlled() {
        return tieBreaker(ICE_CONTROLLED);
    }

    /// The code of an error response.
    OptionalInt errorCode() {
        return find(ERROR_CODE).filter(one -> one.length >= Integer.BYTES)
                .map(one -> OptionalInt.of((bytes.get(one.at + 2) & 0x7) * 100 + (bytes.get(one.at + 3) & 0xFF)))
                .orElseGet(OptionalInt::empty);
    }

    /// Where the request came from, as its receiver saw it.
    Optional<InetSocketAddress> mappedAddress() {
        return find(XOR_MAPPED_ADDRESS).flatMap(this::xorAddress);
    }

    /// Who a packet comes from that a relay passes on.
    Optional<InetSocketAddress> peerAddress() {
        return find(XOR_PEER_ADDRESS).flatMap(this::xorAddress);
    }

    /// The address that a relay has for us.
    Optional<InetSocketAddress> relayedAddress() {
        return find(XOR_RELAYED_ADDRESS).flatMap(this::xorAddress);
    }

    /// How long a relay is ours, in seconds.
    OptionalLong lifetime() {
        return find(LIFETIME).filter(one -> one.length == Integer.BYTES)
                .map(one -> OptionalLong.of(Integer.toUnsignedLong(bytes.getInt(one.at))))
                .orElseGet(OptionalLong::empty);
    }

    /// The channel that a peer's packets are to go by.
    OptionalInt channelNumber() {
        return find(CHANNEL_NUMBER).filter(one -> one.length == Integer.BYTES)
                .map(one -> OptionalInt.of(Short.toUnsignedInt(bytes.getShort(one.at))))
                .orElseGet(OptionalInt::empty);
    }

    /// The packet that a relay passes on.
    Optional<ByteBuffer> data() {
        return find(DATA).map(one -> ByteBuffer.wrap(raw, one.at, one.length));
    }

    /// Whom a server's credentials are for; any bytes, to be sent back as they are.
    Optional<byte[]> realm() {
        return find(REALM).map(this::copy);
    }

    /// What a server wants to see in the next request; any bytes, to be sent back as they are.
    Optional<byte[]> nonce() {
        return find(NONCE).map(this::copy);
    }

    /// The attributes that must be understood and are not: they call for an error 420.
    List<Integer> unknown() {
        return attributes.stream()
                .map(Attribute::type)
                .filter(type -> type < COMPREHENSION_OPTIONAL && !UNDERSTOOD.contains(type))
                .toList();
    }

    /// Whether the sender knows the key: MESSAGE-INTEGRITY is there and right.
    boolean isAuthentic(byte[] key) {
        var integrity = first(MESSAGE_INTEGRITY).filter(one -> one.length == INTEGRITY_LENGTH);
        if (integrity.isEmpty()) {
            return false;
        }
        var start = integrity.get().at - ATTRIBUTE_HEADER_LENGTH;
        // The length that was hashed ends with this attribute, whatever follows.
        var hashed = Arrays.copyOf(raw, start);
        ByteBuffer.wrap(hashed)
                .putShort(2, (short) (start + ATTRIBUTE_HEADER_LENGTH + INTEGRITY_LENGTH - HEADER_LENGTH));
        var expected = StunWriter.hmac(key, hashed, start);
        return MessageDigest.isEqual(expected, Arrays.copyOfRange(raw, integrity.get().at,
                integrity.get().at + INTEGRITY_LENGTH));
    }

    /// Whether FINGERPRINT, where it is there, is last and right.
    private boolean isCorrect() {
        var fingerprint = first(FINGERPRINT);
        if (fingerprint.isEmpty()) {
            return true;
        }
        var at = fingerprint.get().at;
        return fingerprint.get().length == Integer.BYTES && at + Integer.BYTES == raw.length
                && bytes.getInt(at) == StunWriter.checksum(raw, at - ATTRIBUTE_HEADER_LENGTH);
    }

    private OptionalLong tieBreaker(int type) {
        return find(type).filter(one -> one.length == Long.BYTES)
                .map(one -> OptionalLong.of(bytes.getLong(one.at)))
                .orElseGet(OptionalLong::empty);
    }

    private byte[] copy(Attribute one) {
        return Arrays.copyOfRange(raw, one.at, one.at + one.length);
    }

    private String text(Attribute one) {
        return new String(raw, one.at, one.length, StandardCharsets.UTF_8);
    }

    private Optional<InetSocketAddress> xorAddress(Attribute one) {
        var family = one.length < 4 ? 0 : bytes.get(one.at + 1);
        var size = family == FAMILY_IPV4 ? 4 : family == FAMILY_IPV6 ? 16 : 0;
        if (size == 0 || one.length != 4 + size) {
            return Optional.empty();
        }
        var address = new byte[size];
        for (var i = 0; i < size; i++) {
            // Cookie and transaction id lie side by side in the header.
            address[i] = (byte) (bytes.get(one.at + 4 + i) ^ bytes.get(4 + i));
        }
        var port = Short.toUnsignedInt(bytes.getShort(one.at + 2)) ^ MAGIC_COOKIE >>> 16;
        try {
            return Optional.of(new InetSocketAddress(InetAddress.getByAddress(address), port));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + size + " bytes is one", e);
        }
    }

    /// The first attribute of a type that the integrity covers.
    private Optional<Attribute> find(int type) {
        for (var one : attributes) {
            if (one.type == type) {
                return Optional.of(one);
            }
            if (one.type == MESSAGE_INTEGRITY) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Optional<Attribute> first(int type) {
        return attributes.stream().filter(one -> one.type == type).findFirst();
    }

    @Override
    public String toString() {
        return "StunMessage[" + kind + " of method " + method + ", " + attributes.size() + " attributes]";
    }
}
