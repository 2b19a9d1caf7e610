package dev.parley.venue;

import dev.parley.agent.Param;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolCallContext;
import dev.parley.agent.Toolbox;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Tools that make, change and remove categories. Products refer to them, so that a change shows everywhere at once
///
public final class CategoryTools {
    private static final List<String> KEYS = List.of("name", "parent_id", "is_active");
    private static final String UPDATE = """
            {"type":"object","properties":{
              "category_id":{"type":"string","description":"The category's id or name"},
              "updates":{"type":"object","description":"What to change, by key","properties":{
                "name":{"type":"string"},
                "parent_id":{"type":["string","null"],"description":"Id or name of the category above; empty for none"},
                "is_active":{"type":"boolean"}}}},
            "required":["category_id","updates"],"additionalProperties":false}""";

    private final Till till;

    private CategoryTools(Till till) {
        this.till = till;
    }

    static Toolbox toolbox(Till till) {
        return Toolbox.builder()
                .methods(new CategoryTools(till))
                .tool("update_category", "Renames, moves, or switches a category on or off.", UPDATE,
                        (arguments, call) -> till.call(call, transaction -> update(transaction, arguments)))
                .build();
    }

    @Tool("Adds a category of products, or one below another.")
    public ObjectNode createCategory(@Param(value = "Its name", minLength = 1, maxLength = 80) String name,
            @Param("Id or name of the category above it") Optional<String> parentId, ToolCallContext call) {
        return till.call(call, transaction -> {
            Products.beginChange(transaction);
            var parent = parentId.filter(said -> !said.isBlank()).map(said -> Categories.find(transaction, said));
            var category = Categories.create(transaction, name, parent);
            return Answer.saying("Category " + category.name() + " created" + parent.map(above -> " below " + above
                    .name()).orElse("") + ".").with("categoryId", category.id());
        });
    }

    private static Answer update(Transaction transaction, ObjectNode arguments) {
        var updates = arguments.path("updates");
        ProductUpdates.refuseUnknown(updates, KEYS);
        Products.beginChange(transaction);
        var before = find(transaction, arguments.path("category_id").asString(), updates);
        var name = Optional.ofNullable(updates.get("name")).map(said -> Spoken.name("name", said.asString()));
        var parent = updates.has("parent_id") ? parent(transaction, updates.path("parent_id")) : before.parentId();
        var after = new Category(before.id(), name.orElse(before.name()), parent, updates.path("is_active")
                .asBoolean(
                        before.isActive()));
        var products = Categories.products(transaction, before.id());
        Categories.update(transaction, before, after);
        return Answer.saying("Category " + after.name() + " updated; it has " + Categories.count(products, "product",
                "products") + ".")
                .with("category", Categories.view(transaction, after))
                .with("products_affected", products);
    }

    /// One that is switched off is found only to be switched on.
    private static Category find(Transaction transaction, String spoken, JsonNode updates) {
        return updates.path("is_active").asBoolean(false)
                ? Categories.lookUp(transaction, spoken)
                        .or(() -> Categories.inactive(transaction, spoken))
                        .orElseGet(() -> Categories.find(transaction, spoken))
                : Categories.find(transaction, spoken);
    }

    private static Optional<String> parent(Transaction transaction, JsonNode said) {
        return said.isNull() || said.asString().isBlank()
                ? Optional.empty()
                : Optional.of(Categories.find(transaction, said.asString()).id());
    }

    @Tool("Removes a category that no product uses; move_products_to moves its products to another first.")
    public ObjectNode deleteCategory(@Param("The category's id or name") String categoryId,
            @Param("Id or name of the category that takes its products") Optional<String> moveProductsTo,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            Products.beginChange(transaction);
            var category = Categories.find(transaction, categoryId);
            var target = moveProductsTo.filter(said -> !said.isBlank()).map(said -> Categories.find(transaction, said));
            var moved = target.map(to -> move(transaction, category, to)).orElse(0);
            Categories.delete(transaction, category);
            return Answer.saying("Category " + category.name() + " deleted" + target.map(to -> "; " + Categories.count(
                    moved, "product", "products") + " moved to " + to.name()).orElse("") + ".").with("moved", moved);
        });
    }

    private static int move(Transaction transaction, Category from, Category to) {
        if (from.id().equals(to.id())) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "move_products_to: expected another category than "
                    + from.name() + ".", Map.of("category", from.name()));
        }
        Categories.lock(transaction, from.id());
        Categories.lock(transaction, to.id());
        var moved = transaction.db()
                .createUpdate("""
                        UPDATE products SET category_id = :to, updated_at = :now, version = version + 1
                        WHERE category_id = :from AND archived_at IS NULL""")
                .bind("to", to.id())
                .bind("from", from.id())
                .bind("now", Times.toColumn(transaction.now()))
                .execute();
        transaction.audit("category.move", from.id(), from.name(), moved + " to " + to.name());
        return moved;
    }
}
