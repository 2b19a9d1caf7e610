package dev.parley.rtc;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/// The name and the password of one side for the time until a restart (RFC 8445 section 5.3). Prints no password.
record IceCredentials(String ufrag, String password) {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    /// 48 and 144 bits of randomness, where 24 and 128 are asked for.
    private static final int UFRAG_LENGTH = 8;
    private static final int PASSWORD_LENGTH = 24;

    static IceCredentials random(RandomGenerator random) {
        return new IceCredentials(letters(random, UFRAG_LENGTH), letters(random, PASSWORD_LENGTH));
    }

    byte[] key() {
        return password.getBytes(StandardCharsets.UTF_8);
    }

    private static String letters(RandomGenerator random, int length) {
        var text = new StringBuilder(length);
        for (var i = 0; i < length; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return "IceCredentials of " + ufrag;
    }
}
