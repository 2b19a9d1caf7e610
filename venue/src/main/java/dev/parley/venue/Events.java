package dev.parley.venue;

import dev.parley.venue.Allocations.Allocation;
import dev.parley.venue.Allocations.Event;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The venue's events and what is set aside for them, for programs. Thread-safe.
///
/// The reference knows bookings of packages where this venue knows events with allocations. A booking here is an event,
/// and its package is the stock that is set aside for it: what it consists of, and what that sells for before tax.
public final class Events {
    private final Till till;

    Events(Till till) {
        this.till = till;
    }

    /// The same, for those who came in with this badge.
    public Events with(Badge badge) {
        return new Events(till.with(badge));
    }

    /// All events by date, with their allocations: `{"events":[...]}`.
    public ObjectNode list() {
        return till.read(transaction -> {
            var list = Stockkeeping.json();
            var events = list.putArray("events");
            Allocations.events(transaction).forEach(event -> events.add(view(transaction, event)));
            return list;
        });
    }

    /// One event by its id or name, with its allocations.
    ///
    /// @throws Refusal if there is none
    public ObjectNode find(String eventId) {
        return till.read(transaction -> view(transaction, Allocations.find(transaction, eventId)));
    }

    /// Plans an event.
    ///
    /// @param sessionId who plans it
    /// @throws Refusal if the name is taken by an event that is not closed, or is none
    public ObjectNode create(String sessionId, String name, LocalDate date) {
        return till.perform(sessionId, transaction -> view(transaction, Allocations.create(transaction, name, date)));
    }

    /// The reference's bookings, latest date first: `{"bookings":[{...,"package":{...}}]}`.
    ///
    /// @param status `planned`, `open` or `closed`; all if empty
    /// @throws Refusal if the status is none of these, or the limit is not 1 to 200
    public ObjectNode bookings(Optional<String> status, int limit) {
        if (limit < 1 || limit > 200) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "limit: expected 1 to 200, found " + limit + ".");
        }
        status.filter(wanted -> !List.of("planned", "open", "closed").contains(wanted)).ifPresent(wanted -> {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "status: expected planned, open or closed, found \"" + wanted
                    + "\".");
        });
        return till.read(transaction -> {
            var list = Stockkeeping.json();
            var bookings = list.putArray("bookings");
            Allocations.events(transaction)
                    .reversed()
                    .stream()
                    .filter(event -> status.isEmpty() || event.status().equals(status.get()))
                    .limit(limit)
                    .forEach(event -> bookings.addObject()
                            .put("id", event.id())
                            .put("eventName", event.name())
                            .put("eventDate", event.date().toString())
                            .put("status", event.status())
                            .set("package", asPackage(transaction, event)));
            return list;
        });
    }

    /// The reference's packages: what is set aside for each event, by date: `{"packages":[...]}`.
    ///
    /// @param activeOnly leaves out those of events that are closed
    public ObjectNode packages(boolean activeOnly) {
        return till.read(transaction -> {
            var list = Stockkeeping.json();
            var packages = list.putArray("packages");
            Allocations.events(transaction)
                    .stream()
                    .filter(event -> !activeOnly || !event.isClosed())
                    .forEach(event -> packages.add(asPackage(transaction, event)));
            return list;
        });
    }

    private static ObjectNode asPackage(Transaction transaction, Event event) {
        var view = Stockkeeping.json()
                .put("id", event.id())
                .put("name", event.name())
                .put("active", !event.isClosed());
        var items = view.putArray("items");
        var price = 0L;
        for (var allocation : Allocations.of(transaction, event)) {
            var product = transaction.catalogue().product(allocation.productId());
            var sells = StockValue.sales(product, allocation.allocated());
            price += sells;
            items.addObject()
                    .put("product_id", product.id())
                    .put("name", product.name())
                    .put("quantity", product.containers(allocation.allocated()))
                    .put("price", sells);
        }
        return view.put("price", price);
    }

    /// Whether some of a product is set aside for an event that is not closed.
    static boolean isAllocated(Transaction transaction, String productId) {
        return transaction.db()
                .createQuery("SELECT COUNT(*) FROM event_allocations WHERE product_id = :product AND status = 'open'")
                .bind("product", productId)
                .mapTo(Long.class)
                .one() > 0;
    }

    static ObjectNode view(Transaction transaction, Event event) {
        var view = Stockkeeping.json()
                .put("event_id", event.id())
                .put("name", event.name())
                .put("event_date", event.date().toString())
                .put("status", event.status());
        allocations(transaction, event, view.putArray("allocations"));
        return view;
    }

    private static void allocations(Transaction transaction, Event event, ArrayNode list) {
        for (Allocation allocation : Allocations.of(transaction, event)) {
            var product = transaction.catalogue().product(allocation.productId());
            list.addObject()
                    .put("allocation_id", allocation.id())
                    .put("product_id", product.id())
                    .put("product", product.name())
                    .put("location", transaction.catalogue().location(allocation.key().locationId()).name())
                    .put("allocated", product.containers(allocation.allocated()))
                    .put("consumed", product.containers(allocation.consumed()))
                    .put("returned", product.containers(allocation.returned()))
                    .put("left", product.containers(allocation.isOpen()
                            ? allocation.allocated() - allocation.consumed()
                            : 0))
                    .put("status", allocation.isOpen() ? "open" : "closed");
        }
    }

    /// What an event used of a product: how much, what it cost (null if that is not known), what it would have sold for.
    static ObjectNode consumed(Product product, long amount) {
        var used = Stockkeeping.json()
                .put("product_id", product.id())
                .put("product", product.name())
                .put("quantity", product.containers(amount));
        StockValue.cost(product, amount)
                .ifPresentOrElse(cost -> used.put("cost_cents", cost), () -> used.putNull(
                        "cost_cents"));
        return used.put("sales_value_cents", StockValue.sales(product, amount));
    }
}
