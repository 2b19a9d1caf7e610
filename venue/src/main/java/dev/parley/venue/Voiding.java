package dev.parley.venue;

import dev.parley.venue.Order.Kind;
import dev.parley.venue.Order.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the order that somebody wants to void, and says no where that may not be.
final class Voiding {
    /// More orders of one name than this are not told apart by hand.
    private static final int MOST = 50;

    private Voiding() {}

    /// The order that is meant, locked: an open tab, or one that was paid and is young enough.
    ///
    /// @param spoken the name of a customer or a tab, an order's id, or `last`
    /// @throws Refusal if there is none, several, or only what may no longer be voided
    static Order lock(Transaction transaction, String spoken, Optional<String> orderId) {
        var id = orderId.or(() -> Orders.find(transaction, spoken).map(Order::id))
                .or(() -> Folded.of(spoken).equals("last") ? last(transaction, spoken) : Optional.empty())
                .orElseGet(() -> byName(transaction, spoken).id());
        var order = Orders.lock(transaction, id)
                .filter(found -> found.kind() == Kind.TAB || !found.isPending())
                .orElseThrow(() -> orderId.isPresent()
                        ? new Refusal(ErrorCode.ORDER_NOT_FOUND, "Order not found")
                        : notFound(spoken));
        if (order.status() == Status.CANCELLED) {
            throw alreadyVoided(order);
        }
        if (isTooOld(transaction, order)) {
            throw tooOld(transaction, order);
        }
        return order;
    }

    private static Optional<String> last(Transaction transaction, String spoken) {
        return Optional.of(Payments.lastPaidHere(transaction).orElseThrow(() -> notFound(spoken)));
    }

    private static Order byName(Transaction transaction, String spoken) {
        var folded = Folded.of(spoken);
        var named = folded.isEmpty()
                ? List.<Order>of()
                : Orders.recent(transaction, Orders.Filter.named(folded), MOST);
        return choose(transaction, named).orElseThrow(() -> named.stream()
                .findFirst()
                .map(order -> order.status() == Status.CANCELLED ? alreadyVoided(order) : tooOld(transaction, order))
                .orElseGet(() -> notFound(spoken)));
    }

    /// An open tab if there is at most one paid order beside it, or the only paid one.
    private static Optional<Order> choose(Transaction transaction, List<Order> named) {
        var paid = named.stream()
                .filter(order -> order.status() == Status.COMPLETED && !isTooOld(transaction, order))
                .toList();
        var tab = named.stream().filter(Order::isPending).findFirst();
        if (paid.size() > 1) {
            var candidates = named.stream().filter(order -> order.isPending() || paid.contains(order)).toList();
            throw new Refusal(ErrorCode.AMBIGUOUS_ORDER, "There are " + candidates.size() + " orders of that name; "
                    + "which one?", Map.of("candidates", candidates.stream()
                            .map(order -> Tabs.candidate(transaction, order))
                            .toList()));
        }
        return tab.or(() -> paid.stream().findFirst());
    }

    private static boolean isTooOld(Transaction transaction, Order order) {
        var window = Duration.ofHours(transaction.venue().voidWindowHours());
        return order.status() == Status.COMPLETED && order.closedAt()
                .filter(closed -> closed.plus(window).isBefore(transaction.now()))
                .isPresent();
    }

    private static Refusal tooOld(Transaction transaction, Order order) {
        return new Refusal(ErrorCode.VOID_WINDOW_CLOSED, "That order was paid more than " + transaction.venue()
                .voidWindowHours() + " hours ago and can no longer be voided", Map.of("order_id", order.id()));
    }

    private static Refusal alreadyVoided(Order order) {
        return new Refusal(ErrorCode.ALREADY_VOIDED, "That order has already been voided", Map.of("order_id", order
                .id()));
    }

    private static Refusal notFound(String spoken) {
        return new Refusal(ErrorCode.ORDER_NOT_FOUND, "No transaction found for " + spoken);
    }
}
