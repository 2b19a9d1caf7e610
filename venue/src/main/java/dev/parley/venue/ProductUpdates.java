package dev.parley.venue;

import dev.parley.agent.Toolbox;
import java.math.BigDecimal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `update_product`: changes attributes of a product, each by its key. Made of a schema, since a key that is none is
/// refused with a code of its own.
final class ProductUpdates {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> KEYS = List.of("name", "category", "subcategory", "price", "inventory",
            "is_active", "cost", "unit_type", "low_stock_threshold", "aliases", "recipe");
    private static final String SCHEMA = """
            {"type":"object","properties":{
              "product_name":{"type":"string","description":"The product's name as it was said, or its id"},
              "updates":{"type":"object","description":"What to change, by key","properties":{
                "name":{"type":"string"},
                "category":{"type":"string","description":"Made if there is none of this name"},
                "subcategory":{"type":"string","maxLength":80},
                "price":{"type":"number","description":"In major units, at most two decimals; 0 is a price"},
                "inventory":{"type":"number","minimum":0,"description":"Containers there are in all"},
                "is_active":{"type":"boolean","description":"false archives the product, true restores it"},
                "cost":{"type":"number","description":"Of a container, in major units"},
                "unit_type":{"type":"string","enum":["bottle","can","glass","shot","pint","each"]},
                "low_stock_threshold":{"type":"integer","minimum":0,"maximum":1000000},
                "aliases":{"type":"array","maxItems":20,"items":{"type":"string"}},
                "recipe":{"type":"array","maxItems":20,"description":"What one of it is mixed from; empty if nothing",
                  "items":{"type":"object","properties":{
                    "ingredient":{"type":"string","description":"Name or id of a product"},
                    "amount":{"type":"integer","minimum":1,"maximum":1000000,"description":"Millilitres, or pieces"}},
                  "required":["ingredient","amount"],"additionalProperties":false}}}},
              "manager_pin":{"type":"string","description":"A manager's PIN, if one was asked for"}},
            "required":["product_name","updates"],"additionalProperties":false}""";

    private final Transaction transaction;
    private final JsonNode updates;
    private final Optional<String> managerPin;
    private final Map<String, JsonNode[]> changed = new LinkedHashMap<>();
    private Product product;

    private ProductUpdates(Transaction transaction, Product product, JsonNode updates, Optional<String> managerPin) {
        this.transaction = transaction;
        this.product = product;
        this.updates = updates;
        this.managerPin = managerPin;
    }

    static Toolbox toolbox(Till till) {
        return Toolbox.builder()
                .tool("update_product", "Changes attributes of a product: name, category, price, stock and others.",
                        SCHEMA, (arguments, call) -> till.call(call, transaction -> update(transaction, arguments)))
                .build();
    }

    private static Answer update(Transaction transaction, ObjectNode arguments) {
        var updates = arguments.path("updates");
        refuseUnknown(updates, KEYS);
        Products.beginChange(transaction);
        var product = find(transaction, arguments.path("product_name").asString(), updates);
        return new ProductUpdates(transaction, product, updates, Optional.ofNullable(arguments.get("manager_pin"))
                .map(JsonNode::asString)).apply();
    }

