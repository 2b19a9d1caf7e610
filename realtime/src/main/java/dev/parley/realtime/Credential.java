package dev.parley.realtime;

import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// What a client shows to be let in, as the one header it travels in. Never in [#toString()].
final class Credential {
    /// Other characters would end up in the exception of whoever refuses the header.
    private static final Pattern TOKEN = Pattern.compile("[!-~]+");

    private static final int SHOWN = 5;

    private final String header;
    private final String prefix;
    private final Supplier<String> secret;
    private final String description;

    private Credential(String header, String prefix, Supplier<String> secret, String description) {
        this.header = header;
        this.prefix = prefix;
        this.secret = secret;
        this.description = description;
    }

    static Credential none() {
        return new Credential("", "", () -> "", "without a key");
    }

    static Credential bearer(String key) {
        var checked = checked(key, "an API key");
        return new Credential("Authorization", "Bearer ", () -> checked, "with a key");
    }

    static Credential azureKey(String key) {
        var checked = checked(key, "an API key");
        return new Credential("api-key", "", () -> checked, "with a key");
    }

    /// Asks for the token each time it is needed.
    static Credential tokens(Supplier<String> supplier) {
        return new Credential("Authorization", "Bearer ", () -> checked(supplier.get(), "a token"), "with a token");
    }

    /// The header to send; empty without a credential.
    Map<String, String> headers() {
        return header.isEmpty() ? Map.of() : Map.of(header, prefix + secret.get());
    }

    /// The secret without white space around it, if it can travel in a header; the message does not show it.
    static String checked(String secret, String what) {
        var stripped = secret.strip();
        if (!TOKEN.matcher(stripped).matches()) {
            throw new IllegalArgumentException(
                    "expected " + what + " of printable ASCII characters, found others: copy it again");
        }
        return stripped;
    }

    /// As much of a key as may be shown: enough to tell which one it is, and nothing of one too short to have a secret
    /// left.
    static String masked(String key) {
        return key.length() < 2 * SHOWN ? "..." : key.substring(0, SHOWN) + "...";
    }

    @Override
    public String toString() {
        return description;
    }
}
