package dev.parley.venue;

import dev.parley.agent.ToolCallContext;
import dev.parley.agent.Toolbox;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `add_multiple_to_cart`: several products in one call, of which some may fail without the others. Made of a schema,
/// since an item may be a bare name instead of an object.
final class BatchTool {
    private static final JsonMapper JSON = new JsonMapper();
    private static final BigDecimal MOST = BigDecimal.valueOf(Integer.MAX_VALUE);
    private static final String NAME = "add_multiple_to_cart";
    private static final String SCHEMA = """
            {"type":"object","properties":{
              "items":{"type":"array","maxItems":50,"description":"The drinks and how many of each, 1 to 50",
                "items":{"type":["object","string"],"properties":{
                  "drink_name":{"type":"string","description":"The drink's name as it was said"},
                  "quantity":{"type":"integer","default":1,"description":"How many, 1 to 999"}},
                "required":["drink_name"],"additionalProperties":false}},
              "tab":{"type":"string","description":"The name of an open tab, to use it instead of the own cart"},
              "all_or_nothing":{"type":"boolean","description":"Whether to add nothing if anything fails"}},
            "required":["items"],"additionalProperties":false}""";

    private BatchTool() {}

    static Toolbox toolbox(Till till) {
        return Toolbox.builder()
                .tool(NAME, "Adds two or more drinks to the cart, or to an open tab, in one call.", SCHEMA,
                        (arguments, call) -> call(till, arguments, call))
                .build();
    }

    private record Wish(String name, int quantity) {
        static Wish of(JsonNode item) {
            return item.isString()
                    ? new Wish(item.asString(), 1)
                    : new Wish(item.path("drink_name").asString(), whole(item.path("quantity")));
        }

        /// A number beyond every range stays beyond it.
        private static int whole(JsonNode quantity) {
            return quantity.isMissingNode()
                    ? 1
                    : quantity.decimalValue().max(BigDecimal.ZERO).min(MOST).intValue();
        }
    }

    private record Failure(String name, Refusal refusal) {}

    private static ObjectNode call(Till till, ObjectNode arguments, ToolCallContext call) {
        var wishes = arguments.path("items").valueStream().map(Wish::of).toList();
        var tab = Optional.ofNullable(arguments.get("tab")).map(JsonNode::asString);
        var allOrNothing = arguments.path("all_or_nothing").asBoolean(false);
        return till.call(call, transaction -> {
            if (wishes.isEmpty()) {
                throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "No items provided");
            }
            return add(transaction, wishes, tab, allOrNothing);
        });
    }

    private static Answer add(Transaction transaction, List<Wish> wishes, Optional<String> tab, boolean allOrNothing) {
        var failures = new ArrayList<Failure>();
        var ordering = Ordering.open(transaction, tab);
        var added = new LinkedHashMap<Product, Integer>();
        var meant = meant(transaction, wishes, failures);
        ordering.expect(meant.keySet());
        meant.forEach((product, quantity) -> attempt(product.name(), failures, () -> {
            ordering.add(product, CartTools.inRange((int) Math.min(quantity, Integer.MAX_VALUE)));
            added.put(product, (int) (long) quantity);
        }));
        if (added.isEmpty() || (allOrNothing && !failures.isEmpty())) {
            throw refuse(failures);
        }
        return answer(transaction, ordering, added, failures);
    }

    /// Products with the sum of what was said of each.
    private static Map<Product, Long> meant(Transaction transaction, List<Wish> wishes, List<Failure> failures) {
        var meant = new LinkedHashMap<Product, Long>();
        for (var wish : wishes) {
            attempt(wish.name(), failures, () -> meant.merge(transaction.product(wish.name()), (long) CartTools.inRange(
                    wish.quantity()), Long::sum));
        }
        return meant;
    }

    private static void attempt(String name, List<Failure> failures, Runnable work) {
        try {
            work.run();
        } catch (Refusal refusal) {
            failures.add(new Failure(name, refusal));
        }
    }

    private static Answer answer(Transaction transaction, Ordering ordering, Map<Product, Integer> added,
            List<Failure> failures) {
        var view = ordering.save("order.add");
        var items = JsonNodeFactory.instance.arrayNode();
        added.forEach((product, quantity) -> items.addObject()
                .put("name", product.name())
                .put("quantity", quantity)
                .put("price", transaction.venue().major(product.priceCents()))
                .put("unit_price_cents", product.priceCents())
                .put("orderId", ordering.order().id()));
        var count = added.values().stream().mapToInt(Integer::intValue).sum();
        var answer = Answer.saying("Added " + Spoken.items(count) + " to " + ordering.spoken() + (failures.isEmpty()
                ? ""
                : ", " + failures.size() + " failed: " + sentences(failures))).with("added", items);
        if (!failures.isEmpty()) {
            var errors = JsonNodeFactory.instance.arrayNode();
            failures.forEach(failure -> errors.add(failure.refusal.sentence()));
            answer.with("errors", errors).with("failed", JSON.valueToTree(details(failures)));
        }
        return answer.with("total_items", count).with("cart", view);
    }

    private static Refusal refuse(List<Failure> failures) {
        var first = failures.getFirst().refusal();
        return new Refusal(first.code(), sentences(failures), Map.of("failed", details(failures)));
    }

    private static String sentences(List<Failure> failures) {
        return failures.stream().map(failure -> failure.refusal.sentence()).collect(Collectors.joining("; "));
    }

    private static List<Map<String, Object>> details(List<Failure> failures) {
        return failures.stream().<Map<String, Object>>map(failure -> {
            var said = new LinkedHashMap<String, Object>();
            said.put("drink_name", failure.name);
            said.put("code", failure.refusal.code().toString());
            said.put("suggestions", failure.refusal.details()
                    .getOrDefault("suggestions", failure.refusal.details()
                            .getOrDefault("candidates", List.of())));
            return said;
        }).toList();
    }
}
