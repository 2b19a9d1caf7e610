package dev.parley.venue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// Puts drinks on an order that is open, and takes them off: the session's cart, or a tab. What is done here is written
/// by [#save]. Belongs to one transaction.
final class Ordering {
    private final Transaction transaction;
    private final Optional<Order> before;
    private final Supply supply;
    private Order order;

    private Ordering(Transaction transaction, Optional<Order> before, Order order) {
        this.transaction = transaction;
        this.before = before;
        this.order = order;
        this.supply = new Supply(transaction, order.id());
    }

    /// Of a tab, or of the session's cart, which begins now if there is none.
    static Ordering open(Transaction transaction, Optional<String> tab) {
        return find(transaction, tab).orElseGet(() -> new Ordering(transaction, Optional.empty(), Order.cart(transaction
                .newId("ord"), transaction.session(), transaction.sellingLocation(), transaction.now())));
    }

    /// Of a tab, or of the session's cart, if there is one.
    ///
    /// @throws Refusal if there is no such tab
    static Optional<Ordering> find(Transaction transaction, Optional<String> tab) {
        var before = tab.isPresent()
                ? Optional.of(Tabs.lock(transaction, tab.get()))
                : Orders.cart(transaction);
        return before.map(order -> new Ordering(transaction, before, order));
    }

    Order order() {
        return order;
    }

    /// How it is spoken of: `cart`, `the tab of John`.
    String spoken() {
        return order.tabName().map(name -> name + "'s tab").orElse("cart");
    }

    /// Looks at once for stock of what is going to be added, instead of at each in turn.
    void expect(Collection<Product> products) {
        supply.of(products.stream()
                .flatMap(product -> product.use().stream())
                .map(Product.Ingredient::productId)
                .collect(Collectors.toSet()));
    }

    /// @throws Refusal if it is archived, too many, or more than there is for this order as a whole; nothing is
    ///         added then
    void add(Product product, int quantity) {
        if (product.isArchived()) {
            throw Products.offTheMenu(product);
        }
        var more = order.adding(product, quantity);
        if (!transaction.venue().allowNegativeStock()) {
            var needs = Needs.of(transaction.catalogue(), more.quantities());
            var missing = needs.shortIn(transaction.catalogue(), supply.of(needs.base().keySet()));
            // What became short since it was added is told when it is paid.
            var itself = missing.stream().filter(one -> one.product().equals(product)).toList();
            if (!itself.isEmpty()) {
                throw supply.refusal(itself);
            }
        }
        order = more;
    }

    void remove(String productId, int quantity) {
        order = order.removing(productId, quantity);
    }

    void clear() {
        order = order.withLines(List.of());
    }

    /// Puts back what was taken off a moment ago, at the prices it had; what is off the menu since stays off.
    void restore(List<OrderLine> lines) {
        for (var line : lines) {
            if (!transaction.catalogue().product(line.productId()).isArchived()) {
                order = order.restoring(line);
            }
        }
    }

    void discount(long cents) {
        order = order.withDiscount(cents);
    }

    /// The product on this order that is meant.
    ///
    /// @throws Refusal if there is none, or more than one
    Product product(String spoken) {
        var catalogue = transaction.catalogue();
        var folded = Folded.of(spoken);
        var said = order.lines()
                .stream()
                .filter(line -> line.productId().equals(spoken) || Folded.of(line.name()).equals(folded))
                .findFirst();
        if (said.isPresent()) {
            return catalogue.product(said.get().productId());
        }
        var here = new ArrayList<Product>();
        order.quantities().keySet().forEach(id -> here.add(catalogue.product(id)));
        var match = Matching.product(new Catalogue(here, catalogue.categories(), catalogue.locations()), spoken);
        return switch (match) {
            case Matching.Match.One(var product) -> product;
            case Matching.Match.Several(var candidates) -> throw Transaction.ambiguous(candidates);
            case Matching.Match.None _ -> throw new Refusal(ErrorCode.ITEM_NOT_IN_CART, "Item \"" + spoken
                    + "\" not found in " + spoken());
        };
    }

    /// Writes the order as it is now, records it and tells of it. A cart that is empty goes, a tab stays.
    ///
    /// @return the Cart view
    /// @throws Refusal if something new on it has been archived meanwhile
    ObjectNode save(String action) {
        var here = before.map(known -> known.quantities().keySet()).orElse(Set.of());
        Products.keep(transaction, order.quantities().keySet().stream().filter(id -> !here.contains(id)).toList());
        if (before.isEmpty()) {
            if (order.isEmpty()) {
                return OrderViews.noCart(transaction.venue());
            }
            Orders.insert(transaction, order, Orders.openKey(transaction, order));
        } else if (order.isEmpty() && order.kind() == Order.Kind.CART) {
            Orders.delete(transaction, before.get());
        } else {
            Orders.update(transaction, before.get(), order, Optional.empty());
        }
        transaction.audit(action, order.id(), before.map(Ordering::summary).orElse(null), summary(order));
        return tell();
    }

    private ObjectNode tell() {
        var view = order.isEmpty() && order.kind() == Order.Kind.CART
                ? OrderViews.noCart(transaction.venue())
                : OrderViews.cart(transaction.venue(), order);
        transaction.publish(order.kind() == Order.Kind.TAB ? "tab.updated" : "cart.updated", view.deepCopy());
        return view;
    }

    /// For the records: `2 x Bud Light at 500, 1 x Corona at 600`.
    static String summary(Order order) {
        return order.lines()
                .stream()
                .map(line -> line.quantity() + " x " + line.name() + " at " + line.unitPriceCents())
                .collect(Collectors.joining(", "));
    }
}
