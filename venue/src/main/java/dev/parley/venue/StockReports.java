package dev.parley.venue;

import java.time.Instant;
import java.util.Comparator;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/// What stock is worth, and what became of it, for programs. Values are in minor units: what it cost to buy, or what it
/// would have sold for where no cost is known. Thread-safe.
public final class StockReports {
    private final Till till;

    StockReports(Till till) {
        this.till = till;
    }

    /// What was lost from `since` until just before `until`, by cause: every adjustment that was not voided, save
    /// deliveries; gains that counts and corrections found are taken off.
    public ObjectNode shrinkage(Instant since, Instant until) {
        record Loss(String type, String productId, long base) {}
        return till.read(transaction -> {
            var causes = new TreeMap<String, ObjectNode>();
            transaction.db()
                    .createQuery("""
                            SELECT type, product_id, -SUM(delta) AS lost FROM inventory_adjustments
                            WHERE venue_id = :venue AND voided_at IS NULL AND type <> 'restock'
                                AND created_at >= :since AND created_at < :until
                            GROUP BY type, product_id ORDER BY type, product_id""")
                    .bind("venue", transaction.venue().id())
                    .bind("since", Times.toColumn(since))
                    .bind("until", Times.toColumn(until))
                    .map((row, _) -> new Loss(row.getString(1), row.getString(2), row.getLong(3)))
                    .forEach(loss -> {
                        var product = transaction.catalogue().product(loss.productId);
                        var cause = causes.computeIfAbsent(loss.type, type -> Stockkeeping.json()
                                .put("cause", type)
                                .put("value_cents", 0));
                        var value = StockValue.of(product, loss.base);
                        cause.put("value_cents", cause.path("value_cents").asLong() + value);
                        cause.withArray("products")
                                .addObject()
                                .put("product_id", product.id())
                                .put("product", product.name())
                                .put("quantity", product.containers(loss.base))
                                .put("value_cents", value);
                    });
            var report = Stockkeeping.json()
                    .put("since", since.toString())
                    .put("until", until.toString())
                    .put("currency", transaction.venue().currency().getCurrencyCode())
                    .put("total_cents", causes.values()
                            .stream()
                            .mapToLong(cause -> cause.path("value_cents").asLong())
                            .sum());
            var list = report.putArray("causes");
            causes.values()
                    .stream()
                    .sorted(Comparator.comparingLong((ObjectNode cause) -> cause.path("value_cents").asLong())
                            .reversed())
                    .forEach(list::add);
            return report;
        });
    }

    /// What is on hand now at all locations, and what it is worth; what is set aside for events is beside it.
    public ObjectNode stockValue() {
        return till.read(transaction -> {
            var views = StockViews.all(transaction);
            var report = Stockkeeping.json().put("currency", transaction.venue().currency().getCurrencyCode());
            var value = 0L;
            var sales = 0L;
            var events = 0L;
            var list = Stockkeeping.json().arrayNode();
            for (var product : transaction.catalogue()
                    .products()
                    .stream()
                    .filter(product -> product.recipe().isEmpty())
                    .filter(product -> views.onHand(product) != 0 || views.atEvents(product) != 0)
                    .sorted(Comparator.comparing(Product::name))
                    .toList()) {
                var worth = StockValue.of(product, views.onHand(product));
                var sells = StockValue.sales(product, views.onHand(product));
                var aside = StockValue.of(product, views.atEvents(product));
                value += worth;
                sales += sells;
                events += aside;
                list.addObject()
                        .put("product_id", product.id())
                        .put("product", product.name())
                        .put("quantity", product.containers(views.onHand(product)))
                        .put("value_cents", worth)
                        .put("sales_value_cents", sells)
                        .put("at_events_cents", aside)
                        .put("cost_known", product.costCents().isPresent());
            }
            report.put("total_cents", value).put("sales_value_cents", sales).put("at_events_cents", events);
            report.set("products", list);
            return report;
        });
    }

    /// What an event has used so far: what it cost, what it sells for, and what that leaves.
    ///
    /// @param eventId its id or name
    /// @throws Refusal if there is no such event
    public ObjectNode eventProfit(String eventId) {
        return till.read(transaction -> {
            var event = Allocations.find(transaction, eventId);
            var used = new TreeMap<String, Long>();
            Allocations.of(transaction, event)
                    .forEach(allocation -> used.merge(allocation.productId(), allocation.consumed(), Long::sum));
            var report = Stockkeeping.json()
                    .put("event_id", event.id())
                    .put("name", event.name())
                    .put("event_date", event.date().toString())
                    .put("status", event.status())
                    .put("currency", transaction.venue().currency().getCurrencyCode());
            var list = Stockkeeping.json().arrayNode();
            used.forEach((id, base) -> list.add(Events.consumed(transaction.catalogue().product(id), base)));
            var cost = list.valueStream().mapToLong(item -> item.path("cost_cents").asLong(0)).sum();
            var sales = list.valueStream().mapToLong(item -> item.path("sales_value_cents").asLong()).sum();
            report.put("cost_cents", cost).put("sales_value_cents", sales).put("profit_cents", sales - cost);
            report.put("costs_known", list.valueStream().noneMatch(item -> item.path("cost_cents").isNull()));
            report.set("products", list);
            return report;
        });
    }
}
