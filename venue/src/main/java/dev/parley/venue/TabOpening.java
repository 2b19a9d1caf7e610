package dev.parley.venue;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Opens tabs, of which no two that are open have the same name.
final class TabOpening {
    private TabOpening() {}

    /// @param name as it is shown
    /// @param moved the cart, or the other tab, whose drinks move onto it; gone then
    /// @throws Refusal if an open tab has this name
    static Order open(Transaction transaction, String name, Optional<Order> moved) {
        var tab = Order.tab(transaction.newId("ord"), transaction.session(), transaction.sellingLocation(), name,
                transaction.now())
                .withDiscount(moved.map(Order::discountCents).orElse(0L))
                .withLines(moved.map(Order::lines).orElse(List.of()));
        moved.ifPresent(old -> Orders.delete(transaction, old));
        if (!Orders.insert(transaction, tab, Orders.openKey(transaction, tab))) {
            throw taken(transaction, name);
        }
        transaction.audit("tab.open", tab.id(), null, name + ": " + Ordering.summary(tab));
        transaction.publish("tab.updated", OrderViews.cart(transaction.venue(), tab));
        moved.ifPresent(old -> tellOfOld(transaction, old));
        return tab;
    }

    private static void tellOfOld(Transaction transaction, Order old) {
        switch (old.kind()) {
            case CART -> transaction.publish("cart.updated", OrderViews.noCart(transaction.venue()));
            case TAB -> transaction.publish("tab.updated", OrderViews.cart(transaction.venue(), old.cancelled(
                    transaction
                            .now())));
        }
    }

    private static Refusal taken(Transaction transaction, String name) {
        var open = Orders.lockTab(transaction, Folded.of(name));
        var details = open.<Map<String, Object>>map(tab -> Map.of("tab", OrderViews.cart(transaction.venue(), tab)))
                .orElse(Map.of());
        return new Refusal(ErrorCode.TAB_EXISTS, "There is already an open tab for " + open.flatMap(Order::tabName)
                .orElse(name), details);
    }
}
