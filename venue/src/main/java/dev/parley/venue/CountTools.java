package dev.parley.venue;

import dev.parley.agent.Param;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolCallContext;
import dev.parley.venue.Counts.Line;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Tools that count what is really there, and bring the books into line with it.
public final class CountTools {
    private final Till till;

    CountTools(Till till) {
        this.till = till;
    }

    @Tool("Opens a physical stock count at one location.")
    public ObjectNode startInventoryCount(
            @Param("The location's name or id") String locationName,
            @Param("What to call the count; \"Count\" and the date if left out") Optional<String> countName,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var location = Stockkeeping.location(transaction, locationName);
            var today = LocalDate.ofInstant(transaction.now(), transaction.venue().timezone());
            var name = Stockkeeping.name("count_name", Stockkeeping.words(countName).orElse("Count " + today));
            var count = Counts.open(transaction, location, name);
            return Answer.saying(name + " is open at " + location.name() + ".")
                    .with("sessionId", count.id())
                    .with("count_id", count.id())
                    .with("location", location.name());
        });
    }

    @Tool("Records how much of one product was counted. Counting it again replaces what was counted before.")
    public ObjectNode updateInventoryCount(
            @Param("The count's id; empty if only one is open") String countSessionId,
            @Param("The product's id or name") String productId,
            @Param(value = "How many containers are there: bottles, cans, pieces; up to three decimals for what is "
                    + "poured", min = 0) BigDecimal quantity,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var count = Counts.lock(transaction, countSessionId);
            var product = Stockkeeping.product(transaction, productId);
            var key = new StockKey(product.id(), count.locationId());
            // Locked, so that a sale is either in the books that the count is held against, or comes after it.
            var expected = transaction.stock().lock(List.of(key)).getOrDefault(key, 0L);
            var line = new Line(product.id(), product.base(quantity), expected);
            Counts.record(transaction, count, line);
            var lines = Counts.lines(transaction, count).size();
            Counts.tell(transaction, count, lines);
            var variance = product.containers(line.variance());
            return Answer.saying(product.containers(line.counted()).toPlainString() + " " + product.name()
                    + " counted, " + switch (variance.signum()) {
                        case 0 -> "as expected.";
                        case 1 -> variance.toPlainString() + " more than expected.";
                        default -> variance.negate().toPlainString() + " less than expected.";
                    })
                    .with("count_id", count.id())
                    .with("counted", product.containers(line.counted()))
                    .with("expected", product.containers(expected))
                    .with("variance", variance)
                    .with("lines_counted", lines);
        });
    }

    @Tool("Finishes a count and brings stock into line with what was counted. Products that were not counted stay as "
            + "they are.")
    public ObjectNode closeInventoryCount(
            @Param("The count's id; empty if only one is open") String countSessionId,
            @Param("Only tell what would change; false if left out") Optional<Boolean> dryRun,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var count = Counts.lock(transaction, countSessionId);
            var lines = Counts.lines(transaction, count);
            var changed = lines.stream().filter(line -> line.variance() != 0).toList();
            var isDry = dryRun.orElse(false);
            if (!isDry) {
                post(transaction, count, changed);
                Counts.end(transaction, count, "closed", lines.size());
            }
            var items = lines.size() == 1 ? "1 item" : lines.size() + " items";
            return Answer.saying(isDry
                    ? "Closing the count would update " + items + "."
                    : "Inventory count closed. " + items + " updated.")
                    .with("count_id", count.id())
                    .with("items_updated", lines.size())
                    .with("items_adjusted", changed.size())
                    .with("variances", variances(transaction, changed))
                    .with("total_variance_value_cents", changed.stream()
                            .mapToLong(line -> value(transaction, line))
                            .sum())
                    .with("dry_run", isDry);
        });
    }

    private static void post(Transaction transaction, Counts.Count count, List<Line> lines) {
        var stock = transaction.stock();
        stock.lock(lines.stream().map(line -> key(count, line)).toList());
        var impossible = lines.stream()
                .filter(line -> line.variance() < 0 && !stock.allows(key(count, line), -line.variance()))
                .map(line -> transaction.catalogue().product(line.productId()).name())
                .toList();
        if (!impossible.isEmpty()) {
            throw new Refusal(ErrorCode.INSUFFICIENT_STOCK, "More was sold since it was counted than was there; count "
                    + String.join(" and ", impossible) + " again.", Map.of("products", impossible));
        }
        lines.forEach(line -> Adjustments.post(transaction, key(count, line), line.variance(),
                Adjustments.COUNT_VARIANCE, Optional.of(count.name()), count.id()));
    }

    private static StockKey key(Counts.Count count, Line line) {
        return new StockKey(line.productId(), count.locationId());
    }

    private static long value(Transaction transaction, Line line) {
        return StockValue.of(transaction.catalogue().product(line.productId()), line.variance());
    }

    private static ArrayNode variances(Transaction transaction, List<Line> lines) {
        var list = Stockkeeping.json().arrayNode();
        for (var line : lines) {
            var product = transaction.catalogue().product(line.productId());
            list.addObject()
                    .put("product_id", product.id())
                    .put("product", product.name())
                    .put("expected", product.containers(line.expected()))
                    .put("counted", product.containers(line.counted()))
                    .put("variance", product.containers(line.variance()))
                    .put("value_cents", value(transaction, line));
        }
        return list;
    }
}
