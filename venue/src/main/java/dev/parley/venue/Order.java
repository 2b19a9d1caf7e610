package dev.parley.venue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// Drinks that somebody wants, and later has paid for: a session's cart, or a tab that anybody may add to. Immutable; a
/// change gives another order, which [Orders] then writes.
///
/// @param kind `cart` or `tab`
/// @param sessionId which opened it
/// @param locationId where that was
/// @param discountCents what was granted, however little there is to pay
/// @param written what it came to when it was last written; final once it is no longer pending
record Order(String id, Kind kind, String sessionId, String locationId, Optional<String> tabName,
        Optional<String> customerName, Status status, PaymentStatus paymentStatus, long discountCents, Totals written,
        Instant openedAt, Instant updatedAt, Optional<Instant> closedAt, Optional<Instant> cancelledAt,
        List<OrderLine> lines) {

    enum Kind {
        CART, TAB
    }

    enum Status {
        PENDING, COMPLETED, CANCELLED
    }

    enum PaymentStatus {
        NONE, PENDING, COMPLETED, REFUNDED
    }

    Order {
        lines = List.copyOf(lines);
    }

    static Order cart(String id, Session session, Location location, Instant now) {
        return opened(id, Kind.CART, session, location, Optional.empty(), now);
    }

    static Order tab(String id, Session session, Location location, String name, Instant now) {
        return opened(id, Kind.TAB, session, location, Optional.of(name), now);
    }

    private static Order opened(String id, Kind kind, Session session, Location location, Optional<String> tabName,
            Instant now) {
        return new Order(id, kind, session.id(), location.id(), tabName, Optional.empty(), Status.PENDING,
                PaymentStatus.PENDING, 0, Totals.NOTHING, now, now, Optional.empty(), Optional.empty(), List.of());
    }

    /// Whose it is, if that was said.
    Optional<String> name() {
        return customerName.or(() -> tabName);
    }

    boolean isPending() {
        return status == Status.PENDING;
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /// Drinks on it.
    int itemCount() {
        return lines.stream().mapToInt(OrderLine::quantity).sum();
    }

    /// How many of each product, at whatever prices, in the order of the lines.
    SequencedMap<String, Integer> quantities() {
        var quantities = new LinkedHashMap<String, Integer>();
        lines.forEach(line -> quantities.merge(line.productId(), line.quantity(), Math::addExact));
        return quantities;
    }

    int quantity(String productId) {
        return quantities().getOrDefault(productId, 0);
    }

    /// With more of a product, at the price it has now: on the line that has this price, or on a new one.
    ///
    /// @throws Refusal if it would be more than 999 of it
    Order adding(Product product, int quantity) {
        if ((long) quantity(product.id()) + quantity > OrderLine.MAX_QUANTITY) {
            throw new Refusal(ErrorCode.QUANTITY_OUT_OF_RANGE, "An order holds at most " + OrderLine.MAX_QUANTITY + " "
                    + product.name() + ".");
        }
        return restoring(new OrderLine(0, product.id(), product.name(), product.priceCents(), quantity));
    }

    /// With a line at the price it says, wherever it stood before.
    Order restoring(OrderLine added) {
        var changed = new ArrayList<>(lines);
        for (int i = 0; i < changed.size(); i++) {
            var line = changed.get(i);
            if (line.isSameAs(added)) {
                changed.set(i, line.withQuantity(line.quantity() + added.quantity()));
                return withLines(changed);
            }
        }
        changed.add(new OrderLine(nextPosition(), added.productId(), added.name(), added.unitPriceCents(), added
                .quantity()));
        return withLines(changed);
    }

    /// With less of a product, the line that came last first; more than there is takes all.
    Order removing(String productId, int quantity) {
        var left = quantity;
        var changed = new ArrayList<>(lines);
        for (int i = changed.size() - 1; i >= 0 && left > 0; i--) {
            var line = changed.get(i);
            if (line.productId().equals(productId)) {
                var taken = Math.min(left, line.quantity());
                left -= taken;
                if (taken == line.quantity()) {
                    changed.remove(i);
                } else {
                    changed.set(i, line.withQuantity(line.quantity() - taken));
                }
            }
        }
        return withLines(changed);
    }

    private int nextPosition() {
        return lines.stream().mapToInt(OrderLine::position).max().orElse(0) + 1;
    }

    /// What it comes to: fixed when it was paid, counted anew before.
    Totals totals(VenueSettings venue) {
        return isPending() ? Totals.of(lines, discountCents, venue.tax()) : written;
    }

    Order withLines(List<OrderLine> value) {
        return new Order(id, kind, sessionId, locationId, tabName, customerName, status, paymentStatus, discountCents,
                written, openedAt, updatedAt, closedAt, cancelledAt, value);
    }

    Order withCustomer(String name) {
        return new Order(id, kind, sessionId, locationId, tabName, Optional.of(name), status, paymentStatus,
                discountCents, written, openedAt, updatedAt, closedAt, cancelledAt, lines);
    }

    Order withTabName(String name) {
        return new Order(id, kind, sessionId, locationId, Optional.of(name), customerName, status, paymentStatus,
                discountCents, written, openedAt, updatedAt, closedAt, cancelledAt, lines);
    }

    Order withDiscount(long cents) {
        return new Order(id, kind, sessionId, locationId, tabName, customerName, status, paymentStatus, cents, written,
                openedAt, updatedAt, closedAt, cancelledAt, lines);
    }

    /// Paid for.
    Order completed(Totals paid, Instant now) {
        return new Order(id, kind, sessionId, locationId, tabName, customerName, Status.COMPLETED,
                PaymentStatus.COMPLETED, discountCents, paid, openedAt, updatedAt, Optional.of(now), cancelledAt,
                lines);
    }

    /// Called off, and the money given back if any was taken.
    Order cancelled(Instant now) {
        var money = status == Status.COMPLETED ? PaymentStatus.REFUNDED : PaymentStatus.NONE;
        return new Order(id, kind, sessionId, locationId, tabName, customerName, Status.CANCELLED, money, discountCents,
                written, openedAt, updatedAt, closedAt, Optional.of(now), lines);
    }
}
