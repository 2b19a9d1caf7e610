package dev.parley.venue;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.node.JsonNodeFactory;

/// Ends sessions. A cart with something in it is parked: it becomes a tab that anybody can take up; an empty cart
/// is none.
final class SessionEnd {
    private static final String PARKED = "Parked ";

    private SessionEnd() {}

    /// Ends the session of this transaction, and gives the tab that its cart has become, if it held anything.
    static Optional<Order> end(Transaction transaction, String reason) {
        var parked = Orders.cart(transaction).filter(cart -> !cart.isEmpty()).map(cart -> park(transaction, cart));
        transaction.db()
                .createUpdate("""
                        UPDATE sessions SET ended_at = :now, end_reason = :reason
                        WHERE venue_id = :venue AND id = :id""")
                .bind("now", Times.toColumn(transaction.now()))
                .bind("reason", Spoken.reason(Optional.of(reason)).orElse(null))
                .bind("venue", transaction.venue().id())
                .bind("id", transaction.session().id())
                .execute();
        transaction.audit("session.end", "session", null, Spoken.reason(Optional.of(reason)).orElse(null));
        var data = JsonNodeFactory.instance.objectNode().put("session_id", transaction.session().id());
        parked.ifPresent(tab -> data.put("parked_tab", tab.tabName().orElseThrow()));
        transaction.publish("session.ended", data);
        return parked;
    }

    private static Order park(Transaction transaction, Order cart) {
        // One at a time, so that two sessions do not park under one name.
        transaction.db()
                .createQuery("SELECT id FROM venues WHERE id = :id FOR UPDATE")
                .bind("id", transaction.venue().id())
                .mapTo(String.class)
                .one();
        var taken = Orders.openTabs(transaction)
                .stream()
                .map(tab -> Folded.of(tab.tabName().orElse("")))
                .collect(Collectors.toSet());
        var name = IntStream.rangeClosed(1, taken.size() + 1)
                .mapToObj(number -> PARKED + number)
                .filter(free -> !taken.contains(Folded.of(free)))
                .findFirst()
                .orElseThrow();
        return TabOpening.open(transaction, name, Optional.of(cart));
    }
}
