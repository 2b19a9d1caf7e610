package dev.parley.rtc;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/// The hash of a certificate, as in `a=fingerprint` (RFC 8122 section 5). Hashes that can be forged are refused.
///
/// @param algorithm the name of the hash in lower case: `sha-256`, `sha-384` or `sha-512`
/// @param value     pairs of upper-case hexadecimal digits with colons between them
public record Fingerprint(String algorithm, String value) {
    private static final HexFormat PAIRS = HexFormat.ofDelimiter(":").withUpperCase();
    private static final String SHA_256 = "sha-256";
    private static final Map<String, Integer> LENGTHS = Map.of(SHA_256, 32, "sha-384", 48, "sha-512", 64);

    public Fingerprint {
        algorithm = algorithm.toLowerCase(Locale.ROOT);
        value = value.toUpperCase(Locale.ROOT);
        var length = LENGTHS.get(algorithm);
        if (length == null) {
            throw new IllegalArgumentException("expected a fingerprint by sha-256, sha-384 or sha-512, found another"
                    + " hash");
        }
        if (!value.matches("[0-9A-F]{2}(:[0-9A-F]{2}){" + (length - 1) + "}")) {
            throw new IllegalArgumentException("expected a fingerprint of " + length + " pairs of hexadecimal digits"
                    + " with colons between them, found something else");
        }
    }

    /// Reads `sha-256 AB:CD:...`, in any case.
    public static Fingerprint parse(String text) {
        var parts = text.strip().split("\\s+", 3);
        if (parts.length != 2) {
            throw new IllegalArgumentException("expected a hash and a fingerprint, found " + parts.length + " words");
        }
        return new Fingerprint(parts[0], parts[1]);
    }

    /// The SHA-256 fingerprint of an encoded certificate.
    static Fingerprint of(byte[] certificate) {
        return new Fingerprint(SHA_256, PAIRS.formatHex(hash(SHA_256, certificate)));
    }

    /// Whether it is of this certificate.
    boolean matches(byte[] certificate) {
        return MessageDigest.isEqual(PAIRS.parseHex(value), hash(algorithm, certificate));
    }

    private static byte[] hash(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm.toUpperCase(Locale.ROOT)).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected a runtime with " + algorithm, e);
        }
    }

    /// The SDP attribute's value: `sha-256 AB:CD:...`.
    @Override
    public String toString() {
        return algorithm + " " + value;
    }
}
