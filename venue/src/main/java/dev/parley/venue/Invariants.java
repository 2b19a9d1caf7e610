package dev.parley.venue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What must be true of a database at all times, as queries for what breaks it.
final class Invariants {
    static final List<Invariant> ALL = Stream.of(calls(), stock(), orders(), money(), counts(), events(), menu(),
            venues())
            .flatMap(List::stream)
            .toList();

    private Invariants() {}

    /// A rule, and a query for what breaks it.
    ///
    /// @param sentence with a place for each column of the query but the first
    /// @param sql whose first column is the venue's id
    record Invariant(String rule, String sentence, String sql) {}

    private static List<Invariant> calls() {
        return List.of(
                new Invariant("R-19", "session %s has %s records of call %s, expected one", """
                        SELECT venue_id, session_id, COUNT(*), call_id FROM tool_calls
                        GROUP BY venue_id, session_id, call_id HAVING COUNT(*) > 1"""),
                new Invariant("R-1", "movement %s is of call %s in session %s, of which there is no record as done", """
                        SELECT m.venue_id, m.id, m.call_id, m.session_id FROM stock_movements m
                        WHERE m.call_id IS NOT NULL AND NOT EXISTS (
                            SELECT 1 FROM tool_calls c WHERE c.venue_id = m.venue_id AND c.session_id = m.session_id
                                AND c.call_id = m.call_id AND c.status = 'done')"""));
    }

    private static List<Invariant> stock() {
        return List.of(
                new Invariant("R-2", "product %s at location %s has %s on hand, but its movements come to %s", """
                        SELECT p.venue_id, s.product_id, s.location_id, s.on_hand, COALESCE(m.total, 0)
                        FROM stock_levels s JOIN products p ON p.id = s.product_id
                        LEFT JOIN (SELECT product_id, location_id, SUM(delta) AS total FROM stock_movements
                                GROUP BY product_id, location_id) m
                            ON m.product_id = s.product_id AND m.location_id = s.location_id
                        WHERE s.on_hand <> COALESCE(m.total, 0)"""),
                new Invariant("R-2", "movement %s concerns product %s at location %s, which has no stock level", """
                        SELECT m.venue_id, m.id, m.product_id, m.location_id FROM stock_movements m
                        WHERE NOT EXISTS (SELECT 1 FROM stock_levels s
                            WHERE s.product_id = m.product_id AND s.location_id = m.location_id)"""),
                new Invariant("R-2", "movement %s says that %s was left, but with those before it %s was", """
                        SELECT venue_id, id, balance_after, running FROM (
                            SELECT venue_id, id, balance_after, SUM(delta) OVER (
                                PARTITION BY product_id, location_id ORDER BY position) AS running
                            FROM stock_movements) chain
                        WHERE balance_after <> running"""),
                new Invariant("R-2", "product %s at location %s has been changed %s times, but has %s movements", """
                        SELECT p.venue_id, s.product_id, s.location_id, s.version - 1, COALESCE(m.moves, 0)
                        FROM stock_levels s JOIN products p ON p.id = s.product_id
                        LEFT JOIN (SELECT product_id, location_id, COUNT(*) AS moves FROM stock_movements
                                GROUP BY product_id, location_id) m
                            ON m.product_id = s.product_id AND m.location_id = s.location_id
                        WHERE s.version - 1 <> COALESCE(m.moves, 0)"""),
                new Invariant("R-3", "product %s at location %s has %s on hand, expected 0 or more", """
                        SELECT v.id, s.product_id, s.location_id, s.on_hand FROM stock_levels s
                        JOIN products p ON p.id = s.product_id JOIN venues v ON v.id = p.venue_id
                        WHERE s.on_hand < 0 AND NOT v.allow_negative_stock"""),
                new Invariant("R-2", "transfer %s of product %s makes or loses %s", """
                        SELECT venue_id, ref_id, product_id, SUM(delta) FROM stock_movements WHERE kind = 'transfer'
                        GROUP BY venue_id, ref_id, product_id HAVING SUM(delta) <> 0"""));
    }

