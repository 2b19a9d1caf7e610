package dev.parley.emulator;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// Ids as the service makes them: a prefix and 21 letters or digits, those of one session in rising order.
/// Confined to the session's thread.
final class Ids {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 21;
    private static final int COUNTER_LENGTH = 5;

    private final RandomGenerator random;
    private int count;

    Ids(RandomGenerator random) {
        this.random = random;
    }

    /// 32 hexadecimal digits, as in the ids of calls.
    String hex() {
        return HexFormat.of().toHexDigits(random.nextLong()) + HexFormat.of().toHexDigits(random.nextLong());
    }

    String next(String prefix) {
        var id = new char[LENGTH];
        int rest = ++count;
        for (int i = COUNTER_LENGTH - 1; i >= 0; i--) {
            id[i] = ALPHABET.charAt(rest % ALPHABET.length());
            rest /= ALPHABET.length();
        }
        for (int i = COUNTER_LENGTH; i < LENGTH; i++) {
            id[i] = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        }
        return prefix + "_" + new String(id);
    }
}
