package dev.parley.venue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/// Physical stock counts in the database. A count is locked before it is changed; once it is closed it stays as it is
///
final class Counts {
    private Counts() {}

    /// @param status `open`, `closed` or `cancelled`
    record Count(String id, String locationId, String name, String status) {
        static Count read(ResultSet row) throws SQLException {
            return new Count(row.getString("id"), row.getString("location_id"), row.getString("name"), row.getString(
                    "status"));
        }
    }

    /// One product as it was counted.
    ///
    /// @param counted base units
    /// @param expected base units on hand by the books when it was counted
    record Line(String productId, long counted, long expected) {
        /// What is to be posted, whatever has been sold since.
        long variance() {
            return counted - expected;
        }
    }

    /// A new count.
    ///
    /// @throws Refusal if one is open at this location
    static Count open(Transaction transaction, Location location, String name) {
        var count = new Count(transaction.newId("cnt"), location.id(), name, "open");
        var made = transaction.db()
                .createUpdate("""
                        INSERT INTO inventory_counts (id, venue_id, location_id, name, status, opened_at, open_key)
                        VALUES (:id, :venue, :location, :name, 'open', :now, :location) ON CONFLICT DO NOTHING""")
                .bind("id", count.id())
                .bind("venue", transaction.venue().id())
                .bind("location", location.id())
                .bind("name", name)
                .bind("now", Times.toColumn(transaction.now()))
                .execute();
        if (made == 0) {
            var other = openOnes(transaction).stream()
                    .filter(one -> one.locationId().equals(location.id()))
                    .findFirst();
            throw new Refusal(ErrorCode.COUNT_ALREADY_OPEN, "A count is already open at " + location.name() + ".",
                    Map.of("count_id", other.map(Count::id).orElse("")));
        }
        transaction.audit("count.open", count.id(), null, location.name() + ": " + name);
        tell(transaction, count, 0);
        return count;
    }

    /// The open count of this id, locked; if nothing was said, the one that is open.
    ///
    /// @throws Refusal if there is none, or it is closed
    static Count lock(Transaction transaction, String spoken) {
        var id = spoken.isBlank() ? onlyOne(transaction) : spoken.strip();
        var count = transaction.db()
                .createQuery("SELECT * FROM inventory_counts WHERE id = :id AND venue_id = :venue FOR UPDATE")
                .bind("id", id)
                .bind("venue", transaction.venue().id())
                .map((row, _) -> Count.read(row))
                .findOne()
                .orElseThrow(() -> new Refusal(ErrorCode.COUNT_NOT_FOUND, "There is no such inventory count.", Map.of(
                        "open", describe(transaction, openOnes(transaction)))));
        if (!count.status().equals("open")) {
            throw new Refusal(ErrorCode.COUNT_CLOSED, "That inventory count is already " + count.status() + ".");
        }
        return count;
    }

    private static String onlyOne(Transaction transaction) {
        var open = openOnes(transaction);
        if (open.size() == 1) {
            return open.getFirst().id();
        }
        throw new Refusal(ErrorCode.COUNT_NOT_FOUND, open.isEmpty()
                ? "No inventory count is open."
                : "More than one inventory count is open; say which.", Map.of("open", describe(transaction, open)));
    }

    private static List<Map<String, String>> describe(Transaction transaction, List<Count> counts) {
        return counts.stream()
                .map(count -> Map.of("count_id", count.id(), "name", count.name(), "location", transaction.catalogue()
                        .location(count.locationId())
                        .name()))
                .toList();
    }

    private static List<Count> openOnes(Transaction transaction) {
        return transaction.db()
                .createQuery("""
                        SELECT * FROM inventory_counts WHERE venue_id = :venue AND status = 'open'
                        ORDER BY opened_at, id""")
                .bind("venue", transaction.venue().id())
                .map((row, _) -> Count.read(row))
                .list();
    }

    /// Writes what was counted, in place of what was counted before.
    static void record(Transaction transaction, Count count, Line line) {
        var known = write(transaction, count, line, """
                UPDATE inventory_count_lines SET counted = :counted, expected_at_count = :expected, counted_at = :now
                WHERE count_id = :count AND product_id = :product""");
        if (known == 0) {
            write(transaction, count, line, """
                    INSERT INTO inventory_count_lines (count_id, product_id, counted, expected_at_count, counted_at)
                    VALUES (:count, :product, :counted, :expected, :now)""");
        }
        transaction.audit("count.record", count.id(), line.expected(), line.counted());
    }

    private static int write(Transaction transaction, Count count, Line line, String sql) {
        return transaction.db()
                .createUpdate(sql)
                .bind("count", count.id())
                .bind("product", line.productId())
                .bind("counted", line.counted())
                .bind("expected", line.expected())
                .bind("now", Times.toColumn(transaction.now()))
                .execute();
    }

    /// By product.
    static List<Line> lines(Transaction transaction, Count count) {
        return transaction.db()
                .createQuery("""
                        SELECT product_id, counted, expected_at_count FROM inventory_count_lines
                        WHERE count_id = :count ORDER BY product_id""")
                .bind("count", count.id())
                .map((row, _) -> new Line(row.getString(1), row.getLong(2), row.getLong(3)))
                .list();
    }

    /// Ends a count that is locked: as `closed` or `cancelled`.
    static void end(Transaction transaction, Count count, String status, int lines) {
        transaction.db()
                .createUpdate("""
                        UPDATE inventory_counts SET status = :status, closed_at = :now, open_key = NULL
                        WHERE id = :id""")
                .bind("status", status)
                .bind("now", Times.toColumn(transaction.now()))
                .bind("id", count.id())
                .execute();
        transaction.audit("count." + status, count.id(), "open", status);
        tell(transaction, new Count(count.id(), count.locationId(), count.name(), status), lines);
    }

    static void tell(Transaction transaction, Count count, int lines) {
        transaction.publish("count.updated", Stockkeeping.json()
                .put("count_id", count.id())
                .put("name", count.name())
                .put("location", transaction.catalogue().location(count.locationId()).name())
                .put("status", count.status())
                .put("lines", lines));
    }
}
