package dev.parley.venue;

import dev.parley.agent.Param;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolCallContext;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tools about the conversation itself.
public final class SystemTools {
    private static final List<String> SCREENS = List.of("menu", "tabs", "transactions", "items", "inventory",
            "settings", "events");

    private final Till till;

    SystemTools(Till till) {
        this.till = till;
    }

    @Tool("Switches the till page to another screen.")
    public ObjectNode navigateToScreen(
            @Param("menu, tabs, transactions, items, inventory, settings or events") String screen,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var wanted = Folded.of(screen);
            if (!SCREENS.contains(wanted)) {
                throw new Refusal(ErrorCode.INVALID_SCREEN, "There is no screen \"" + screen + "\"; there is "
                        + String.join(", ", SCREENS) + ".", Map.of("screens", SCREENS));
            }
            transaction.db()
                    .createUpdate("UPDATE sessions SET screen = :screen WHERE venue_id = :venue AND id = :id")
                    .bind("screen", wanted)
                    .bind("venue", transaction.venue().id())
                    .bind("id", transaction.session().id())
                    .execute();
            transaction.publish("ui.navigate", JsonNodeFactory.instance.objectNode().put("screen", wanted));
            return Answer.saying("Showing " + wanted + ".").with("screen", wanted);
        });
    }

    @Tool("Ends the conversation, after the goodbye has been said. What is in the cart is kept as a tab.")
    public ObjectNode terminateSession(@Param("Why it ends") String reason, ToolCallContext call) {
        return till.call(call, transaction -> {
            var parked = SessionEnd.end(transaction, reason);
            var answer = Answer.saying("Session terminated" + parked.flatMap(Order::tabName)
                    .map(name -> "; the cart is kept as tab " + name)
                    .orElse(""));
            return parked.map(tab -> answer.with("parked_cart", OrderViews.cart(transaction.venue(), tab)))
                    .orElse(answer);
        });
    }
}
