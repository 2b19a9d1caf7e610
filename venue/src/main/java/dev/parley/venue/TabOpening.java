package dev.parley.venue;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Opens tabs, of which no two that are open have the same name.
final class TabOpening {
    private TabOpening() {}

    /// @param name as it is shown
    /// @param cart what moves onto it; gone then
    /// @throws Refusal if an open tab has this name
    static Order open(Transaction transaction, String name, Optional<Order> cart) {
        var tab = Order.tab(transaction.newId("ord"), transaction.session(), transaction.sellingLocation(), name,
                transaction.now())
                .withDiscount(cart.map(Order::discountCents).orElse(0L))
                .withLines(cart.map(Order::lines).orElse(List.of()));
        cart.ifPresent(moved -> Orders.delete(transaction, moved));
        if (!Orders.insert(transaction, tab, Orders.openKey(transaction, tab))) {
            throw taken(transaction, name);
        }
        transaction.audit("tab.open", tab.id(), null, name + ": " + Ordering.summary(tab));
        transaction.publish("tab.updated", OrderViews.cart(transaction.venue(), tab));
        if (cart.isPresent()) {
            transaction.publish("cart.updated", OrderViews.noCart(transaction.venue()));
        }
        return tab;
    }

    static Refusal taken(Transaction transaction, String name) {
        var open = Orders.lockTab(transaction, Folded.of(name));
        var details = open.<Map<String, Object>>map(tab -> Map.of("tab", OrderViews.cart(transaction.venue(), tab)))
                .orElse(Map.of());
        return new Refusal(ErrorCode.TAB_EXISTS, "There is already an open tab for " + open.flatMap(Order::tabName)
                .orElse(name), details);
    }
}
