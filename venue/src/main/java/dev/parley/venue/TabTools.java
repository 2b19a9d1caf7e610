package dev.parley.venue;

import dev.parley.agent.Param;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolCallContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tools about open tabs that the reference does not have (3.10).
public final class TabTools {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration UNDO = Duration.ofSeconds(60);

    private final Till till;

    TabTools(Till till) {
        this.till = till;
    }

    @Tool("Lists the open tabs by name.")
    public ObjectNode listTabs(ToolCallContext call) {
        return till.call(call, transaction -> {
            var open = Orders.openTabs(transaction);
            var tabs = JsonNodeFactory.instance.arrayNode();
            open.forEach(tab -> tabs.add(OrderViews.row(transaction.venue(), tab)));
            var names = open.stream().map(tab -> tab.tabName().orElse("")).collect(Collectors.joining(", "));
            return Answer.saying(open.isEmpty() ? "No tab is open" : "Open: " + names).with("tabs", tabs);
        });
    }

    @Tool("Reads an open tab back with its totals.")
    public ObjectNode showTab(@Param("Whose tab it is, or its order id") String customerName, ToolCallContext call) {
        return till.call(call, transaction -> {
            var tab = Tabs.lock(transaction, customerName);
            var view = OrderViews.cart(transaction.venue(), tab);
            return Answer.saying(tab.tabName().orElse("") + "'s tab has " + Spoken.items(tab.itemCount()) + " totaling "
                    + transaction.venue().spoken(view.path("total_cents").asLong())).with("tab", view);
        });
    }

    @Tool("Gives an open tab to another person or table.")
    public ObjectNode transferTab(
            @Param("Whose tab it is, or its order id") String customerName,
            @Param(value = "Whose it becomes", minLength = 1, maxLength = 80) String toName,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var name = Spoken.name("to_name", toName);
            var old = Tabs.lock(transaction, customerName);
            var tab = TabOpening.open(transaction, name, Optional.of(old));
            return Answer.saying("The tab of " + old.tabName().orElse("") + " is now " + name + "'s")
                    .with("orderId", tab.id())
                    .with("tab", OrderViews.cart(transaction.venue(), tab));
        });
    }

    @Tool("Puts back what was cleared from the cart or a tab within the last minute.")
    public ObjectNode undoLast(ToolCallContext call) {
        return till.call(call, transaction -> {
            var cleared = lastCleared(transaction).orElseThrow(() -> new Refusal(ErrorCode.CART_NOT_FOUND,
                    "There is nothing to undo; only what was cleared within the last minute can be put back."));
            var tab = Optional.of(cleared.path("tab_name")).filter(JsonNode::isString).map(JsonNode::asString);
            var ordering = Ordering.open(transaction, tab);
            ordering.restore(lines(cleared));
            return Answer.saying("Put " + Spoken.items(cleared.path("item_count").asInt()) + " back on " + ordering
                    .spoken()).with("cart", ordering.save("order.undo"));
        });
    }

    /// What this session's last clearing took, unless it has been put back since.
    private static Optional<JsonNode> lastCleared(Transaction transaction) {
        record Done(String name, String result) {}
        return transaction.db()
                .createQuery("""
                        SELECT name, result FROM tool_calls
                        WHERE venue_id = :venue AND session_id = :session AND status = 'done'
                        AND name IN ('clear_cart', 'undo_last') AND started_at >= :since
                        ORDER BY started_at DESC, id DESC LIMIT 1""")
                .bind("venue", transaction.venue().id())
                .bind("session", transaction.session().id())
                .bind("since", Times.toColumn(transaction.now().minus(UNDO)))
                .map((row, _) -> new Done(row.getString(1), row.getString(2)))
                .findOne()
                .filter(done -> done.name.equals("clear_cart"))
                .map(done -> JSON.readTree(done.result).path("cleared"))
                .filter(JsonNode::isObject);
    }

    private static List<OrderLine> lines(JsonNode view) {
        return view.path("items")
                .valueStream()
                .map(item -> new OrderLine(0, item.path("product_id").asString(), item
                        .path("name")
                        .asString(), item.path("unit_price_cents").asLong(), item.path("quantity").asInt()))
                .toList();
    }
}
