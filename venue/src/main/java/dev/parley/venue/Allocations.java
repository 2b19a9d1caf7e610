package dev.parley.venue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/// Events and the stock set aside for them, in the database. An event is locked before anything of it is changed, which
/// guards its allocations too; once it is closed it stays as it is.
final class Allocations {
    private Allocations() {}

    /// @param status `planned`, `open` or `closed`
    record Event(String id, String name, LocalDate date, String status) {
        static Event read(ResultSet row) throws SQLException {
            return new Event(row.getString("id"), row.getString("name"), row.getObject("event_date", LocalDate.class),
                    row.getString("status"));
        }

        boolean isClosed() {
            return status.equals("closed");
        }
    }

    /// What is set aside of one product from one location; in base units.
    record Allocation(String id, String eventId, StockKey key, long allocated, long consumed, long returned,
            boolean isOpen) {
        static Allocation read(ResultSet row) throws SQLException {
            return new Allocation(row.getString("id"), row.getString("event_id"), new StockKey(row.getString(
                    "product_id"), row.getString("location_id")), row.getLong("allocated"), row.getLong("consumed"), row
                            .getLong("returned"), row.getString("status").equals("open"));
        }

        String productId() {
            return key.productId();
        }
    }

    /// A new event.
    ///
    /// @throws Refusal if one of this name is not closed
    static Event create(Transaction transaction, String spokenName, LocalDate date) {
        var name = Stockkeeping.name("name", spokenName);
        var event = new Event(transaction.newId("evt"), name, date, "planned");
        var made = transaction.db()
                .createUpdate("""
                        INSERT INTO events (id, venue_id, name, event_date, status, open_key)
                        VALUES (:id, :venue, :name, :date, 'planned', :key) ON CONFLICT DO NOTHING""")
                .bind("id", event.id())
                .bind("venue", transaction.venue().id())
                .bind("name", name)
                .bind("date", date)
                .bind("key", transaction.venue().id() + "/" + Folded.of(name))
                .execute();
        if (made == 0) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "There is an event " + name
                    + " already; close it first, or choose another name.");
        }
        transaction.audit("event.create", event.id(), null, name + ", " + date);
        tell(transaction, event);
        return event;
    }

    /// By date.
    static List<Event> events(Transaction transaction) {
        return transaction.db()
                .createQuery("SELECT * FROM events WHERE venue_id = :venue ORDER BY event_date, name, id")
                .bind("venue", transaction.venue().id())
                .map((row, _) -> Event.read(row))
                .list();
    }

    /// The event of this id or name, locked; of several by that name, the one that is not closed.
    ///
    /// @throws Refusal if there is none, or it is closed
    static Event lock(Transaction transaction, String spoken) {
        var found = find(transaction, spoken);
        var event = transaction.db()
                .createQuery("SELECT * FROM events WHERE id = :id FOR UPDATE")
                .bind("id", found.id())
                .map((row, _) -> Event.read(row))
                .one();
        if (event.isClosed()) {
            throw new Refusal(ErrorCode.EVENT_CLOSED, "Event is already closed");
        }
        return event;
    }

    /// The event of this id or name, closed or not.
    ///
    /// @throws Refusal if there is none
    static Event find(Transaction transaction, String spoken) {
        var folded = Folded.of(spoken);
        var events = events(transaction);
        var named = events.stream()
                .filter(event -> event.id().equals(spoken.strip()) || Folded.of(event.name()).equals(folded))
                .toList();
        return named.stream()
                .filter(event -> !event.isClosed())
                .findFirst()
                .or(() -> named.reversed().stream().findFirst())
                .orElseThrow(() -> new Refusal(ErrorCode.EVENT_NOT_FOUND, "There is no event \"" + spoken + "\".", Map
                        .of(
                                "upcoming", events.stream()
                                        .filter(event -> !event.isClosed())
                                        .map(event -> Map.of("event_id", event.id(), "name", event.name(), "date", event
                                                .date()
                                                .toString()))
                                        .toList())));
    }

    /// In the order in which they were made.
    static List<Allocation> of(Transaction transaction, Event event) {
        return transaction.db()
                .createQuery("SELECT * FROM event_allocations WHERE event_id = :event ORDER BY id")
                .bind("event", event.id())
                .map((row, _) -> Allocation.read(row))
                .list();
    }

    /// Adds to what is set aside of a product from a location whose stock is locked and allows it; an event that was
    /// planned is then open.
    ///
    /// @return what is left at the location
    static long allocate(Transaction transaction, Event event, StockKey key, long amount) {
        var known = of(transaction, event).stream().filter(allocation -> allocation.key().equals(key)).findFirst();
        var id = known.map(Allocation::id).orElseGet(() -> transaction.newId("alc"));
        transaction.db()
                .createUpdate(known.isPresent()
                        ? "UPDATE event_allocations SET allocated = allocated + :amount WHERE id = :id"
                        : """
                                INSERT INTO event_allocations (id, event_id, product_id, location_id, allocated,
                                    consumed, returned, status)
                                VALUES (:id, :event, :product, :location, :amount, 0, 0, 'open')""")
                .bind("id", id)
                .bind("event", event.id())
                .bind("product", key.productId())
                .bind("location", key.locationId())
                .bind("amount", amount)
                .execute();
        transaction.audit("event.allocate", id, known.map(Allocation::allocated).orElse(0L), known.map(
                Allocation::allocated).orElse(0L) + amount);
        var left = transaction.stock().move(key, -amount, MovementKind.EVENT_ALLOCATE, ref(id));
        move(transaction, event, "open");
        return left;
    }

    /// Sets what has been used so far.
    static void consume(Transaction transaction, Allocation allocation, long consumed) {
        if (allocation.consumed() != consumed) {
            transaction.db()
                    .createUpdate("UPDATE event_allocations SET consumed = :consumed WHERE id = :id")
                    .bind("consumed", consumed)
                    .bind("id", allocation.id())
                    .execute();
            transaction.audit("event.consume", allocation.id(), allocation.consumed(), consumed);
        }
    }

    /// Returns what was not used to where it came from; its stock is locked.
    static void close(Transaction transaction, Allocation allocation) {
        var returned = allocation.allocated() - allocation.consumed();
        transaction.db()
                .createUpdate("UPDATE event_allocations SET returned = :returned, status = 'closed' WHERE id = :id")
                .bind("returned", returned)
                .bind("id", allocation.id())
                .execute();
        transaction.audit("event.return", allocation.id(), allocation.allocated(), returned);
        if (returned > 0) {
            transaction.stock().move(allocation.key(), returned, MovementKind.EVENT_RETURN, ref(allocation.id()));
        }
    }

    private static Stock.Ref ref(String allocationId) {
        return new Stock.Ref("allocation", allocationId);
    }

    /// Moves an event that is locked to another status.
    static void move(Transaction transaction, Event event, String status) {
        if (!event.status().equals(status)) {
            transaction.db()
                    .createUpdate(status.equals("closed")
                            ? "UPDATE events SET status = :status, open_key = NULL WHERE id = :id"
                            : "UPDATE events SET status = :status WHERE id = :id")
                    .bind("status", status)
                    .bind("id", event.id())
                    .execute();
            transaction.audit("event." + status, event.id(), event.status(), status);
        }
        tell(transaction, new Event(event.id(), event.name(), event.date(), status));
    }

    static void tell(Transaction transaction, Event event) {
        transaction.publish("event.updated", Stockkeeping.json()
                .put("event_id", event.id())
                .put("name", event.name())
                .put("event_date", event.date().toString())
                .put("status", event.status()));
    }
}
