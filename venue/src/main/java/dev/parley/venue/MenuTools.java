package dev.parley.venue;

import dev.parley.agent.Tool;
import dev.parley.agent.ToolCallContext;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tools about the menu that the reference does not have (3.10).
public final class MenuTools {
    private final Till till;

    MenuTools(Till till) {
        this.till = till;
    }

    @Tool("Lists the categories of products, with how many products are in each.")
    public ObjectNode listCategories(ToolCallContext call) {
        return till.call(call, transaction -> {
            var active = Categories.active(transaction.catalogue());
            var list = JsonNodeFactory.instance.arrayNode();
            active.forEach(category -> list.add(Categories.view(transaction, category)));
            return Answer.saying(active.isEmpty()
                    ? "There are no categories yet."
                    : "Categories: " + active.stream().map(Category::name).collect(Collectors.joining(", ")) + ".")
                    .with("categories", list);
        });
    }
}
