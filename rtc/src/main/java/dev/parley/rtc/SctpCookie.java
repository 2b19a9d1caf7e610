package dev.parley.rtc;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What we would have to remember of a peer that wants an association, given to it to remember (RFC 9260 section 5.1.3):
/// signed, and good for a minute.
///
/// @param localTag  the verification tag of packets to us
/// @param peerTag   the verification tag of packets to the peer
/// @param localTsn  our first TSN
/// @param peerTsn   the peer's first TSN
/// @param window    the peer's window
/// @param streams   how many streams the peer takes
/// @param abandons  whether the peer knows FORWARD-TSN
/// @param created   when, in nanoseconds of our clock
record SctpCookie(int localTag, int peerTag, int localTsn, int peerTsn, int window, int streams, boolean abandons,
        long created) {
    static final int LENGTH = 64;

    private static final int SIGNED = 32;
    private static final long LIFE = 60_000_000_000L;

    byte[] sign(byte[] secret) {
        var bytes = new byte[LENGTH];
        Wire.put32(bytes, 0, localTag);
        Wire.put32(bytes, 4, peerTag);
        Wire.put32(bytes, 8, localTsn);
        Wire.put32(bytes, 12, peerTsn);
        Wire.put32(bytes, 16, window);
        Wire.put16(bytes, 20, streams);
        bytes[22] = (byte) (abandons ? 1 : 0);
        Wire.put32(bytes, 24, (int) (created >> 32));
        Wire.put32(bytes, 28, (int) created);
        System.arraycopy(signature(bytes, 0, secret), 0, bytes, SIGNED, LENGTH - SIGNED);
        return bytes;
    }

    /// The cookie, if it is ours.
    static Optional<SctpCookie> open(byte[] bytes, int at, int length, byte[] secret) {
        if (length != LENGTH || !isOurs(bytes, at, secret)) {
            return Optional.empty();
        }
        long created = ((long) Wire.i32(bytes, at + 24) << 32) | (Wire.i32(bytes, at + 28) & 0xFFFF_FFFFL);
        return Optional.of(new SctpCookie(Wire.i32(bytes, at), Wire.i32(bytes, at + 4), Wire.i32(bytes, at + 8),
                Wire.i32(bytes, at + 12), Wire.i32(bytes, at + 16), Wire.u16(bytes, at + 20), bytes[at + 22] != 0,
                created));
    }

    /// Whether its minute is over.
    boolean isStale(long now) {
        return now - created > LIFE;
    }

    private static boolean isOurs(byte[] bytes, int at, byte[] secret) {
        var found = new byte[LENGTH - SIGNED];
        System.arraycopy(bytes, at + SIGNED, found, 0, found.length);
        return MessageDigest.isEqual(found, signature(bytes, at, secret));
    }

    private static byte[] signature(byte[] bytes, int at, byte[] secret) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(bytes, at, SIGNED);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("expected a runtime with HMAC-SHA256", e);
        }
    }

    /// Without the tags.
    @Override
    public String toString() {
        return "SctpCookie";
    }
}
