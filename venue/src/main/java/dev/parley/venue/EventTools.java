package dev.parley.venue;

import dev.parley.agent.Param;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolCallContext;
import dev.parley.venue.Allocations.Allocation;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Tools that set stock aside for an event, follow how it is used, and return the rest.
public final class EventTools {
    private final Till till;

    EventTools(Till till) {
        this.till = till;
    }

    @Tool("Sets stock aside for an event. A second time for the same product adds to it.")
    public ObjectNode createEventAllocation(
            @Param("The event's id or name") String eventId,
            @Param("The product's name or id") String productName,
            @Param(value = "How many containers: bottles, cans, pieces", above = 0) BigDecimal quantity,
            @Param("Where it is taken from: the location's name or id; the session's if left out") Optional<String> locationName,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var event = Allocations.lock(transaction, eventId);
            var product = Stockkeeping.product(transaction, productName);
            var location = Stockkeeping.words(locationName)
                    .map(transaction::location)
                    .orElseGet(transaction::sellingLocation);
            var amount = product.base(quantity);
            if (amount <= 0) {
                throw new Refusal(ErrorCode.QUANTITY_OUT_OF_RANGE, "That is less of " + product.name()
                        + " than can be measured.");
            }
            Products.keep(transaction, List.of(product.id()));
            var key = new StockKey(product.id(), location.id());
            transaction.stock().lock(List.of(key));
            if (!transaction.stock().allows(key, amount)) {
                throw Stockkeeping.shortage(transaction, product, location, amount);
            }
            var left = Allocations.allocate(transaction, event, key, amount);
            var ofProduct = ofProduct(transaction, event, product);
            var allocated = product.containers(ofProduct.stream().mapToLong(Allocation::allocated).sum());
            var answer = Answer.saying(allocated.toPlainString() + " " + product.name() + " set aside for " + event
                    .name() + ".")
                    .with("allocationId", ofProduct.stream()
                            .filter(allocation -> allocation.key().equals(key))
                            .findFirst()
                            .orElseThrow()
                            .id())
                    .with("event_id", event.id())
                    .with("allocated", allocated)
                    .with("left_at_location", product.containers(left));
            return left < 0 ? answer.with("negative_stock", true) : answer;
        });
    }

    @Tool("Records how much of the stock set aside for an event has been used so far, all in all.")
    public ObjectNode updateEventConsumption(
            @Param("The event's id or name") String eventId,
            @Param("The product's name or id") String productName,
            @Param(value = "How many containers have been used since the event began", min = 0) BigDecimal quantityUsed,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var event = Allocations.lock(transaction, eventId);
            var product = transaction.product(productName);
            var allocations = ofProduct(transaction, event, product);
            if (allocations.isEmpty()) {
                throw new Refusal(ErrorCode.ALLOCATION_NOT_FOUND, "Event allocation not found");
            }
            var used = product.base(quantityUsed);
            var allocated = allocations.stream().mapToLong(Allocation::allocated).sum();
            if (used > allocated) {
                var missing = product.containers(used - allocated);
                throw new Refusal(ErrorCode.OVER_ALLOCATION, "Only " + product.containers(allocated).toPlainString()
                        + " " + product.name() + " set aside; allocate " + missing.toPlainString() + " more first.", Map
                                .of("allocated", product.containers(allocated), "allocate_more", missing));
            }
            spread(transaction, allocations, used);
            Allocations.tell(transaction, event);
            return Answer.saying(product.containers(used).toPlainString() + " " + product.name() + " used, " + product
                    .containers(allocated - used)
                    .toPlainString() + " left.")
                    .with("event_id", event.id())
                    .with("consumed", product.containers(used))
                    .with("allocated", product.containers(allocated))
                    .with("left", product.containers(allocated - used));
        });
    }

    /// What came from several locations is used up in the order in which it was set aside.
    private static void spread(Transaction transaction, List<Allocation> allocations, long used) {
        var rest = used;
        for (var allocation : allocations) {
            var share = Math.min(rest, allocation.allocated());
            Allocations.consume(transaction, allocation, share);
            rest -= share;
        }
    }

    @Tool("Closes an event: fixes what it used, and returns the rest to stock. Ask before you do it.")
    public ObjectNode closeEventInventory(@Param("The event's id or name") String eventId, ToolCallContext call) {
        return till.call(call, transaction -> {
            var event = Allocations.lock(transaction, eventId);
            var allocations = Allocations.of(transaction, event);
            transaction.stock().lock(allocations.stream().map(Allocation::key).toList());
            allocations.forEach(allocation -> Allocations.close(transaction, allocation));
            Allocations.move(transaction, event, "closed");
            var finalized = allocations.size() == 1 ? "1 allocation" : allocations.size() + " allocations";
            return Answer.saying("Event closed. " + finalized + " finalized.")
                    .with("event_id", event.id())
                    .with("allocations_closed", allocations.size())
                    .with("returned", returned(transaction, allocations))
                    .with("consumed", consumed(transaction, allocations));
        });
    }

    private static List<Allocation> ofProduct(Transaction transaction, Allocations.Event event, Product product) {
        return Allocations.of(transaction, event)
                .stream()
                .filter(allocation -> allocation.productId().equals(product.id()))
                .toList();
    }

    private static ArrayNode returned(Transaction transaction, List<Allocation> allocations) {
        var list = Stockkeeping.json().arrayNode();
        sums(allocations, allocation -> allocation.allocated() - allocation.consumed()).forEach((id, amount) -> {
            var product = transaction.catalogue().product(id);
            list.addObject().put("product", product.name()).put("quantity", product.containers(amount));
        });
        return list;
    }

    private static ArrayNode consumed(Transaction transaction, List<Allocation> allocations) {
        var list = Stockkeeping.json().arrayNode();
        sums(allocations, Allocation::consumed).forEach((id, amount) -> list.add(Events.consumed(transaction.catalogue()
                .product(id),
                amount)));
        return list;
    }

    /// Base units of each product, without those of which there are none.
    private static Map<String, Long> sums(List<Allocation> allocations, ToLongFunction<Allocation> amount) {
        var sums = new LinkedHashMap<String, Long>();
        allocations.stream()
                .filter(allocation -> amount.applyAsLong(allocation) > 0)
                .forEach(allocation -> sums.merge(allocation.productId(), amount.applyAsLong(allocation), Long::sum));
        return sums;
    }
}
