package dev.parley.rtc;

/// The master key and salt of one direction of SRTP. Prints no key.
public final class SrtpKeys {
    private final SrtpProfile profile;
    private final byte[] key;
    private final byte[] salt;

    private SrtpKeys(SrtpProfile profile, byte[] key, byte[] salt) {
        this.profile = profile;
        this.key = key;
        this.salt = salt;
    }

    /// Keys from `key` (16 bytes) and `salt` (as long as the profile says), which are copied.
    public static SrtpKeys of(SrtpProfile profile, byte[] key, byte[] salt) {
        if (key.length != SrtpProfile.KEY_LENGTH || salt.length != profile.saltLength()) {
            throw new IllegalArgumentException("expected a key of " + SrtpProfile.KEY_LENGTH + " bytes and a salt of "
                    + profile.saltLength() + " for " + profile + ", found " + key.length + " and " + salt.length);
        }
        return new SrtpKeys(profile, key.clone(), salt.clone());
    }

    /// The profile the keys are for.
    public SrtpProfile profile() {
        return profile;
    }

    byte[] key() {
        return key.clone();
    }

    byte[] salt() {
        return salt.clone();
    }

    @Override
    public String toString() {
        return "SrtpKeys[" + profile + "]";
    }
}
