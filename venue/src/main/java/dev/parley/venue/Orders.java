package dev.parley.venue;

import dev.parley.venue.Order.Kind;
import dev.parley.venue.Order.PaymentStatus;
import dev.parley.venue.Order.Status;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// Orders and their lines in the database.
///
/// A cart is guarded by its session, which every transaction locks. A tab belongs to everybody, so it is locked before
/// it is changed, as is an order that is to be voided.
final class Orders {
    private static final String COLUMNS = """
            SELECT o.*, l.position, l.product_id, l.name, l.unit_price_cents, l.quantity
            FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id
            """;

    private Orders() {}

    /// The pending cart of this session, which has at least one line.
    static Optional<Order> cart(Transaction transaction) {
        return read(transaction.db()
                .createQuery(COLUMNS + "WHERE o.open_key = :key ORDER BY l.position")
                .bind("key", cartKey(transaction.venue().id(), transaction.session().id())))
                .stream()
                .findFirst();
    }

    static Optional<Order> find(Transaction transaction, String id) {
        return read(transaction.db()
                .createQuery(COLUMNS + "WHERE o.id = :id AND o.venue_id = :venue ORDER BY l.position")
                .bind("id", id)
                .bind("venue", transaction.venue().id()))
                .stream()
                .findFirst();
    }

    /// The order of this id, locked until the transaction ends.
    static Optional<Order> lock(Transaction transaction, String id) {
        return locked(transaction, transaction.db()
                .createQuery("SELECT id FROM orders WHERE id = :key AND venue_id = :venue FOR UPDATE")
                .bind("key", id)
                .bind("venue", transaction.venue().id()));
    }

    /// The open tab of this name, folded, locked until the transaction ends.
    static Optional<Order> lockTab(Transaction transaction, String foldedName) {
        return locked(transaction, transaction.db()
                .createQuery("SELECT id FROM orders WHERE open_key = :key FOR UPDATE")
                .bind("key", tabKey(transaction.venue().id(), foldedName)))
                .filter(Order::isPending);
    }

    private static Optional<Order> locked(Transaction transaction, Query query) {
        return query.mapTo(String.class).findOne().flatMap(id -> find(transaction, id));
    }

    /// Those that are open, by name, without locking them.
    static List<Order> openTabs(Transaction transaction) {
        return read(transaction.db()
                .createQuery(COLUMNS + """
                        WHERE o.venue_id = :venue AND o.kind = 'tab' AND o.status = 'pending'
                        ORDER BY o.folded_name, o.id, l.position""")
                .bind("venue", transaction.venue().id()));
    }

    /// Which orders are asked for. Carts that are still being filled are none.
    ///
    /// @param foldedName of the customer or the tab
    record Filter(Optional<Status> status, Optional<String> foldedName, Optional<Instant> since) {
        static final Filter ALL = new Filter(Optional.empty(), Optional.empty(), Optional.empty());

        static Filter named(String foldedName) {
            return new Filter(Optional.empty(), Optional.of(foldedName), Optional.empty());
        }
    }

    /// The latest, newest first.
    static List<Order> recent(Transaction transaction, Filter filter, int limit) {
        var conditions = "venue_id = :venue AND (kind = 'tab' OR status <> 'pending')"
                + (filter.status.isPresent() ? " AND status = :status" : "")
                + (filter.foldedName.isPresent() ? " AND folded_name = :name" : "")
                + (filter.since.isPresent() ? " AND opened_at >= :since" : "");
        var query = transaction.db()
                .createQuery(COLUMNS + "WHERE o.id IN (SELECT id FROM orders WHERE " + conditions
                        + " ORDER BY opened_at DESC, id DESC LIMIT :limit)"
                        + " ORDER BY o.opened_at DESC, o.id DESC, l.position")
                .bind("venue", transaction.venue().id())
                .bind("limit", limit);
        filter.status.ifPresent(status -> query.bind("status", text(status)));
        filter.foldedName.ifPresent(name -> query.bind("name", name));
        filter.since.ifPresent(since -> query.bind("since", Times.toColumn(since)));
        return read(query);
    }

