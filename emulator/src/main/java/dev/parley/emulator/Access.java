package dev.parley.emulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/// Who may come in, and what they may ask for. Keys are never in [#toString()].
///
/// @param keys the keys that are accepted; when there are none, any key is
/// @param refusedKeys keys that are refused even so, as wrong ones
/// @param models models besides those of the service
/// @param beta whether the beta dialect, which the service has switched off, is spoken
/// @param origins origins of web pages that may use the emulator besides those of this machine; `*` stands for all
public record Access(Set<String> keys, Set<String> refusedKeys, Set<String> models, Beta beta, Set<String> origins) {
    /// Whether the beta dialect is spoken to those who ask for it.
    public enum Beta {
        /** Refused with close code 4000, as the service does. */
        REFUSED,
        /** Spoken, for clients written before 2025-08-28. */
        SPOKEN
    }

    /// Any key, the service's models, no beta, pages of this machine.
    public static final Access OPEN = new Access(Set.of(), Set.of(), Set.of(), Beta.REFUSED, Set.of());

    public Access {
        keys = Set.copyOf(keys);
        refusedKeys = Set.copyOf(refusedKeys);
        models = Set.copyOf(models);
        origins = Set.copyOf(origins);
        if (keys.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("expected keys that can be sent, found an empty one");
        }
    }

    public Access withKeys(Collection<String> accepted) {
        return new Access(Set.copyOf(accepted), refusedKeys, models, beta, origins);
    }

    public Access withRefusedKeys(Collection<String> wrong) {
        return new Access(keys, Set.copyOf(wrong), models, beta, origins);
    }

    public Access withModels(Collection<String> more) {
        return new Access(keys, refusedKeys, Set.copyOf(more), beta, origins);
    }

    public Access withBeta(Beta other) {
        return new Access(keys, refusedKeys, models, other, origins);
    }

    public Access withOrigins(Collection<String> more) {
        return new Access(keys, refusedKeys, models, beta, Set.copyOf(more));
    }

    /// Whether a standard key opens the door.
    boolean accepts(String key) {
        return !isAmong(refusedKeys, key) && (keys.isEmpty() || isAmong(keys, key));
    }

    /// In a time that does not tell how much of a key was right.
    private static boolean isAmong(Set<String> known, String key) {
        var given = key.getBytes(StandardCharsets.UTF_8);
        boolean found = false;
        for (var one : known) {
            found |= MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), given);
        }
        return found;
    }

    @Override
    public String toString() {
        return "Access[" + keys.size() + " keys, models=" + new TreeSet<>(models) + ", beta=" + beta + ", origins="
                + new TreeSet<>(origins) + "]";
    }
}
