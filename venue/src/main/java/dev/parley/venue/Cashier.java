package dev.parley.venue;

import dev.parley.venue.Order.Kind;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Takes payment for orders and gives it back. Stock leaves here, and comes back here.
final class Cashier {
    private Cashier() {}

    /// @param tipCents beside the order's total
    /// @param low products that just became low
    /// @param hasNegativeStock whether more was sold than was there, which some venues allow
    record Paid(Order order, long tipCents, ArrayNode low, boolean hasNegativeStock) {
        ArrayNode receipt() {
            var receipt = JsonNodeFactory.instance.arrayNode();
            order.lines()
                    .forEach(line -> receipt.addObject()
                            .put("name", line.name())
                            .put("quantity", line.quantity())
                            .put("line_total_cents", line.totalCents()));
            return receipt;
        }

        /// `$10.80`, `$10.80 plus a tip of $2.00`.
        String spoken(VenueSettings venue) {
            var total = venue.spoken(order.totals(venue).totalCents());
            return tipCents == 0 ? total : total + " plus a tip of " + venue.spoken(tipCents);
        }
    }

    /// @param restored what came back to stock
    record Voided(Order order, long refundedCents, ArrayNode restored) {}

    /// Sells what is on an order: its ingredients leave the selling location, and one sale of its total is written.
    ///
    /// @param before as it is in the database, locked; pending, with at least one line
    /// @throws Refusal if anything is short; what is on hand decides, whatever open tabs hold
    static Paid pay(Transaction transaction, Order before, Optional<String> customer, PaymentMethod method,
            long tipCents) {
        var used = leave(transaction, before);
        var totals = before.totals(transaction.venue());
        var named = customer.map(before::withCustomer).orElse(before);
        var order = named.completed(totals, transaction.now());
        Orders.update(transaction, before, order, Optional.empty());
        Payments.sale(transaction, order.id(), method, totals.totalCents(), tipCents);
        transaction.audit("order.pay", order.id(), Ordering.summary(before), method + " " + totals.totalCents()
                + (tipCents > 0 ? " + " + tipCents : ""));
        tell(transaction, order, "order.completed");
        var below = transaction.stock()
                .lock(used.keySet())
                .values()
                .stream()
                .anyMatch(level -> level < 0);
        return new Paid(order, tipCents, LowStock.after(transaction, used.entrySet()
                .stream()
                .collect(Collectors.toMap(entry -> entry.getKey().productId(), Map.Entry::getValue))), below);
    }

    private static Map<StockKey, Long> leave(Transaction transaction, Order order) {
        var location = transaction.sellingLocation().id();
        var needs = Needs.of(transaction.catalogue(), order.quantities());
        var used = new TreeMap<StockKey, Long>();
        needs.base().forEach((id, amount) -> used.put(new StockKey(id, location), amount));
        var stock = transaction.stock();
        var levels = stock.lock(used.keySet());
        if (!used.entrySet().stream().allMatch(entry -> stock.allows(entry.getKey(), entry.getValue()))) {
            var available = levels.entrySet()
                    .stream()
                    .collect(Collectors.toMap(entry -> entry.getKey().productId(), Map.Entry::getValue));
            throw new Supply(transaction, order.id()).refusal(needs.shortIn(transaction.catalogue(), available));
        }
        used.forEach((key, amount) -> stock.move(key, -amount, MovementKind.SALE, new Stock.Ref("order", order.id())));
        return used;
    }

    /// Calls an open order off, or undoes a sale: what left comes back to where it left from, and the money is given back
    ///
    ///
    /// @param before as it is in the database, locked; pending or completed
    static Voided cancel(Transaction transaction, Order before, Optional<String> reason) {
        var order = before.cancelled(transaction.now());
        var restored = JsonNodeFactory.instance.arrayNode();
        var refunded = 0L;
        if (!before.isPending()) {
            comeBack(transaction, order, restored);
            var sale = Payments.saleOf(transaction, order.id());
            Payments.refund(transaction, order.id(), sale);
            refunded = sale.amountCents() + sale.tipCents();
        }
        Orders.update(transaction, before, order, reason);
        transaction.audit("order.void", order.id(), Orders.text(before.status()), reason.orElse(null));
        tell(transaction, order, "order.voided");
        return new Voided(order, refunded, restored);
    }

    private static void comeBack(Transaction transaction, Order order, ArrayNode restored) {
        var left = new TreeMap<StockKey, Long>();
        transaction.db()
                .createQuery("""
                        SELECT product_id, location_id, delta FROM stock_movements
                        WHERE ref_id = :order AND ref_type = 'order' AND kind = 'sale'""")
                .bind("order", order.id())
                .map((row, _) -> Map.entry(new StockKey(row.getString(1), row.getString(2)), row.getLong(3)))
                .forEach(movement -> left.merge(movement.getKey(), movement.getValue(), Long::sum));
        transaction.stock().lock(left.keySet());
        left.forEach((key, delta) -> {
            transaction.stock().move(key, -delta, MovementKind.VOID_RESTORE, new Stock.Ref("order", order.id()));
            var product = transaction.catalogue().product(key.productId());
            restored.addObject().put("product", product.name()).put("quantity", product.containers(-delta));
        });
    }

    private static void tell(Transaction transaction, Order order, String type) {
        transaction.publish(type, OrderViews.documented(transaction.venue(), order));
        if (order.kind() == Kind.TAB) {
            transaction.publish("tab.updated", OrderViews.cart(transaction.venue(), order));
        }
    }
}
