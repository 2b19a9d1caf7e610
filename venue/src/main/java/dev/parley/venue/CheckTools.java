package dev.parley.venue;

import dev.parley.agent.Param;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolCallContext;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tools about what is to be paid and was paid that the reference does not have (3.10).
public final class CheckTools {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private final Till till;

    CheckTools(Till till) {
        this.till = till;
    }

    /// What one person pays for.
    ///
    /// @param items a drink's name for each that is theirs; twice for two
    public record Share(String name, List<String> items) {}

    @Tool("Says who pays how much of the cart or a tab: equal shares, or each what they had. Takes no payment.")
    public ObjectNode splitCheck(
            @Param("The name of an open tab; the own cart if left out") Optional<String> tab,
            @Param(value = "Into how many equal shares, 2 to 50", min = 2, max = 50) Optional<Integer> ways,
            @Param(value = "Who had what, instead of equal shares: every drink is somebody's", minItems = 2, //
                    maxItems = 50) Optional<List<Share>> shares,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            if (ways.isPresent() == shares.isPresent()) {
                throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "Say either into how many ways, or who had what.");
            }
            var order = existing(transaction, tab).order();
            var total = order.totals(transaction.venue()).totalCents();
            var names = new ArrayList<String>();
            shares.ifPresent(all -> all.forEach(share -> names.add(share.name())));
            ways.ifPresent(count -> {
                for (int i = 1; i <= count; i++) {
                    names.add("Guest " + i);
                }
            });
            var amounts = shares.isPresent()
                    ? Split.byWeight(total, goods(transaction, tab, shares.get()))
                    : Split.equally(total, names.size());
            var list = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < names.size(); i++) {
                list.addObject()
                        .put("name", names.get(i))
                        .put("amount_cents", amounts.get(i))
                        .put("amount", transaction.venue().major(amounts.get(i)));
            }
            return Answer.saying(transaction.venue().spoken(total) + " in " + names.size() + " shares; "
                    + names.getFirst() + " pays " + transaction.venue().spoken(amounts.getFirst()))
                    .with("total_cents", total)
                    .with("shares", list);
        });
    }

    private static Ordering existing(Transaction transaction, Optional<String> tab) {
        return Ordering.find(transaction, tab)
                .orElseThrow(() -> new Refusal(ErrorCode.CART_NOT_FOUND, "No active cart found"));
    }

    /// What each share's drinks cost before tax.
    private static List<Long> goods(Transaction transaction, Optional<String> tab, List<Share> shares) {
        var ordering = existing(transaction, tab);
        var prices = new HashMap<String, List<Long>>();
        ordering.order().lines().forEach(line -> {
            for (int i = 0; i < line.quantity(); i++) {
                prices.computeIfAbsent(line.productId(), _ -> new ArrayList<>()).add(line.unitPriceCents());
            }
        });
        var goods = shares.stream().map(share -> share.items().stream().mapToLong(item -> {
            var product = ordering.product(item);
            var left = prices.getOrDefault(product.id(), List.of());
            if (left.isEmpty()) {
                throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "The shares have more " + product.name()
                        + " than the order.");
            }
            return left.removeFirst();
        }).sum()).toList();
        prices.forEach((id, left) -> {
            if (!left.isEmpty()) {
                throw new Refusal(ErrorCode.INVALID_ARGUMENTS, left.size() + " " + transaction.catalogue()
                        .product(id)
                        .name() + " is on nobody's share.");
            }
        });
        return goods;
    }

    @Tool("Takes an amount or a percentage off the cart or a tab. A manager must approve it.")
    public ObjectNode applyDiscount(
            @Param("The name of an open tab; the own cart if left out") Optional<String> tab,
            @Param(value = "How much off, in percent of what is there now", min = 0, max = 100) //
            Optional<BigDecimal> percent,
            @Param(value = "How much off, in cents", min = 0, max = 100_000_000) Optional<Long> amountCents,
            @Param("Why") Optional<String> reason,
            @Param("A manager's PIN, if one was asked for") Optional<String> managerPin,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            if (percent.isPresent() == amountCents.isPresent()) {
                throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "Say either how many percent, or how many cents.");
            }
            var ordering = existing(transaction, tab);
            transaction.approve("a discount", managerPin);
            var subtotal = ordering.order().totals(transaction.venue()).subtotalCents();
            var off = amountCents.orElseGet(() -> percent.orElseThrow()
                    .multiply(BigDecimal.valueOf(subtotal))
                    .divide(HUNDRED, 0, RoundingMode.HALF_UP)
                    .longValueExact());
            ordering.discount(off);
            transaction.audit("order.discount", ordering.order().id(), null, off + Spoken.reason(reason)
                    .map(why -> ": " + why)
                    .orElse(""));
            var view = ordering.save("order.discounted");
            return Answer.saying("The total is now " + transaction.venue().spoken(view.path("total_cents").asLong()))
                    .with("discount_cents", Math.min(off, subtotal))
                    .with("cart", view);
        });
    }

    @Tool("Sums up a day: sales, tax, tips and refunds, by hour, product, staff and payment method.")
    public ObjectNode salesSummary(@Param("The day; today if left out") Optional<LocalDate> day, ToolCallContext call) {
        return till.call(call, transaction -> {
            var venue = transaction.venue();
            var report = DailyReport.of(transaction, day.orElseGet(() -> ZonedDateTime.ofInstant(transaction.now(),
                    venue.timezone()).toLocalDate()));
            return Answer.saying(orders(report.path("orders").asInt()) + " for " + venue.spoken(report.path(
                    "sales_cents").asLong()) + ", " + venue.spoken(report.path("refunds_cents").asLong())
                    + " of it refunded").with("report", report);
        });
    }

    private static String orders(int count) {
        return count == 1 ? "1 order" : count + " orders";
    }

    @Tool("Writes the receipt of a paid order, ready to print.")
    public ObjectNode printReceipt(
            @Param("The order id; the order paid last in this conversation if left out") Optional<String> orderId,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var order = orderId.or(() -> Payments.lastPaidHere(transaction))
                    .flatMap(id -> Orders.find(transaction, id))
                    .filter(found -> found.closedAt().isPresent())
                    .orElseThrow(() -> new Refusal(ErrorCode.ORDER_NOT_FOUND, "Order not found"));
            return Answer.saying("Here is the receipt of " + order.name().orElse(OrderViews.WALK_IN))
                    .with("orderId", order.id())
                    .with("text", receipt(transaction, order));
        });
    }

    private static String receipt(Transaction transaction, Order order) {
        var venue = transaction.venue();
        var totals = order.totals(venue);
        var sale = Payments.saleOf(transaction, order.id());
        var text = new StringBuilder(venue.name()).append('\n')
                .append(order.closedAt().orElseThrow().atZone(venue.timezone()).toLocalDateTime())
                .append('\n');
        order.lines()
                .forEach(line -> row(text, line.quantity() + " x " + line.name(), venue.spoken(line.totalCents())));
        var sums = List.of(Map.entry("Discount", -totals.discountCents()), Map.entry("Tax", totals.taxCents()), Map
                .entry("Total", totals.totalCents()), Map.entry("Tip", sale.tipCents()));
        sums.stream()
                .filter(sum -> sum.getValue() != 0 || sum.getKey().equals("Total"))
                .forEach(sum -> row(text, sum.getKey(), venue.spoken(sum.getValue())));
        if (order.status() == Order.Status.CANCELLED) {
            text.append("VOIDED\n");
        }
        return text.append("Paid by ").append(sale.method().replace('_', ' ')).append('\n').toString();
    }

    private static void row(StringBuilder text, String what, String amount) {
        text.append("%-30s %10s\n".formatted(what, amount));
    }
}
