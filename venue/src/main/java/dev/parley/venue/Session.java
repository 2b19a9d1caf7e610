package dev.parley.venue;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// A conversation with the venue. Calls of one session run one after the other: [SessionLocks] sees to it in this process, and
/// a lock on the row where other processes may use the same database.
///
/// @param locationId where it sells from; empty for the venue's default
/// @param actor who is signed in; empty if nobody is
/// @param role what they may do; empty if nobody is signed in
/// @param badge what whoever calls this time came in with; empty if that says nothing about them
record Session(String id, Optional<String> locationId, Optional<Instant> endedAt, Optional<String> actor,
        Optional<Role> role, Optional<Badge> badge) {
    /// Of those who only look: there is no row of it, and nothing is locked.
    static final Session READER = new Session("", Optional.empty(), Optional.empty(), Optional.empty(), Optional
            .empty(), Optional.empty());
    private static final int MAX_ID = 128;
    /// Written at most this often: who is here matters to people, not to programs.
    private static final long SEEN_EVERY_SECONDS = 10;

    /// A session, and the rules of its venue, as a transaction finds them.
    record Entered(Session session, VenueSettings venue) {}

    /// The session of this id, made if it is new.
    ///
    /// @param shared whether to lock it until the transaction ends
    /// @throws Refusal if the id is not 1 to 128 characters
    static Entered enter(Handle db, String venueId, String id, Instant now, boolean shared) {
        if (id.isBlank() || id.length() > MAX_ID) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "sessionId: expected 1 to " + MAX_ID
                    + " characters, found " + id.length());
        }
        return read(db, venueId, id, now, shared).orElseGet(() -> {
            db.createUpdate("""
                    INSERT INTO sessions (venue_id, id, started_at, last_seen_at) VALUES (:venue, :id, :now, :now)
                    ON CONFLICT DO NOTHING""")
                    .bind("venue", venueId)
                    .bind("id", id)
                    .bind("now", Times.toColumn(now))
                    .execute();
            return read(db, venueId, id, now, shared).orElseThrow();
        });
    }

    private static Optional<Entered> read(Handle db, String venueId, String id, Instant now, boolean shared) {
        return db.createQuery("""
                SELECT v.*, s.location_id, s.last_seen_at, s.ended_at, s.actor, s.role
                FROM sessions s JOIN venues v ON v.id = s.venue_id
                WHERE s.venue_id = :venue AND s.id = :id""" + (shared ? " FOR UPDATE OF s" : ""))
                .bind("venue", venueId)
                .bind("id", id)
                .map((row, _) -> {
                    if (Times.of(row, "last_seen_at").plusSeconds(SEEN_EVERY_SECONDS).isBefore(now)) {
                        seen(db, venueId, id, now);
                    }
                    var session = new Session(id, Optional.ofNullable(row.getString("location_id")), Times.find(row,
                            "ended_at"), Optional.ofNullable(row.getString("actor")), Optional.ofNullable(row
                                    .getString("role"))
                                    .map(Role::of), Optional.empty());
                    return new Entered(session, VenueSettings.read(row));
                })
                .findOne();
    }

    /// The same, as somebody with this badge uses it.
    Session with(Badge shown) {
        return new Session(id, locationId, endedAt, actor, role, Optional.of(shown));
    }

    /// Who does what is done, for the records: whoever has signed in, else whoever came in.
    String doer() {
        return actor.or(() -> badge.map(Badge::name)).orElse("anyone");
    }

    private static void seen(Handle db, String venueId, String id, Instant now) {
        db.createUpdate("UPDATE sessions SET last_seen_at = :now WHERE venue_id = :venue AND id = :id")
                .bind("now", Times.toColumn(now))
                .bind("venue", venueId)
                .bind("id", id)
                .execute();
    }
}