    private static List<Invariant> orders() {
        return List.of(
                new Invariant("R-9", "session %s has %s pending carts, expected one at most", """
                        SELECT venue_id, session_id, COUNT(*) FROM orders WHERE kind = 'cart' AND status = 'pending'
                        GROUP BY venue_id, session_id HAVING COUNT(*) > 1"""),
                new Invariant("R-10", "there are %s open tabs called \"%s\", expected one at most", """
                        SELECT venue_id, COUNT(*), folded_name FROM orders WHERE kind = 'tab' AND status = 'pending'
                        GROUP BY venue_id, folded_name HAVING COUNT(*) > 1"""),
                new Invariant("R-9", "order %s is %s, so its key should be %s", """
                        SELECT venue_id, id, status, CASE WHEN status = 'pending' THEN 'there' ELSE 'gone' END
                        FROM orders WHERE (status = 'pending') <> (open_key IS NOT NULL)"""),
                new Invariant("R-5", "order %s is %s, so its payment cannot be %s", """
                        SELECT venue_id, id, status, payment_status FROM orders
                        WHERE (status = 'completed') <> (payment_status = 'completed')
                            OR (payment_status = 'refunded' AND status <> 'cancelled')"""),
                new Invariant("R-5", "order %s is completed without any lines", """
                        SELECT venue_id, id FROM orders o WHERE status = 'completed'
                            AND NOT EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id)"""),
                new Invariant("R-5", "movement %s is a sale of %s, which is no order that has been paid", """
                        SELECT m.venue_id, m.id, m.ref_id FROM stock_movements m
                        LEFT JOIN orders o ON o.id = m.ref_id
                        WHERE m.kind IN ('sale', 'void_restore')
                            AND (o.id IS NULL OR o.payment_status NOT IN ('completed', 'refunded'))"""),
                new Invariant("R-5", "order %s was paid, but its movements of product %s are off by %s", """
                        SELECT venue_id, order_id, product_id, SUM(amount) FROM (
                            SELECT o.venue_id, o.id AS order_id, COALESCE(r.ingredient_id, p.id) AS product_id,
                                l.quantity * COALESCE(r.amount, p.serving_size) AS amount
                            FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN products p ON p.id = l.product_id
                            LEFT JOIN recipe_items r ON r.product_id = p.id
                            WHERE o.payment_status IN ('completed', 'refunded')
                            UNION ALL
                            SELECT o.venue_id, o.id, m.product_id, m.delta
                            FROM orders o JOIN stock_movements m ON m.ref_id = o.id AND m.kind = 'sale'
                            WHERE o.payment_status IN ('completed', 'refunded')) used
                        -- what was changed since it was sold may have had another recipe then
                        WHERE NOT EXISTS (SELECT 1 FROM orders o JOIN order_lines l ON l.order_id = o.id
                            JOIN products p ON p.id = l.product_id
                            WHERE o.id = used.order_id AND (o.closed_at IS NULL OR p.updated_at > o.closed_at))
                        GROUP BY venue_id, order_id, product_id HAVING SUM(amount) <> 0"""),
                new Invariant("R-6", "order %s is refunded, but product %s is off by %s at location %s", """
                        SELECT o.venue_id, o.id, m.product_id, SUM(m.delta), m.location_id
                        FROM orders o JOIN stock_movements m ON m.ref_id = o.id AND m.kind IN ('sale', 'void_restore')
                        WHERE o.payment_status = 'refunded'
                        GROUP BY o.venue_id, o.id, m.product_id, m.location_id HAVING SUM(m.delta) <> 0"""),
                new Invariant("R-6", "order %s is not refunded, but movement %s restores its stock", """
                        SELECT o.venue_id, o.id, m.id
                        FROM orders o JOIN stock_movements m ON m.ref_id = o.id AND m.kind = 'void_restore'
                        WHERE o.payment_status <> 'refunded'"""));
    }

