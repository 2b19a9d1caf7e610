package dev.parley.venue;

import dev.parley.agent.Param;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolCallContext;
import dev.parley.venue.Order.Status;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tools that open tabs, take payment and void it.
public final class OrderTools {
    private static final int DEFAULT_LIST = 10;

    private final Till till;

    OrderTools(Till till) {
        this.till = till;
    }

    @Tool("Takes payment for the cart and closes it.")
    public ObjectNode processOrder(
            @Param("Whose order it is; the name it has if left out") Optional<String> customerName,
            @Param("card, cash or voice_simulated; voice_simulated if left out") Optional<String> paymentMethod,
            @Param(value = "A tip on top of the total, in cents", min = 0, max = 100_000_000) Optional<Long> tipCents,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var method = PaymentMethod.of(paymentMethod);
            var customer = customerName.filter(name -> !name.isBlank()).map(name -> Spoken.name("customer_name", name));
            var cart = Orders.cart(transaction)
                    .orElseThrow(() -> new Refusal(ErrorCode.CART_NOT_FOUND, "No active cart found"));
            if (cart.isEmpty()) {
                throw new Refusal(ErrorCode.CART_EMPTY, "The cart is empty");
            }
            var paid = Cashier.pay(transaction, cart, customer, method, tipCents.orElse(0L));
            transaction.publish("cart.updated", OrderViews.noCart(transaction.venue()));
            return completed(transaction, paid);
        });
    }

    /// What is answered to whoever paid for something that is no tab.
    static Answer completed(Transaction transaction, Cashier.Paid paid) {
        return paid(transaction, "Order completed! Total: " + paid.spoken(transaction.venue()), paid);
    }

    private static Answer paid(Transaction transaction, String message, Cashier.Paid paid) {
        var venue = transaction.venue();
        var totals = paid.order().totals(venue);
        var answer = Answer.saying(message)
                .with("orderId", paid.order().id())
                .with("total", venue.major(totals.totalCents()))
                .with("total_cents", totals.totalCents())
                .with("tax_cents", totals.taxCents())
                .with("tip_cents", paid.tipCents())
                .with("receipt", paid.receipt())
                .with("low_stock", paid.low());
        return paid.hasNegativeStock() ? answer.with("negative_stock", true) : answer;
    }

    @Tool("Lists recent orders, newest first.")
    public ObjectNode getOrdersList(
            @Param(value = "How many, 1 to 100; 10 if left out", min = 1, max = 100) Optional<Integer> limit,
            @Param("Only those that are pending, completed or cancelled") Optional<String> status,
            @Param("Only those of this customer or tab") Optional<String> customerName,
            @Param("Only those opened since then") Optional<Instant> since,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var filter = new Orders.Filter(status.map(OrderTools::status), customerName.map(Folded::of), since);
            var orders = JsonNodeFactory.instance.arrayNode();
            Orders.recent(transaction, filter, limit.orElse(DEFAULT_LIST))
                    .forEach(order -> orders.add(OrderViews.row(transaction.venue(), order)));
            return Answer.saying(switch (orders.size()) {
                case 0 -> "There are no orders";
                case 1 -> "Here is one order";
                default -> "Here are the latest " + orders.size() + " orders";
            }).with("orders", orders);
        });
    }

    /// What people say of an order beside our own words: open, closed, paid, voided.
    static Status status(String said) {
        return switch (Folded.of(said)) {
            case "pending", "open" -> Status.PENDING;
            case "completed", "closed", "paid" -> Status.COMPLETED;
            case "cancelled", "canceled", "voided" -> Status.CANCELLED;
            default -> throw new Refusal(ErrorCode.INVALID_ARGUMENTS,
                    "status: expected pending, completed or cancelled.");
        };
    }

    @Tool("Opens a running tab for a person or a table. What is in the cart moves onto it, unless told otherwise.")
    public ObjectNode createTab(
            @Param(value = "Whose tab it is: a person or a table", minLength = 1, maxLength = 80) String customerName,
            @Param("Whether the cart moves onto the tab; true if left out") Optional<Boolean> moveCart,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var name = Spoken.name("customer_name", customerName);
            var cart = moveCart.orElse(true) ? Orders.cart(transaction) : Optional.<Order>empty();
            var tab = TabOpening.open(transaction, name, cart);
            var moved = tab.itemCount();
            return Answer.saying("Opened a tab for " + name + (moved == 0
                    ? ""
                    : " with " + Spoken.items(moved) + " from the cart"))
                    .with("orderId", tab.id())
                    .with("tab", OrderViews.cart(transaction.venue(), tab))
                    .with("moved_items", moved);
        });
    }

    @Tool("Takes payment for an open tab and closes it.")
    public ObjectNode closeTab(
            @Param("Whose tab it is, or its order id") String customerName,
            @Param("card, cash or voice_simulated; voice_simulated if left out") Optional<String> paymentMethod,
            @Param(value = "A tip on top of the total, in cents", min = 0, max = 100_000_000) Optional<Long> tipCents,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var method = PaymentMethod.of(paymentMethod);
            var tab = Tabs.lock(transaction, customerName);
            var name = tab.tabName().orElse(OrderViews.WALK_IN);
            if (tab.isEmpty()) {
                var voided = Cashier.cancel(transaction, tab, Optional.of("closed empty"));
                return Answer.saying("The tab of " + name + " was empty; it is closed and nothing was charged")
                        .with("orderId", voided.order().id())
                        .with("total", transaction.venue().major(0))
                        .with("total_cents", 0);
            }
            var paid = Cashier.pay(transaction, tab, Optional.empty(), method, tipCents.orElse(0L));
            return paid(transaction, "Tab closed for " + name + ". Total: " + paid.spoken(transaction.venue()), paid);
        });
    }

    @Tool("Cancels an open tab, or reverses a paid order: the money goes back, and so do the drinks.")
    public ObjectNode voidTransaction(
            @Param("Whose order it is, its order id, or last for the one paid last in this conversation") //
            String customerName,
            @Param("The order id, if it is known") Optional<String> orderId,
            @Param("Why") Optional<String> reason,
            @Param("A manager's PIN, if one was asked for") Optional<String> managerPin,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var order = Voiding.lock(transaction, customerName, orderId.filter(id -> !id.isBlank()));
            transaction.approve("voiding an order", managerPin);
            var voided = Cashier.cancel(transaction, order, Spoken.reason(reason));
            var name = order.name().orElse(OrderViews.WALK_IN);
            return Answer.saying(order.isPending()
                    ? "The tab of " + name + " is cancelled"
                    : "The order of " + name + " is voided and " + transaction.venue().spoken(voided.refundedCents())
                            + " refunded")
                    .with("orderId", order.id())
                    .with("refunded_cents", voided.refundedCents())
                    .with("restored", voided.restored())
                    .with("previous_status", Orders.text(order.status()));
        });
    }
}
