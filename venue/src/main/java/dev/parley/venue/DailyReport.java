package dev.parley.venue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What came in and went out on one day, from the payments of that day. A refund counts on the day it was given.
final class DailyReport {
    private final Transaction transaction;
    private final LocalDate day;

    private DailyReport(Transaction transaction, LocalDate day) {
        this.transaction = transaction;
        this.day = day;
    }

    static ObjectNode of(Transaction transaction, LocalDate day) {
        return new DailyReport(transaction, day).json();
    }

    private record Payment(boolean isRefund, String method, String actor, Instant at, long amount, long tip, long tax,
            long discount) {
        static Payment read(ResultSet row) throws SQLException {
            return new Payment(row.getString("kind").equals("refund"), row.getString("method"), row.getString("actor"),
                    Times.of(row, "paid_at"), row.getLong("amount_cents"), row.getLong("tip_cents"), row.getLong(
                            "tax_cents"), Math.min(row.getLong("discount_cents"), row.getLong("subtotal_cents")));
        }
    }

    /// Sums of some payments.
    private static final class Sums {
        private int orders;
        private int refundedOrders;
        private long sales;
        private long refunds;
        private long tax;
        private long tips;
        private long discounts;

        void add(Payment payment) {
            var sign = payment.isRefund ? -1 : 1;
            if (payment.isRefund) {
                refundedOrders++;
                refunds += payment.amount;
            } else {
                orders++;
                sales += payment.amount;
                discounts += payment.discount;
            }
            tax += sign * payment.tax;
            tips += sign * payment.tip;
        }

        ObjectNode write(ObjectNode json) {
            return json.put("orders", orders)
                    .put("refunded_orders", refundedOrders)
                    .put("sales_cents", sales)
                    .put("refunds_cents", refunds)
                    .put("net_cents", sales - refunds)
                    .put("tax_cents", tax)
                    .put("tips_cents", tips);
        }
    }

    private ObjectNode json() {
        var all = new Sums();
        var hours = new TreeMap<String, Sums>();
        var staff = new TreeMap<String, Sums>();
        var methods = new TreeMap<String, Sums>();
        for (var payment : payments()) {
            all.add(payment);
            add(hours, hour(payment.at), payment);
            add(staff, payment.actor, payment);
            add(methods, payment.method, payment);
        }
        var venue = transaction.venue();
        var json = JsonNodeFactory.instance.objectNode()
                .put("date", day.toString())
                .put("timezone", venue.timezone().getId())
                .put("currency", venue.currency().getCurrencyCode());
        all.write(json).put("discounts_cents", all.discounts);
        json.set("by_hour", list("hour", hours));
        json.set("by_product", products());
        json.set("by_staff", list("name", staff));
        json.set("by_payment_method", list("method", methods));
        return json;
    }

    private static void add(Map<String, Sums> groups, String group, Payment payment) {
        groups.computeIfAbsent(group, _ -> new Sums()).add(payment);
    }

    private static ArrayNode list(String name, Map<String, Sums> groups) {
        var list = JsonNodeFactory.instance.arrayNode();
        groups.forEach((group, sums) -> sums.write(list.addObject().put(name, group)));
        return list;
    }

    /// As the clock at the wall shows it: `18:00`. Two hours that it shows alike in autumn are one.
    private String hour(Instant at) {
        return "%02d:00".formatted(at.atZone(transaction.venue().timezone()).getHour());
    }

    private Iterable<Payment> payments() {
        return query("""
                SELECT p.kind, p.method, p.actor, p.paid_at, p.amount_cents, p.tip_cents, o.tax_cents,
                    o.discount_cents, o.subtotal_cents
                FROM payments p JOIN orders o ON o.id = p.order_id
                WHERE p.venue_id = :venue AND p.paid_at >= :from AND p.paid_at < :to""", Payment::read);
    }

    private ArrayNode products() {
        var list = JsonNodeFactory.instance.arrayNode();
        query("""
                SELECT l.product_id, SUM(CASE WHEN p.kind = 'sale' THEN l.quantity ELSE 0 END) AS sold,
                    SUM(CASE WHEN p.kind = 'sale' THEN l.line_total_cents ELSE 0 END) AS sales,
                    SUM(CASE WHEN p.kind = 'refund' THEN l.quantity ELSE 0 END) AS returned,
                    SUM(CASE WHEN p.kind = 'refund' THEN l.line_total_cents ELSE 0 END) AS refunds
                FROM payments p JOIN order_lines l ON l.order_id = p.order_id
                WHERE p.venue_id = :venue AND p.paid_at >= :from AND p.paid_at < :to
                GROUP BY l.product_id ORDER BY sales DESC, l.product_id""", this::product).forEach(list::add);
        return list;
    }

    private ObjectNode product(ResultSet row) throws SQLException {
        var id = row.getString(1);
        return JsonNodeFactory.instance.objectNode()
                .put("product_id", id)
                .put("name", transaction.catalogue().product(id).name())
                .put("quantity", row.getLong("sold"))
                .put("sales_cents", row.getLong("sales"))
                .put("refunded_quantity", row.getLong("returned"))
                .put("refunds_cents", row.getLong("refunds"));
    }

    private interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    /// Rows between the venue's midnights.
    private <T> Iterable<T> query(String sql, Reading<T> reading) {
        var zone = transaction.venue().timezone();
        return transaction.db()
                .createQuery(sql)
                .bind("venue", transaction.venue().id())
                .bind("from", Times.toColumn(day.atStartOfDay(zone).toInstant()))
                .bind("to", Times.toColumn(day.plusDays(1).atStartOfDay(zone).toInstant()))
                .map((row, _) -> reading.of(row))
                .list();
    }
}
