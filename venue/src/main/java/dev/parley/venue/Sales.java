package dev.parley.venue;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Orders and what was sold, for programs that are no model: the till page, reports. Thread-safe.
///
/// Orders have the members of the reference's `GET /api/orders`, with money in cents.
public final class Sales {
    private static final int MOST_ITEMS = 50;
    private static final int MOST_ORDERS = 500;

    private final Till till;

    Sales(Till till) {
        this.till = till;
    }

    /// The same, for those who came in with this badge.
    public Sales with(Badge badge) {
        return new Sales(till.with(badge));
    }

    /// Which orders are asked for.
    ///
    /// @param status `pending`, `completed` or `cancelled`
    /// @param customerName of the customer or the tab
    /// @param since when they were opened at the earliest
    public record Filter(Optional<String> status, Optional<String> customerName, Optional<Instant> since) {
        public static final Filter ALL = new Filter(Optional.empty(), Optional.empty(), Optional.empty());

        public Filter withStatus(String value) {
            return new Filter(Optional.of(value), customerName, since);
        }

        public Filter withCustomerName(String value) {
            return new Filter(status, Optional.of(value), since);
        }

        public Filter withSince(Instant value) {
            return new Filter(status, customerName, Optional.of(value));
        }
    }

    /// A product that is bought. What it costs is the venue's to say.
    ///
    /// @param id of the product; if it is left out or not known, the name counts
    public record Item(Optional<String> id, Optional<String> name, int quantity) {}

    /// The latest orders, newest first; carts that are still being filled are none.
    ///
    /// @throws Refusal if the status is none, or the limit is not 1 to 500
    public List<ObjectNode> orders(Filter filter, int limit) {
        if (limit < 1 || limit > MOST_ORDERS) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "limit: expected 1 to " + MOST_ORDERS + ", found " + limit
                    + ".");
        }
        var wanted = new Orders.Filter(filter.status().map(OrderTools::status), filter.customerName().map(Folded::of),
                filter.since());
        return till.read(transaction -> Orders.recent(transaction, wanted, limit)
                .stream()
                .map(order -> OrderViews.documented(transaction.venue(), order))
                .toList());
    }

    /// One order, whatever its state.
    public Optional<ObjectNode> order(String id) {
        return till.read(transaction -> Orders.find(transaction, id)
                .map(order -> OrderViews.documented(transaction.venue(), order)));
    }

    /// The open tabs by name, as Cart views.
    public List<ObjectNode> openTabs() {
        return till.read(transaction -> Orders.openTabs(transaction)
                .stream()
                .map(tab -> OrderViews.cart(transaction.venue(), tab))
                .toList());
    }

    /// Sells at once, at the venue's prices and without touching the session's cart.
    ///
    /// @return `success`, `message`, `orderId`, `total_cents` and what else paying a cart answers
    /// @throws Refusal if nothing or too much is wanted, something is not known or is short; nothing is sold then
    public ObjectNode sell(String sessionId, List<Item> items, Optional<String> orderName,
            Optional<String> paymentMethod) {
        if (items.isEmpty()) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "No items provided");
        }
        if (items.size() > MOST_ITEMS) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "items: expected at most " + MOST_ITEMS + ", found " + items
                    .size() + ".");
        }
        var method = PaymentMethod.of(paymentMethod.or(() -> Optional.of("card")));
        var name = orderName.filter(said -> !said.isBlank()).map(said -> Spoken.name("orderName", said));
        return till.perform(sessionId, transaction -> {
            if (transaction.session().endedAt().isPresent()) {
                throw new Refusal(ErrorCode.SESSION_ENDED, "This session has ended; start a new one.");
            }
            var order = order(transaction, items);
            Orders.insert(transaction, order, null);
            return OrderTools.completed(transaction, Cashier.pay(transaction, order, name, method, 0)).json();
        });
    }

    private static Order order(Transaction transaction, List<Item> items) {
        var order = Order.cart(transaction.newId("ord"), transaction.session(), transaction.sellingLocation(),
                transaction.now());
        for (var item : items) {
            var product = product(transaction, item);
            if (product.isArchived()) {
                throw Products.offTheMenu(product);
            }
            order = order.adding(product, CartTools.inRange(item.quantity()));
        }
        return order;
    }

    private static Product product(Transaction transaction, Item item) {
        return item.id()
                .flatMap(transaction.catalogue()::findProduct)
                .orElseGet(() -> transaction.product(item.name()
                        .or(item::id)
                        .orElseThrow(() -> new Refusal(ErrorCode.INVALID_ARGUMENTS,
                                "items: expected an id or a name of each."))));
    }

    /// What was sold, taxed, tipped and given back on one day of the venue's timezone: all together, by hour, product,
    /// staff and payment method.
    public ObjectNode dailyReport(LocalDate day) {
        return till.read(transaction -> DailyReport.of(transaction, day));
    }

    /// The same of today.
    public ObjectNode dailyReport() {
        return till.read(transaction -> DailyReport.of(transaction, ZonedDateTime.ofInstant(transaction.now(),
                transaction.venue().timezone()).toLocalDate()));
    }
}