    /// Base units that open tabs hold, where each was opened; recipes expanded.
    ///
    /// @param exceptOrderId a tab that does not count; empty to count all
    static Map<StockKey, Long> heldOnTabs(Transaction transaction, String exceptOrderId) {
        var held = new HashMap<StockKey, Long>();
        transaction.db()
                .createQuery("""
                        SELECT o.location_id, l.product_id, SUM(l.quantity)
                        FROM orders o JOIN order_lines l ON l.order_id = o.id
                        WHERE o.venue_id = :venue AND o.status = 'pending' AND o.kind = 'tab' AND o.id <> :except
                        GROUP BY o.location_id, l.product_id""")
                .bind("venue", transaction.venue().id())
                .bind("except", exceptOrderId)
                .map((row, _) -> Map.entry(new StockKey(row.getString(2), row.getString(1)), row.getLong(3)))
                .forEach(entry -> transaction.catalogue()
                        .product(entry.getKey().productId())
                        .use()
                        .forEach(used -> held.merge(new StockKey(used.productId(), entry.getKey().locationId()), used
                                .amount() * entry.getValue(), Long::sum)));
        return held;
    }

    /// Whether a product is in a cart or on a tab that has not been paid.
    static boolean isInOpenOrder(Transaction transaction, String productId) {
        return transaction.db()
                .createQuery("""
                        SELECT COUNT(*) FROM order_lines l JOIN orders o ON o.id = l.order_id
                        WHERE l.product_id = :product AND o.status = 'pending'""")
                .bind("product", productId)
                .mapTo(Long.class)
                .one() > 0;
    }

    /// Writes a new order with its lines.
    ///
    /// @param openKey keeps another like it from being opened; null if any number may be
    /// @return whether it was written: it is not if one with this key is open
    static boolean insert(Transaction transaction, Order order, @Nullable String openKey) {
        var totals = order.totals(transaction.venue());
        var written = transaction.db()
                .createUpdate(
                        """
                                INSERT INTO orders (id, venue_id, kind, session_id, location_id, tab_name, customer_name,
                                    folded_name, status, payment_status, discount_cents, subtotal_cents, tax_cents, total_cents,
                                    tax_bps, tax_included, opened_at, updated_at, open_key, version)
                                VALUES (:id, :venue, :kind, :session, :location, :tab, :customer, :folded, :status, :payment,
                                    :discount, :subtotal, :tax, :total, :bps, :included, :now, :now, :key, 1) ON CONFLICT DO NOTHING""")
                .bind("id", order.id())
                .bind("venue", transaction.venue().id())
                .bind("kind", text(order.kind()))
                .bind("session", order.sessionId())
                .bind("location", order.locationId())
                .bind("tab", order.tabName().orElse(null))
                .bind("customer", order.customerName().orElse(null))
                .bind("folded", order.name().map(Folded::of).orElse(null))
                .bind("status", text(order.status()))
                .bind("payment", text(order.paymentStatus()))
                .bind("discount", order.discountCents())
                .bind("subtotal", totals.subtotalCents())
                .bind("tax", totals.taxCents())
                .bind("total", totals.totalCents())
                .bind("bps", totals.rate().bps())
                .bind("included", totals.rate().isIncluded())
                .bind("now", Times.toColumn(transaction.now()))
                .bind("key", openKey)
                .execute();
        if (written == 1) {
            order.lines().forEach(line -> OrderLines.insert(transaction, order.id(), line));
        }
        return written == 1;
    }