    /// @throws Refusal if there is a key that is none of these, or nothing to update
    static void refuseUnknown(JsonNode updates, List<String> known) {
        var unknown = updates.propertyNames().stream().filter(key -> !known.contains(key)).toList();
        if (!unknown.isEmpty()) {
            throw new Refusal(ErrorCode.UNKNOWN_FIELD, "updates: there is no " + shorten(String.join(", ", unknown))
                    + "; there is " + String.join(", ", known) + ".", Map.of("known", known));
        }
        if (updates.isEmpty()) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "updates: nothing to update.");
        }
    }

    private static String shorten(String words) {
        return words.length() <= 80 ? words : words.substring(0, 79) + "…";
    }

    /// One that is archived is found by its name only to be restored.
    private static Product find(Transaction transaction, String spoken, JsonNode updates) {
        try {
            return transaction.product(spoken);
        } catch (Refusal refusal) {
            if (!updates.path("is_active").asBoolean(false)) {
                throw refusal;
            }
            return Products.archived(transaction, spoken).orElseThrow(() -> refusal);
        }
    }

    private Answer apply() {
        if (updates.has("price") && cents("price") != product.priceCents()) {
            transaction.approve("changing a price", managerPin);
        }
        var before = product;
        product = attributes();
        if (!product.equals(before)) {
            Products.update(transaction, product);
        }
        aliases();
        recipe();
        activity(before);
        product = Products.changed(transaction, product.id());
        inventory(before);
        if (!changed.isEmpty()) {
            transaction.audit("product.update", product.id(), side(0), side(1));
        }
        var json = JsonNodeFactory.instance.objectNode();
        changed.forEach((key, values) -> {
            var change = json.putObject(key);
            change.set("from", values[0]);
            change.set("to", values[1]);
        });
        return Answer.saying(changed.isEmpty()
                ? "Nothing changed: " + product.name() + " was like that already."
                : product.name() + " updated: " + String.join(", ", changed.keySet()).replace('_', ' ') + ".")
                .with("product", ProductView.of(transaction, product))
                .with("changed", json);
    }

    private ObjectNode side(int which) {
        var side = JsonNodeFactory.instance.objectNode();
        changed.forEach((key, values) -> side.set(key, values[which]));
        return side;
    }

    private Product attributes() {
        var name = text("name").map(said -> Spoken.name("name", said)).orElse(product.name());
        var subcategory = updates.has("subcategory") ? Spoken.reason(text("subcategory")) : product.subcategory();
        var category = text("category").map(this::category).orElse(product.categoryId());
        var unit = text("unit_type").orElse(product.unitType());
        var price = updates.has("price") ? cents("price") : product.priceCents();
        var cost = updates.has("cost") ? OptionalLong.of(cents("cost")) : product.costCents();
        var threshold = updates.has("low_stock_threshold")
                ? OptionalInt.of(updates.path("low_stock_threshold").decimalValue().intValueExact())
                : product.lowStockThreshold();
        var catalogue = transaction.catalogue();
        note("name", product.name(), name);
        note("category", catalogue.category(product.categoryId()).name(), catalogue.category(category).name());
        note("subcategory", product.subcategory().orElse(null), subcategory.orElse(null));
        note("unit_type", product.unitType(), unit);
        note("price", transaction.venue().major(product.priceCents()), transaction.venue().major(price));
        note("cost", cost(product.costCents()), cost(cost));
        note("low_stock_threshold", StockViews.threshold(transaction.venue(), product), threshold.orElse(transaction
                .venue()
                .lowStockDefault()));
        return new Product(product.id(), name, category, subcategory, product.description(), product.imageUrl(), unit,
                price, cost, product.isPoured(), product.containerSize(), product.servingSize(), threshold, product
                        .isArchived(),
                product.aliases(), product.recipe());
    }

    private String category(String spoken) {
        return Categories.lookUp(transaction, spoken)
                .orElseGet(() -> Categories.create(transaction, spoken, Optional.empty()))
                .id();
    }

    private @Nullable BigDecimal cost(OptionalLong cents) {
        return cents.isPresent() ? transaction.venue().major(cents.getAsLong()) : null;
    }

    private void aliases() {
        if (updates.has("aliases")) {
            var aliases = ProductTools.aliases(updates.path("aliases").valueStream().map(JsonNode::asString).toList());
            note("aliases", product.aliases(), aliases);
            Products.setAliases(transaction, product.id(), aliases);
        }
    }

    private void recipe() {
        if (updates.has("recipe")) {
            var recipe = Recipes.read(transaction, product, updates.path("recipe"));
            note("recipe", Recipes.spoken(transaction.catalogue(), product.recipe()), Recipes.spoken(transaction
                    .catalogue(), recipe));
            Products.setRecipe(transaction, product.id(), recipe);
        }
    }

    private void activity(Product before) {
        var isActive = updates.path("is_active").asBoolean(!before.isArchived());
        note("is_active", !before.isArchived(), isActive);
        if (isActive) {
            Categories.lock(transaction, product.categoryId());
        }
        if (isActive && before.isArchived()) {
            Products.restore(transaction, product);
        } else if (!isActive && !before.isArchived()) {
            Products.archive(transaction, product, Optional.empty());
        }
    }

    /// What there is in all is put right at the location of this session, by an adjustment that everybody can see.
    private void inventory(Product before) {
        if (!updates.has("inventory")) {
            return;
        }
        if (!product.recipe().isEmpty()) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "inventory: " + product.name()
                    + " is mixed and has no stock of its own.");
        }
        var location = transaction.sellingLocation();
        var key = new StockKey(product.id(), location.id());
        transaction.stock().lock(List.of(key));
        var found = transaction.stock().everywhere(product.id());
        var wanted = product.base(updates.path("inventory").decimalValue());
        note("inventory", product.containers(found), product.containers(wanted));
        if (wanted == found) {
            return;
        }
        if (!transaction.stock().allows(key, found - wanted)) {
            throw new Refusal(ErrorCode.INSUFFICIENT_STOCK, "There is not that much " + product.name() + " at "
                    + location.name() + " to take away; adjust the other locations instead.");
        }
        Adjustments.approveLoss(transaction, before, wanted - found, managerPin);
        Adjustments.post(transaction, key, wanted - found, "correction", Optional.of("update_product"), null);
    }

    private long cents(String key) {
        return Prices.cents(transaction.venue(), key, updates.path(key).decimalValue());
    }

    private Optional<String> text(String key) {
        return Optional.ofNullable(updates.get(key)).map(JsonNode::asString);
    }

    private void note(String key, @Nullable Object from,
            @Nullable Object to) {
        if (updates.has(key) && !Objects.equals(from, to)) {
            changed.put(key, new JsonNode[]{JSON.valueToTree(from), JSON.valueToTree(to)});
        }
    }
}
