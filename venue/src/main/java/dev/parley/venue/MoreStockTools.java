package dev.parley.venue;

import dev.parley.agent.Param;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolCallContext;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Tools about stock and events that the reference does not have.
public final class MoreStockTools {
    private final Till till;

    MoreStockTools(Till till) {
        this.till = till;
    }

    @Tool("Calls a stock count off. Nothing changes. Ask before you do it.")
    public ObjectNode cancelInventoryCount(
            @Param("The count's id; empty if only one is open") String countSessionId,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var count = Counts.lock(transaction, countSessionId);
            var lines = Counts.lines(transaction, count).size();
            Counts.end(transaction, count, "cancelled", lines);
            return Answer.saying(count.name() + " is cancelled.")
                    .with("count_id", count.id())
                    .with("lines_dropped", lines);
        });
    }

    @Tool("Moves stock of one product from one location to another.")
    public ObjectNode transferStock(
            @Param("The product's name or id") String productName,
            @Param(value = "How many containers: bottles, cans, pieces", above = 0) BigDecimal quantity,
            @Param("Where it is taken from: the location's name or id") String fromLocation,
            @Param("Where it is brought to: the location's name or id") String toLocation,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var product = Stockkeeping.product(transaction, productName);
            var from = transaction.location(fromLocation);
            var to = Stockkeeping.location(transaction, toLocation);
            var amount = product.base(quantity);
            if (from.equals(to) || amount == 0) {
                throw new Refusal(ErrorCode.INVALID_ARGUMENTS, from.equals(to)
                        ? "to_location: expected another place than " + from.name() + "."
                        : "quantity: expected more than nothing.");
            }
            var source = new StockKey(product.id(), from.id());
            var target = new StockKey(product.id(), to.id());
            var stock = transaction.stock();
            stock.lock(List.of(source, target));
            if (!stock.allows(source, amount)) {
                throw Stockkeeping.shortage(transaction, product, from, amount);
            }
            var transfer = new Stock.Ref("transfer", transaction.newId("trf"));
            var left = stock.move(source, -amount, MovementKind.TRANSFER, transfer);
            var there = stock.move(target, amount, MovementKind.TRANSFER, transfer);
            transaction.audit("stock.transfer", transfer.id(), product.name() + ", " + from.name(), amount + ", " + to
                    .name());
            return Answer.saying(product.containers(amount).toPlainString() + " " + product.name() + " moved to " + to
                    .name() + ".")
                    .with("transfer_id", transfer.id())
                    .with("moved", product.containers(amount))
                    .with("left_at_source", product.containers(left))
                    .with("now_at_target", product.containers(there));
        });
    }

    @Tool("Lists what should be bought: what is at or below its threshold, and how much brings it to twice that.")
    public ObjectNode reorderList(ToolCallContext call) {
        return till.call(call, transaction -> {
            var views = StockViews.all(transaction);
            var list = Stockkeeping.json().arrayNode();
            StockTools.running(transaction, views, Optional.empty()).forEach(product -> {
                var threshold = StockViews.threshold(transaction.venue(), product);
                var order = BigDecimal.valueOf(Math.max(1, 2L * threshold))
                        .subtract(views.quantity(product))
                        .setScale(0, RoundingMode.CEILING);
                var item = list.addObject()
                        .put("product_id", product.id())
                        .put("name", product.name())
                        .put("quantity", views.quantity(product))
                        .put("threshold", threshold)
                        .put("order", order);
                product.costCents().ifPresent(cost -> item.put("cost_cents", order.longValueExact() * cost));
            });
            return Answer.saying(switch (list.size()) {
                case 0 -> "There is nothing to reorder.";
                case 1 -> "There is one product to reorder.";
                default -> "There are " + list.size() + " products to reorder.";
            }).with("items", list);
        });
    }

    @Tool("Lists the events that are not closed, by date.")
    public ObjectNode listEvents(@Param("Whether closed ones are listed too; false if left out") Optional<Boolean> all,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var list = Stockkeeping.json().arrayNode();
            Allocations.events(transaction)
                    .stream()
                    .filter(event -> all.orElse(false) || !event.isClosed())
                    .forEach(event -> list.add(Events.view(transaction, event)));
            return Answer.saying(switch (list.size()) {
                case 0 -> "There are no events.";
                case 1 -> "There is one event, " + list.get(0).path("name").asString() + ".";
                default -> "There are " + list.size() + " events.";
            }).with("events", list);
        });
    }

    @Tool("Plans an event that stock can be set aside for.")
    public ObjectNode createEvent(
            @Param("What the event is called") String name,
            @Param("The day it takes place") LocalDate eventDate,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var event = Allocations.create(transaction, name, eventDate);
            return Answer.saying(event.name() + " is planned for " + event.date() + ".")
                    .with("event_id", event.id())
                    .with("event", Events.view(transaction, event));
        });
    }
}
