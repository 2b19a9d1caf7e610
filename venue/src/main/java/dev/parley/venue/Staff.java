package dev.parley.venue;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// The people who work at a venue, known by their PINs.
///
/// A venue without staff lets anybody do anything, which is right for a machine that only its owner can reach. With
/// staff, or where keys tell staff from managers ([Badge]), what a manager must approve is refused to everybody else.
final class Staff {
    private static final int ROUNDS = 20_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Staff() {}

    /// Somebody who has shown who they are.
    record Member(String name, Role role) {}

    static String add(Transaction transaction, String name, Role role, String pin) {
        if (!pin.matches("[0-9]{4,12}")) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "A PIN has 4 to 12 digits.");
        }
        if (find(transaction, pin).isPresent()) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "That PIN cannot be used; choose another.");
        }
        var id = transaction.newId("stf");
        transaction.db()
                .createUpdate("""
                        INSERT INTO staff (id, venue_id, name, role, pin_hash, active)
                        VALUES (:id, :venue, :name, :role, :hash, TRUE)""")
                .bind("id", id)
                .bind("venue", transaction.venue().id())
                .bind("name", name)
                .bind("role", role.toString())
                .bind("hash", hash(pin))
                .execute();
        transaction.audit("staff.add", id, null, name + ", " + role);
        return id;
    }

    /// Whose PIN this is.
    static Optional<Member> find(Transaction transaction, String pin) {
        return transaction.db()
                .createQuery("SELECT name, role, pin_hash FROM staff WHERE venue_id = :venue AND active")
                .bind("venue", transaction.venue().id())
                .map((row, _) -> Map.entry(row.getString("pin_hash"), new Member(row.getString("name"), Role.of(row
                        .getString("role")))))
                .list()
                .stream()
                .filter(entry -> matches(pin, entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    static void approve(Transaction transaction, String what, Optional<String> pin) {
        var session = transaction.session();
        if (session.role().filter(Role.MANAGER::equals).isPresent()) {
            return;
        }
        var manager = session.badge().filter(badge -> badge.role() == Role.MANAGER);
        if (manager.isPresent()) {
            record(transaction, manager.get().name(), what);
            return;
        }
        if (session.badge().isEmpty() && !hasManagers(transaction)) {
            return;
        }
        var approver = pin.flatMap(said -> find(transaction, said)).filter(member -> member.role() == Role.MANAGER);
        if (approver.isEmpty()) {
            throw new Refusal(ErrorCode.APPROVAL_REQUIRED, pin.isPresent()
                    ? "That is not a manager's PIN."
                    : "A manager must approve " + what + ".", Map.of("approval", what));
        }
        record(transaction, approver.get().name(), what);
    }

    private static void record(Transaction transaction, String approver, String what) {
        transaction.audit("approve", transaction.callId().orElse(""), null, approver + ": " + what);
    }

    private static boolean hasManagers(Transaction transaction) {
        return transaction.db()
                .createQuery("""
                        SELECT COUNT(*) FROM staff WHERE venue_id = :venue AND active AND role = 'manager'""")
                .bind("venue", transaction.venue().id())
                .mapTo(Long.class)
                .one() > 0;
    }

    private static String hash(String pin) {
        var salt = new byte[16];
        RANDOM.nextBytes(salt);
        return HexFormat.of().formatHex(salt) + ":" + derive(pin, salt);
    }

    private static boolean matches(String pin, String hash) {
        var parts = hash.split(":", -1);
        var derived = derive(pin, HexFormat.of().parseHex(parts[0]));
        return MessageDigest.isEqual(HexFormat.of().parseHex(derived), HexFormat.of().parseHex(parts[1]));
    }

    private static String derive(String pin, byte[] salt) {
        try {
            var key = new PBEKeySpec(pin.toCharArray(), salt, ROUNDS, 256);
            return HexFormat.of()
                    .formatHex(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("expected a JDK with PBKDF2WithHmacSHA256", e);
        }
    }
}
