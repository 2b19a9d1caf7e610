package dev.parley.venue;

import java.security.SecureRandom;
import java.time.Instant;

/// Makes identifiers such as `ord_01JDH3Q8M2V5T7XKYB9C4D6E8F`: a prefix, 48 bits of time and 80 random bits, so that
/// those made later sort later. Thread-safe.
final class Ids {
    /// Crockford's alphabet: no letter that could be taken for a digit.
    private static final char[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    static String next(String prefix, Instant now) {
        var text = new StringBuilder(prefix).append('_');
        append(text, now.toEpochMilli(), 10);
        append(text, RANDOM.nextLong(), 8);
        return append(text, RANDOM.nextLong(), 8).toString();
    }

    private static StringBuilder append(StringBuilder text, long bits, int characters) {
        for (int i = characters - 1; i >= 0; i--) {
            text.append(ALPHABET[(int) (bits >>> (5 * i)) & 31]);
        }
        return text;
    }
}