    /// Writes what has changed.
    ///
    /// @param before as it is in the database
    static void update(Transaction transaction, Order before, Order after, Optional<String> cancelReason) {
        var totals = after.totals(transaction.venue());
        transaction.db()
                .createUpdate("""
                        UPDATE orders SET tab_name = :tab, customer_name = :customer, folded_name = :folded,
                            status = :status, payment_status = :payment, discount_cents = :discount,
                            subtotal_cents = :subtotal, tax_cents = :tax, total_cents = :total, tax_bps = :bps,
                            tax_included = :included, updated_at = :now,
                            closed_at = :closed, cancelled_at = :cancelled, cancel_reason = :reason, open_key = :key,
                            version = version + 1
                        WHERE id = :id""")
                .bind("id", after.id())
                .bind("tab", after.tabName().orElse(null))
                .bind("customer", after.customerName().orElse(null))
                .bind("folded", after.name().map(Folded::of).orElse(null))
                .bind("status", text(after.status()))
                .bind("payment", text(after.paymentStatus()))
                .bind("discount", after.discountCents())
                .bind("subtotal", totals.subtotalCents())
                .bind("tax", totals.taxCents())
                .bind("total", totals.totalCents())
                .bind("bps", totals.rate().bps())
                .bind("included", totals.rate().isIncluded())
                .bind("now", Times.toColumn(transaction.now()))
                .bind("closed", after.closedAt().map(Times::toColumn).orElse(null))
                .bind("cancelled", after.cancelledAt().map(Times::toColumn).orElse(null))
                .bind("reason", cancelReason.orElse(null))
                .bind("key", openKey(transaction, after))
                .execute();
        OrderLines.update(transaction, after.id(), before.lines(), after.lines());
    }

    /// Removes a cart that nothing is left in.
    static void delete(Transaction transaction, Order cart) {
        OrderLines.update(transaction, cart.id(), cart.lines(), List.of());
        transaction.db().createUpdate("DELETE FROM orders WHERE id = :id").bind("id", cart.id()).execute();
    }

    /// What keeps a second one of its kind from being opened; null once it is closed.
    static @Nullable String openKey(Transaction transaction, Order order) {
        if (!order.isPending()) {
            return null;
        }
        return switch (order.kind()) {
            case CART -> cartKey(transaction.venue().id(), order.sessionId());
            case TAB -> tabKey(transaction.venue().id(), Folded.of(order.tabName().orElseThrow()));
        };
    }

    private static String cartKey(String venueId, String sessionId) {
        return "cart/" + venueId + "/" + sessionId;
    }

    private static String tabKey(String venueId, String foldedName) {
        return "tab/" + venueId + "/" + foldedName;
    }

    private static List<Order> read(Query query) {
        record Read(Order head, List<OrderLine> lines) {}
        var orders = query.reduceResultSet(new ArrayList<Read>(), (read, row, _) -> {
            if (read.isEmpty() || !read.getLast().head.id().equals(row.getString("id"))) {
                read.add(new Read(head(row), new ArrayList<>()));
            }
            if (row.getString("product_id") != null) {
                read.getLast().lines.add(new OrderLine(row.getInt("position"), row.getString("product_id"), row
                        .getString("name"), row.getLong("unit_price_cents"), row.getInt("quantity")));
            }
            return read;
        });
        return orders.stream().map(read -> read.head.withLines(read.lines)).toList();
    }

    private static Order head(ResultSet row) throws SQLException {
        var totals = new Totals(row.getLong("subtotal_cents"), Math.min(row.getLong("discount_cents"), row.getLong(
                "subtotal_cents")), row.getLong("tax_cents"), row.getLong("total_cents"), new TaxRate(row.getInt(
                        "tax_bps"), row
                                .getBoolean("tax_included")));
        return new Order(row.getString("id"), value(Kind.class, row.getString("kind")), row.getString("session_id"), row
                .getString("location_id"), Optional.ofNullable(row.getString("tab_name")), Optional.ofNullable(row
                        .getString("customer_name")), value(Status.class, row.getString("status")), value(
                                PaymentStatus.class, row.getString("payment_status")), row.getLong("discount_cents"),
                totals, Times.of(row, "opened_at"), Times.of(row, "updated_at"), Times.find(row, "closed_at"), Times
                        .find(row, "cancelled_at"), List.of());
    }

    static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E value(Class<E> type, String text) {
        return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
    }
}