    private static List<Invariant> money() {
        return List.of(
                new Invariant("R-7", "product %s in order %s: its line comes to %s, not to %s", """
                        SELECT o.venue_id, l.product_id, l.order_id, l.unit_price_cents * l.quantity,
                            l.line_total_cents
                        FROM order_lines l JOIN orders o ON o.id = l.order_id
                        WHERE l.line_total_cents <> l.unit_price_cents * l.quantity"""),
                new Invariant("R-7", "order %s has a subtotal of %s, but its lines come to %s", """
                        SELECT o.venue_id, o.id, o.subtotal_cents, COALESCE(SUM(l.line_total_cents), 0)
                        FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id
                        GROUP BY o.venue_id, o.id, o.subtotal_cents
                        HAVING o.subtotal_cents <> COALESCE(SUM(l.line_total_cents), 0)"""),
                // At the rate it was counted up at, which need not be the venue's of today.
                new Invariant("R-7", "order %s has a tax of %s and a total of %s, expected a tax of %s",
                        """
                                SELECT venue_id, id, tax_cents, total_cents, tax FROM (
                                    SELECT goods.*, CASE WHEN tax_included THEN
                                            amount - (amount * 10000 + (10000 + tax_bps) / 2) / (10000 + tax_bps)
                                        ELSE (amount * tax_bps + 5000) / 10000 END AS tax
                                    FROM (SELECT o.*, subtotal_cents - LEAST(discount_cents, subtotal_cents) AS amount
                                        FROM orders o) goods) worth
                                WHERE tax_cents <> tax OR total_cents <> amount + CASE WHEN tax_included THEN 0 ELSE tax END"""),
                new Invariant("R-5", "order %s is paid, but has %s sale payments, expected one", """
                        SELECT o.venue_id, o.id, COUNT(p.id) FROM orders o
                        LEFT JOIN payments p ON p.order_id = o.id AND p.kind = 'sale'
                        WHERE o.payment_status IN ('completed', 'refunded')
                        GROUP BY o.venue_id, o.id HAVING COUNT(p.id) <> 1"""),
                new Invariant("R-5", "payment %s of %s is for order %s, whose total is %s", """
                        SELECT o.venue_id, p.id, p.amount_cents, o.id, o.total_cents
                        FROM payments p JOIN orders o ON o.id = p.order_id
                        WHERE p.kind = 'sale' AND p.amount_cents <> o.total_cents"""),
                new Invariant("R-5", "payment %s is for order %s, which has not been paid", """
                        SELECT o.venue_id, p.id, o.id FROM payments p JOIN orders o ON o.id = p.order_id
                        WHERE o.payment_status NOT IN ('completed', 'refunded')"""),
                new Invariant("R-6", "order %s is refunded, but has %s refunds, expected one", """
                        SELECT o.venue_id, o.id, COUNT(p.id) FROM orders o
                        LEFT JOIN payments p ON p.order_id = o.id AND p.kind = 'refund'
                        WHERE o.payment_status = 'refunded'
                        GROUP BY o.venue_id, o.id HAVING COUNT(p.id) <> 1"""),
                new Invariant("R-6", "order %s is not refunded, but payment %s refunds it", """
                        SELECT o.venue_id, o.id, p.id FROM orders o JOIN payments p ON p.order_id = o.id
                        WHERE p.kind = 'refund' AND o.payment_status <> 'refunded'"""),
                new Invariant("R-6", "order %s was paid %s and refunded %s", """
                        SELECT venue_id, order_id, SUM(CASE WHEN kind = 'sale' THEN amount_cents ELSE 0 END),
                            SUM(CASE WHEN kind = 'refund' THEN amount_cents ELSE 0 END)
                        FROM payments GROUP BY venue_id, order_id
                        HAVING SUM(CASE WHEN kind = 'refund' THEN 1 ELSE 0 END) > 0
                            AND SUM(CASE WHEN kind = 'sale' THEN amount_cents ELSE -amount_cents END) <> 0"""));
    }

