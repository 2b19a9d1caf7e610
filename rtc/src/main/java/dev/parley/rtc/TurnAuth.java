package dev.parley.rtc;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/// The long-term credentials for one TURN server (RFC 8489 section 9.2): what requests are signed with, once the server has
/// said for which realm.
final class TurnAuth {
    /// RFC 8489 sections 14.9 and 14.10; what is longer is not sent back.
    private static final int LONGEST = 763;

    private final byte[] username;
    private final byte[] password;
    private final String name;
    private byte[] realm = {};
    private byte[] nonce = {};
    private byte[] key = {};

    TurnAuth(String username, String password) {
        name = username;
        this.username = username.getBytes(StandardCharsets.UTF_8);
        this.password = password.getBytes(StandardCharsets.UTF_8);
    }

    /// Whether requests are signed by now.
    boolean isKnown() {
        return key.length > 0;
    }

    /// Takes what an error 401 or 438 says, for the next request; false if it says nothing that could be used.
    boolean learn(StunMessage challenge) {
        var newNonce = challenge.nonce().filter(bytes -> bytes.length <= LONGEST);
        var newRealm = challenge.realm().filter(bytes -> bytes.length <= LONGEST);
        if (newNonce.isEmpty() || (newRealm.isEmpty() && !isKnown())) {
            return false;
        }
        nonce = newNonce.get();
        if (newRealm.isPresent()) {
            realm = newRealm.get();
            key = digest();
        }
        return true;
    }

    byte[] seal(StunWriter request) {
        return isKnown() ? request.username(name).realm(realm).nonce(nonce).sealed(key) : request.bytes();
    }

    /// Whether a response comes from somebody who knows the password too.
    boolean isAuthentic(StunMessage response) {
        return isKnown() && response.isAuthentic(key);
    }

    private byte[] digest() {
        try {
            var digest = MessageDigest.getInstance("MD5");
            digest.update(username);
            digest.update((byte) ':');
            digest.update(realm);
            digest.update((byte) ':');
            return digest.digest(password);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
