package dev.parley.venue;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Signs the people who work at a venue in to their sessions, and takes new ones on. Thread-safe.
///
/// Whoever lets people try PINs must count their attempts: a PIN is short.
public final class StaffDesk {
    private static final String DESK = "staff desk";
    private static final int MAX_NAME = 80;

    private final Till till;

    StaffDesk(Till till) {
        this.till = till;
    }

    /// Somebody who has shown who they are.
    public record Member(String name, Role role) {}

    /// Takes somebody on.
    ///
    /// @param pin 4 to 12 digits that nobody else has
    /// @return their id
    /// @throws Refusal if the name or the PIN is not one
    public String add(String name, Role role, String pin) {
        if (name.isBlank() || name.length() > MAX_NAME) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "A name has 1 to " + MAX_NAME + " characters.");
        }
        return till.perform(DESK, transaction -> Staff.add(transaction, name.strip(), role, pin));
    }

    /// Signs in to a session whoever has this PIN; what they do there is recorded under their name.
    ///
    /// @return empty if nobody has it; the session stays as it was
    /// @throws Refusal if the session has ended
    public Optional<Member> signIn(String sessionId, String pin) {
        return till.perform(sessionId, transaction -> {
            if (transaction.session().endedAt().isPresent()) {
                throw new Refusal(ErrorCode.SESSION_ENDED, "This session has ended; start a new one.");
            }
            return Staff.find(transaction, pin).map(member -> {
                set(transaction, member.name(), member.role().toString());
                transaction.audit("staff.sign_in", sessionId, null, member.name() + ", " + member.role());
                return new Member(member.name(), member.role());
            });
        });
    }

    /// Signs out of a session whoever is signed in.
    public void signOut(String sessionId) {
        till.perform(sessionId, transaction -> {
            set(transaction, null, null);
            transaction.audit("staff.sign_out", sessionId, transaction.session().actor().orElse(null), null);
            return sessionId;
        });
    }

    private static void set(Transaction transaction, @Nullable String actor, @Nullable String role) {
        transaction.db()
                .createUpdate("UPDATE sessions SET actor = :actor, role = :role WHERE venue_id = :venue AND id = :id")
                .bind("actor", actor)
                .bind("role", role)
                .bind("venue", transaction.venue().id())
                .bind("id", transaction.session().id())
                .execute();
    }
}