    private static List<Invariant> counts() {
        return List.of(
                new Invariant("R-11", "count %s is closed, but product %s is %s off in it and %s in its adjustments",
                        """
                                SELECT c.venue_id, c.id, l.product_id, l.counted - l.expected_at_count, COALESCE(a.total, 0)
                                FROM inventory_counts c JOIN inventory_count_lines l ON l.count_id = c.id
                                LEFT JOIN (SELECT count_id, product_id, SUM(delta) AS total FROM inventory_adjustments
                                        GROUP BY count_id, product_id) a
                                    ON a.count_id = c.id AND a.product_id = l.product_id
                                WHERE c.status = 'closed' AND l.counted - l.expected_at_count <> COALESCE(a.total, 0)"""),
                new Invariant("R-11", "adjustment %s is of count %s, which is %s or did not count product %s", """
                        SELECT a.venue_id, a.id, c.id, c.status, a.product_id
                        FROM inventory_adjustments a JOIN inventory_counts c ON c.id = a.count_id
                        WHERE c.status <> 'closed' OR NOT EXISTS (SELECT 1 FROM inventory_count_lines l
                            WHERE l.count_id = c.id AND l.product_id = a.product_id)"""),
                new Invariant("R-12", "count %s is %s, so its key should be %s", """
                        SELECT venue_id, id, status, CASE WHEN status = 'open' THEN 'there' ELSE 'gone' END
                        FROM inventory_counts WHERE (status = 'open') <> (open_key IS NOT NULL)"""),
                new Invariant("R-14", "adjustment %s of %s has movements of %s", """
                        SELECT a.venue_id, a.id, a.delta, COALESCE(SUM(m.delta), 0)
                        FROM inventory_adjustments a LEFT JOIN stock_movements m ON m.ref_id = a.id
                            AND m.kind IN ('adjustment', 'count_variance')
                            AND m.product_id = a.product_id AND m.location_id = a.location_id
                        GROUP BY a.venue_id, a.id, a.delta HAVING a.delta <> COALESCE(SUM(m.delta), 0)"""),
                new Invariant("R-14", "adjustment %s has %s taken back by its void, expected %s", """
                        SELECT a.venue_id, a.id, COALESCE(SUM(m.delta), 0),
                            CASE WHEN a.voided_at IS NULL THEN 0 ELSE -a.delta END
                        FROM inventory_adjustments a LEFT JOIN stock_movements m ON m.ref_id = a.id
                            AND m.kind = 'adjustment_void' AND m.product_id = a.product_id
                            AND m.location_id = a.location_id
                        GROUP BY a.venue_id, a.id, a.delta, a.voided_at
                        HAVING COALESCE(SUM(m.delta), 0) <> CASE WHEN a.voided_at IS NULL THEN 0 ELSE -a.delta END"""),
                new Invariant("R-14", "movement %s is of adjustment %s, which does not exist", """
                        SELECT m.venue_id, m.id, m.ref_id FROM stock_movements m
                        WHERE m.kind IN ('adjustment', 'count_variance', 'adjustment_void')
                            AND NOT EXISTS (SELECT 1 FROM inventory_adjustments a WHERE a.id = m.ref_id)"""));
    }

    private static List<Invariant> events() {
        return List.of(
                new Invariant("R-15", "allocation %s is closed with %s set aside, %s used and %s returned", """
                        SELECT e.venue_id, a.id, a.allocated, a.consumed, a.returned
                        FROM event_allocations a JOIN events e ON e.id = a.event_id
                        WHERE a.status = 'closed' AND a.allocated <> a.consumed + a.returned"""),
                new Invariant("R-15", "allocation %s is open, but %s of it was returned", """
                        SELECT e.venue_id, a.id, a.returned FROM event_allocations a JOIN events e ON e.id = a.event_id
                        WHERE a.status = 'open' AND a.returned <> 0"""),
                new Invariant("R-15", "allocation %s has %s set aside and %s returned, but its movements come to %s",
                        """
                                SELECT e.venue_id, a.id, a.allocated, a.returned, COALESCE(SUM(m.delta), 0)
                                FROM event_allocations a JOIN events e ON e.id = a.event_id
                                LEFT JOIN stock_movements m ON m.ref_id = a.id AND m.kind IN ('event_allocate', 'event_return')
                                    AND m.product_id = a.product_id AND m.location_id = a.location_id
                                GROUP BY e.venue_id, a.id, a.allocated, a.returned
                                HAVING a.returned - a.allocated <> COALESCE(SUM(m.delta), 0)"""),
                new Invariant("R-15", "movement %s is of allocation %s, which does not exist", """
                        SELECT m.venue_id, m.id, m.ref_id FROM stock_movements m
                        WHERE m.kind IN ('event_allocate', 'event_return')
                            AND NOT EXISTS (SELECT 1 FROM event_allocations a WHERE a.id = m.ref_id)"""),
                new Invariant("R-12", "event %s is %s, but its allocation %s is %s", """
                        SELECT e.venue_id, e.id, e.status, a.id, a.status
                        FROM events e JOIN event_allocations a ON a.event_id = e.id
                        WHERE (e.status = 'closed') <> (a.status = 'closed') OR e.status = 'planned'"""),
                new Invariant("R-12", "event %s is %s, so its key should be %s", """
                        SELECT venue_id, id, status, CASE WHEN status = 'closed' THEN 'gone' ELSE 'there' END
                        FROM events WHERE (status = 'closed') <> (open_key IS NULL)"""));
    }

