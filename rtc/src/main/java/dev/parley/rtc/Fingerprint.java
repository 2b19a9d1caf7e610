package dev.parley.rtc;

/// The hash of a certificate, as in `a=fingerprint` (RFC 8122 section 5). Sketch.
///
/// @param algorithm the name of the hash in lower case: `sha-256`
/// @param value     pairs of upper-case hexadecimal digits with colons between them
public record Fingerprint(String algorithm, String value) {
    /// Reads `sha-256 AB:CD:...`, in any case.
    public static Fingerprint parse(String text) {
        throw new UnsupportedOperationException();
    }

    /// The SDP attribute's value: `sha-256 AB:CD:...`.
    @Override
    public String toString() {
        return algorithm + " " + value;
    }
}
