package dev.parley.rtc;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Writes one STUN message; see [StunMessage]. Attributes stand in the order of the calls, so [#sealed] comes last.
final class StunWriter {
    /// Less than any path takes in one piece.
    private static final int LONGEST = 548;
    private static final String HMAC = "HmacSHA1";

    /// UDP, as an IP header has it.
    private static final int UDP = 17;

    private final ByteBuffer out;

    StunWriter(StunMessage.Kind kind, int method, StunMessage.TransactionId id) {
        this(kind, method, id, LONGEST);
    }

    /// A message of up to `longest` bytes.
    StunWriter(StunMessage.Kind kind, int method, StunMessage.TransactionId id, int longest) {
        out = ByteBuffer.allocate(longest);
        var type = (method & 0x00F) | (method & 0x070) << 1 | (method & 0xF80) << 2 | kind.bits();
        out.putShort((short) type).putShort((short) 0).putInt(StunMessage.MAGIC_COOKIE);
        out.putLong(id.high()).putInt(id.low());
    }

    static StunWriter bindingRequest(StunMessage.TransactionId id) {
        return new StunWriter(StunMessage.Kind.REQUEST, StunMessage.BINDING, id);
    }

    StunWriter username(String username) {
        return attribute(StunMessage.USERNAME, username.getBytes(StandardCharsets.UTF_8));
    }

    StunWriter software(String name) {
        return attribute(StunMessage.SOFTWARE, name.getBytes(StandardCharsets.UTF_8));
    }

    StunWriter priority(long priority) {
        return attribute(StunMessage.PRIORITY, ByteBuffer.allocate(Integer.BYTES).putInt((int) priority).array());
    }

    StunWriter useCandidate() {
        return attribute(StunMessage.USE_CANDIDATE, new byte[0]);
    }

    /// The sender's role and what settles a conflict about it.
    StunWriter role(boolean controlling, long tieBreaker) {
        return attribute(controlling ? StunMessage.ICE_CONTROLLING : StunMessage.ICE_CONTROLLED,
                ByteBuffer.allocate(Long.BYTES).putLong(tieBreaker).array());
    }

    StunWriter error(int code, String reason) {
        var text = reason.getBytes(StandardCharsets.UTF_8);
        return attribute(StunMessage.ERROR_CODE, ByteBuffer.allocate(4 + text.length)
                .putShort((short) 0)
                .put((byte) (code / 100))
                .put((byte) (code % 100))
                .put(text)
                .array());
    }

    StunWriter unknown(List<Integer> types) {
        var value = ByteBuffer.allocate(types.size() * Short.BYTES);
        types.forEach(type -> value.putShort(type.shortValue()));
        return attribute(StunMessage.UNKNOWN_ATTRIBUTES, value.array());
    }

    StunWriter mappedAddress(InetSocketAddress address) {
        return xorAddress(StunMessage.XOR_MAPPED_ADDRESS, address);
    }

    StunWriter peerAddress(InetSocketAddress address) {
        return xorAddress(StunMessage.XOR_PEER_ADDRESS, address);
    }

    StunWriter relayedAddress(InetSocketAddress address) {
        return xorAddress(StunMessage.XOR_RELAYED_ADDRESS, address);
    }

    /// Asks for a relay that speaks UDP with peers.
    StunWriter requestedUdp() {
        return attribute(StunMessage.REQUESTED_TRANSPORT, new byte[]{UDP, 0, 0, 0});
    }

    StunWriter lifetime(long seconds) {
        return attribute(StunMessage.LIFETIME, ByteBuffer.allocate(Integer.BYTES).putInt((int) seconds).array());
    }

    StunWriter channelNumber(int number) {
        return attribute(StunMessage.CHANNEL_NUMBER,
                ByteBuffer.allocate(Integer.BYTES).putShort((short) number).array());
    }

    StunWriter realm(byte[] realm) {
        return attribute(StunMessage.REALM, realm);
    }

    StunWriter nonce(byte[] nonce) {
        return attribute(StunMessage.NONCE, nonce);
    }

    StunWriter data(byte[] bytes, int offset, int length) {
        return attribute(StunMessage.DATA, bytes, offset, length);
    }

    private StunWriter xorAddress(int type, InetSocketAddress address) {
        var raw = address.getAddress().getAddress();
        var family = address.getAddress() instanceof Inet4Address ? StunMessage.FAMILY_IPV4 : StunMessage.FAMILY_IPV6;
        var value = ByteBuffer.allocate(4 + raw.length)
                .put((byte) 0)
                .put((byte) family)
                .putShort((short) (address.getPort() ^ StunMessage.MAGIC_COOKIE >>> 16));
        for (var i = 0; i < raw.length; i++) {
            value.put((byte) (raw[i] ^ out.get(4 + i)));
        }
        return attribute(type, value.array());
    }

    /// The message with integrity and fingerprint.
    byte[] sealed(byte[] key) {
        length(out.position() + StunMessage.ATTRIBUTE_HEADER_LENGTH + StunMessage.INTEGRITY_LENGTH);
        attribute(StunMessage.MESSAGE_INTEGRITY, hmac(key, out.array(), out.position()));
        return bytes();
    }

    /// The message with a fingerprint alone: for a server that knows nobody.
    byte[] bytes() {
        length(out.position() + StunMessage.ATTRIBUTE_HEADER_LENGTH + Integer.BYTES);
        var checksum = checksum(out.array(), out.position());
        attribute(StunMessage.FINGERPRINT, ByteBuffer.allocate(Integer.BYTES).putInt(checksum).array());
        return Arrays.copyOf(out.array(), out.position());
    }

    /// The message as it is: for packets on their way through a relay, which nobody signs.
    byte[] plain() {
        length(out.position());
        return Arrays.copyOf(out.array(), out.position());
    }

    private void length(int end) {
        out.putShort(2, (short) (end - StunMessage.HEADER_LENGTH));
    }

    private StunWriter attribute(int type, byte[] value) {
        return attribute(type, value, 0, value.length);
    }

    private StunWriter attribute(int type, byte[] bytes, int offset, int length) {
        out.putShort((short) type).putShort((short) length).put(bytes, offset, length);
        while (out.position() % 4 != 0) {
            out.put((byte) 0);
        }
        return this;
    }

    static int checksum(byte[] bytes, int length) {
        var crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue() ^ StunMessage.FINGERPRINT_XOR;
    }

    static byte[] hmac(byte[] key, byte[] bytes, int length) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            mac.update(bytes, 0, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }
}