    private static List<Invariant> menu() {
        return List.of(
                new Invariant("R-17", "product %s is archived, but in the open order %s", """
                        SELECT p.venue_id, p.id, o.id FROM products p JOIN order_lines l ON l.product_id = p.id
                        JOIN orders o ON o.id = l.order_id
                        WHERE p.archived_at IS NOT NULL AND o.status = 'pending'"""),
                new Invariant("R-17", "product %s is archived, but set aside for event %s", """
                        SELECT p.venue_id, p.id, a.event_id FROM products p
                        JOIN event_allocations a ON a.product_id = p.id
                        WHERE p.archived_at IS NOT NULL AND a.status = 'open'"""),
                new Invariant("R-17", "product %s is archived, but an ingredient of %s", """
                        SELECT p.venue_id, p.id, c.id FROM products p JOIN recipe_items r ON r.ingredient_id = p.id
                        JOIN products c ON c.id = r.product_id
                        WHERE p.archived_at IS NOT NULL AND c.archived_at IS NULL"""),
                new Invariant("R-17", "product %s is %s, so its key should be %s", """
                        SELECT venue_id, id, CASE WHEN archived_at IS NULL THEN 'on sale' ELSE 'archived' END,
                            CASE WHEN archived_at IS NULL THEN 'there' ELSE 'gone' END
                        FROM products WHERE (archived_at IS NULL) <> (active_key IS NOT NULL)"""),
                new Invariant("R-18", "category %s is gone, but product %s is in it", """
                        SELECT c.venue_id, c.id, p.id FROM categories c JOIN products p ON p.category_id = c.id
                        WHERE NOT c.active AND p.archived_at IS NULL"""),
                new Invariant("R-18", "category %s is gone, but category %s is below it", """
                        SELECT c.venue_id, c.id, b.id FROM categories c JOIN categories b ON b.parent_id = c.id
                        WHERE NOT c.active AND b.active"""),
                new Invariant("R-18", "category %s is below %s, which is below %s: a third level", """
                        SELECT c.venue_id, c.id, b.id, a.id FROM categories c JOIN categories b ON b.id = c.parent_id
                        JOIN categories a ON a.id = b.parent_id WHERE c.active"""));
    }

    /// Rows that name a row of another venue.
    private static List<Invariant> venues() {
        var invariants = new ArrayList<Invariant>();
        for (var link : List.of("stock_movements.product_id products", "stock_movements.location_id locations",
                "categories.parent_id categories", "products.category_id categories", "sessions.location_id locations",
                "orders.location_id locations", "payments.order_id orders", "inventory_counts.location_id locations",
                "inventory_adjustments.product_id products", "inventory_adjustments.location_id locations",
                "inventory_adjustments.count_id inventory_counts")) {
            var words = link.split("[. ]", -1);
            invariants.add(foreign(words[0], words[0] + " x", "x", words[1], words[2]));
        }
        for (var link : List.of("stock_levels.product_id products location_id locations",
                "recipe_items.product_id products ingredient_id products",
                "order_lines.order_id orders product_id products",
                "inventory_count_lines.count_id inventory_counts product_id products",
                "event_allocations.event_id events product_id products",
                "event_allocations.event_id events location_id locations")) {
            var words = link.split("[. ]", -1);
            invariants.add(foreign(words[0], words[0] + " x JOIN " + words[2] + " o ON o.id = x." + words[1], "o",
                    words[3], words[4]));
        }
        return invariants;
    }

    private static Invariant foreign(String table, String from, String owner, String column, String other) {
        return new Invariant("R-20", "a row of " + table + " names %s in " + column + ", which is of venue %s",
                "SELECT " + owner + ".venue_id, y.id, y.venue_id FROM " + from + " JOIN " + other + " y ON y.id = x."
                        + column + " WHERE y.venue_id <> " + owner + ".venue_id");
    }
}
