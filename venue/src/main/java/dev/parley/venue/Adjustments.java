package dev.parley.venue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Changes of stock that are no sale, with their reasons, in the database.
final class Adjustments {
    /// The type of what a count finds.
    static final String COUNT_VARIANCE = "count_variance";

    private Adjustments() {}

    /// One as it was booked.
    ///
    /// @param delta base units
    /// @param source `manual` or `count`
    record Adjustment(String id, String productId, String locationId, long delta, String type, Optional<String> note,
            String source, Instant createdAt, Optional<Instant> voidedAt, Optional<String> voidReason) {
        static Adjustment read(ResultSet row) throws SQLException {
            return new Adjustment(row.getString("id"), row.getString("product_id"), row.getString("location_id"), row
                    .getLong("delta"), row.getString("type"), Optional.ofNullable(row.getString("note")), row.getString(
                            "source"), Times.of(row, "created_at"), Times.find(row, "voided_at"), Optional.ofNullable(
                                    row
                                            .getString("void_reason")));
        }

        StockKey key() {
            return new StockKey(productId, locationId);
        }
    }

    /// What was booked, and what is on hand after it.
    record Posted(String id, long onHand) {}

    /// Asks for a manager if this much less is a large loss. A correction that takes away is a loss without a name, so it
    /// counts as one.
    ///
    /// @param product with the cost it had when it was lost
    static void approveLoss(Transaction transaction, Product product, long delta, Optional<String> pin) {
        var limit = transaction.venue().lossApproval();
        if (delta < 0 && limit.isPresent()) {
            var value = StockValue.of(product, -delta);
            if (value > limit.getAsLong()) {
                transaction.approve("a loss worth " + transaction.venue().spoken(value), pin);
            }
        }
    }

    /// Books a change at a row that is locked and allows it.
    ///
    /// @param countId the count that found it; null if somebody said so
    static Posted post(Transaction transaction, StockKey key, long delta, String type, Optional<String> note,
            @Nullable String countId) {
        var id = transaction.newId("adj");
        transaction.db()
                .createUpdate("""
                        INSERT INTO inventory_adjustments (id, venue_id, product_id, location_id, delta, type, note,
                            source, count_id, session_id, created_at)
                        VALUES (:id, :venue, :product, :location, :delta, :type, :note, :source, :count, :session,
                            :now)""")
                .bind("id", id)
                .bind("venue", transaction.venue().id())
                .bind("product", key.productId())
                .bind("location", key.locationId())
                .bind("delta", delta)
                .bind("type", type)
                .bind("note", note.orElse(null))
                .bind("source", countId == null ? "manual" : "count")
                .bind("count", countId)
                .bind("session", transaction.session().id())
                .bind("now", Times.toColumn(transaction.now()))
                .execute();
        var kind = countId == null ? MovementKind.ADJUSTMENT : MovementKind.COUNT_VARIANCE;
        var onHand = transaction.stock().move(key, delta, kind, new Stock.Ref("adjustment", id));
        transaction.audit("adjustment.create", id, onHand - delta, onHand);
        return new Posted(id, onHand);
    }

    /// The adjustment of this id, locked.
    static Optional<Adjustment> lock(Transaction transaction, String id) {
        return transaction.db()
                .createQuery("SELECT * FROM inventory_adjustments WHERE id = :id AND venue_id = :venue FOR UPDATE")
                .bind("id", id)
                .bind("venue", transaction.venue().id())
                .map((row, _) -> Adjustment.read(row))
                .findOne();
    }

    /// The id of what this session booked last, voided or not: who says "void the last one" twice means it once.
    static Optional<String> last(Transaction transaction) {
        return transaction.db()
                .createQuery("""
                        SELECT id FROM inventory_adjustments
                        WHERE venue_id = :venue AND session_id = :session AND source = 'manual'
                        ORDER BY created_at DESC, id DESC LIMIT 1""")
                .bind("venue", transaction.venue().id())
                .bind("session", transaction.session().id())
                .mapTo(String.class)
                .findOne();
    }

    /// Posts the opposite of what an adjustment did, at a row that is locked and allows it.
    ///
    /// @return what is then on hand
    static long reverse(Transaction transaction, Adjustment adjustment, Optional<String> reason) {
        transaction.db()
                .createUpdate("UPDATE inventory_adjustments SET voided_at = :now, void_reason = :reason WHERE id = :id")
                .bind("now", Times.toColumn(transaction.now()))
                .bind("reason", reason.orElse(null))
                .bind("id", adjustment.id())
                .execute();
        var onHand = transaction.stock()
                .move(adjustment.key(), -adjustment.delta(), MovementKind.ADJUSTMENT_VOID,
                        new Stock.Ref("adjustment", adjustment.id()));
        transaction.audit("adjustment.void", adjustment.id(), adjustment.delta(), reason.orElse(null));
        return onHand;
    }
}
