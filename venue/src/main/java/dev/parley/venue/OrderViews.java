package dev.parley.venue;

import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Orders as JSON. Members in cents are whole numbers; their neighbours without `_cents` are in major units, except in
/// [#documented], where the reference's pages read cents (3.2).
final class OrderViews {
    static final String WALK_IN = "Walk-in";

    private OrderViews() {}

    /// The Cart view (3.8).
    static ObjectNode cart(VenueSettings venue, Order order) {
        var totals = order.totals(venue);
        var view = head(venue, Optional.of(order.id()), Orders.text(order.kind()), order.tabName(), Orders.text(order
                .status()));
        var items = view.putArray("items");
        order.lines()
                .forEach(line -> items.addObject()
                        .put("product_id", line.productId())
                        .put("name", line.name())
                        .put("quantity", line.quantity())
                        .put("unit_price_cents", line.unitPriceCents())
                        .put("price", venue.major(line.unitPriceCents()))
                        .put("line_total_cents", line.totalCents())
                        .put("subtotal", venue.major(line.totalCents())));
        return sum(venue, view, order.itemCount(), totals);
    }

    /// The Cart view of a session that has no cart.
    static ObjectNode noCart(VenueSettings venue) {
        var view = head(venue, Optional.empty(), "cart", Optional.empty(), "pending");
        view.putArray("items");
        return sum(venue, view, 0, Totals.NOTHING);
    }

    private static ObjectNode head(VenueSettings venue, Optional<String> id, String kind, Optional<String> tabName,
            String status) {
        return JsonNodeFactory.instance.objectNode()
                .put("order_id", id.orElse(null))
                .put("kind", kind)
                .put("tab_name", tabName.orElse(null))
                .put("status", status)
                .put("currency", venue.currency().getCurrencyCode());
    }

    private static ObjectNode sum(VenueSettings venue, ObjectNode view, int items, Totals totals) {
        view.put("item_count", items).put("subtotal_cents", totals.subtotalCents());
        if (totals.discountCents() > 0) {
            view.put("discount_cents", totals.discountCents());
        }
        return view.put("tax_cents", totals.taxCents())
                .put("total_cents", totals.totalCents())
                .put("total", venue.major(totals.totalCents()));
    }

    /// A line of `get_orders_list`.
    static ObjectNode row(VenueSettings venue, Order order) {
        var totals = order.totals(venue);
        return JsonNodeFactory.instance.objectNode()
                .put("id", order.id())
                .put("name", order.name().orElse(WALK_IN))
                .put("total", venue.major(totals.totalCents()))
                .put("total_cents", totals.totalCents())
                .put("status", Orders.text(order.status()))
                .put("itemCount", order.itemCount())
                .put("createdAt", order.openedAt().toString());
    }

    /// As `GET /api/orders` tells it, money in cents (3.2).
    static ObjectNode documented(VenueSettings venue, Order order) {
        var totals = order.totals(venue);
        var view = JsonNodeFactory.instance.objectNode()
                .put("id", order.id())
                .put("orderName", order.name().orElse(WALK_IN))
                .put("status", order.isPending() ? "open" : "closed")
                .put("total", totals.totalCents());
        var charges = view.putArray("customCharges");
        if (totals.discountCents() > 0) {
            charges.addObject().put("name", "Discount").put("amount", -totals.discountCents());
        }
        var items = view.putArray("items");
        order.lines()
                .forEach(line -> items.addObject()
                        .put("id", line.productId())
                        .put("name", line.name())
                        .put("quantity", line.quantity())
                        .put("price", line.unitPriceCents())
                        .put("subtotal", line.totalCents()));
        return view.put("createdAt", order.openedAt().toString())
                .put("updatedAt", order.updatedAt().toString())
                .put("closedAt", order.closedAt().or(order::cancelledAt).map(Object::toString).orElse(null))
                .put("kind", Orders.text(order.kind()))
                .put("state", Orders.text(order.status()))
                .put("paymentStatus", Orders.text(order.paymentStatus()))
                .put("subtotal", totals.subtotalCents())
                .put("tax", totals.taxCents());
    }
}
