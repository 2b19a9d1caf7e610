package dev.parley.venue;

import java.util.Optional;

/// Money taken and given back, one row each.
final class Payments {
    private Payments() {}

    /// What was taken for an order.
    ///
    /// @param method as it was written
    record Sale(String method, long amountCents, long tipCents) {}

    static void sale(Transaction transaction, String orderId, PaymentMethod method, long amountCents, long tipCents) {
        insert(transaction, orderId, "sale", method.toString(), amountCents, tipCents);
    }

    /// Gives all of it back.
    static void refund(Transaction transaction, String orderId, Sale sale) {
        insert(transaction, orderId, "refund", sale.method, sale.amountCents, sale.tipCents);
    }

    private static void insert(Transaction transaction, String orderId, String kind, String method, long amountCents,
            long tipCents) {
        transaction.db()
                .createUpdate("""
                        INSERT INTO payments (id, venue_id, order_id, kind, method, amount_cents, tip_cents, session_id,
                            actor, paid_at)
                        VALUES (:id, :venue, :order, :kind, :method, :amount, :tip, :session, :actor, :now)""")
                .bind("id", transaction.newId("pay"))
                .bind("venue", transaction.venue().id())
                .bind("order", orderId)
                .bind("kind", kind)
                .bind("method", method)
                .bind("amount", amountCents)
                .bind("tip", tipCents)
                .bind("session", transaction.session().id())
                .bind("actor", transaction.actor())
                .bind("now", Times.toColumn(transaction.now()))
                .execute();
    }

    static Sale saleOf(Transaction transaction, String orderId) {
        return transaction.db()
                .createQuery("""
                        SELECT method, amount_cents, tip_cents FROM payments
                        WHERE order_id = :order AND kind = 'sale'""")
                .bind("order", orderId)
                .map((row, _) -> new Sale(row.getString(1), row.getLong(2), row.getLong(3)))
                .one();
    }

    /// The order this session took payment for last.
    static Optional<String> lastPaidHere(Transaction transaction) {
        return transaction.db()
                .createQuery("""
                        SELECT order_id FROM payments
                        WHERE venue_id = :venue AND session_id = :session AND kind = 'sale'
                        ORDER BY paid_at DESC, id DESC LIMIT 1""")
                .bind("venue", transaction.venue().id())
                .bind("session", transaction.session().id())
                .mapTo(String.class)
                .findOne();
    }
}
