package dev.parley.venue;

import dev.parley.agent.Param;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolCallContext;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/// Tools that put products on the menu, show them, and take them off; [ProductUpdates] changes them.
public final class ProductTools {
    static final long BOTTLE_ML = 750;
    static final long SHOT_ML = 44;

    private final Till till;

    ProductTools(Till till) {
        this.till = till;
    }

    /// What a product is sold in.
    enum UnitType {
        bottle, can, glass, shot, pint, each
    }

    @Tool("Adds a product to the menu and to stock. Say container_ml and serving_ml for what is poured from bottles.")
    public ObjectNode createProduct(
            @Param(value = "Its name, as on the menu", minLength = 1, maxLength = 80) String name,
            @Param("What it is sold in") UnitType unitType,
            @Param("Its category; a new one is made if there is none of this name") Optional<String> category,
            @Param(value = "A kind within the category, such as Vodka", maxLength = 80) Optional<String> subcategory,
            @Param("Price of one serving in major units, with at most two decimals; 0 if not said") Optional<BigDecimal> price,
            @Param(value = "Containers in stock, such as bottles; 0 if not said", min = 0) Optional<BigDecimal> inventory,
            @Param("What a container costs, in major units") Optional<BigDecimal> cost,
            @Param(value = "Millilitres in a bottle that is poured from; 750 if not said", min = 1, max = 1_000_000) Optional<Long> containerMl,
            @Param(value = "Millilitres in a serving; 44 if not said", min = 1, max = 1_000_000) Optional<Long> servingMl,
            @Param(value = "Containers at or below which stock is low", min = 0, max = 1_000_000) Optional<Integer> lowStockThreshold,
            @Param(value = "Other names it goes by", maxLength = 80, maxItems = 20) Optional<List<String>> aliases,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            Products.beginChange(transaction);
            var kind = category.map(String::strip).filter(words -> !words.isEmpty()).orElse(Categories.UNCATEGORIZED);
            var known = Categories.lookUp(transaction, kind);
            var shown = known.orElseGet(() -> Categories.create(transaction, kind, Optional.empty()));
            Categories.lock(transaction, shown.id());
            var venue = transaction.venue();
            var isPoured = unitType == UnitType.shot || containerMl.isPresent() || servingMl.isPresent();
            var container = isPoured ? containerMl.orElse(BOTTLE_ML) : 1;
            var serving = isPoured ? servingMl.orElse(Math.min(SHOT_ML, container)) : 1;
            if (serving > container) {
                throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "serving_ml: expected at most the " + container
                        + " ml of a container, found " + serving + ".");
            }
            var id = Products.insert(transaction, new Products.Draft(Spoken.name("name", name), shown.id(),
                    Spoken.reason(subcategory), unitType.name(), Prices.cents(venue, "price", price.orElse(
                            BigDecimal.ZERO)), cost.map(amount -> OptionalLong.of(Prices.cents(venue, "cost", amount)))
                                    .orElse(OptionalLong.empty()),
                    isPoured, container, serving, lowStockThreshold.map(OptionalInt::of).orElse(OptionalInt.empty()),
                    aliases(aliases.orElse(List.of()))));
            var product = Products.changed(transaction, id);
            stock(transaction, product, inventory.orElse(BigDecimal.ZERO));
            return Answer.saying(product.name() + " is on the menu at " + venue.spoken(product.priceCents())
                    + (known.isPresent() ? "." : ", in the new category " + shown.name() + "."))
                    .with("productId", id)
                    .with("product", ProductView.of(transaction, product))
                    .with("category_created", known.isEmpty());
        });
    }

    /// Names without what cannot be heard, each once.
    static List<String> aliases(List<String> said) {
        var aliases = new LinkedHashSet<String>();
        said.forEach(alias -> aliases.add(Spoken.name("aliases", alias)));
        return List.copyOf(aliases);
    }

    private static void stock(Transaction transaction, Product product, BigDecimal containers) {
        var key = new StockKey(product.id(), transaction.sellingLocation().id());
        transaction.stock().lock(List.of(key));
        var amount = product.base(containers);
        if (amount > 0) {
            transaction.stock().move(key, amount, MovementKind.INITIAL, new Stock.Ref("product", product.id()));
        }
    }

    @Tool("Reads all details of one product: price, stock, recipe, aliases.")
    public ObjectNode readProduct(@Param("The product's name as it was said, or its id") String productName,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var product = transaction.product(productName);
            var view = ProductView.of(transaction, product);
            return Answer.saying(product.name() + (product.isArchived() ? " is archived" : "") + " costs "
                    + transaction.venue().spoken(product.priceCents()) + "; " + view.path("on_hand").asString()
                    + " in stock.").with("product", view);
        });
    }

    @Tool("Takes a product off sale and keeps its history.")
    public ObjectNode archiveProduct(@Param("The product's id or name") String productId,
            @Param("Why") Optional<String> reason, ToolCallContext call) {
        return till.call(call, transaction -> {
            Products.beginChange(transaction);
            var product = findToArchive(transaction, productId);
            Products.archive(transaction, product, Spoken.reason(reason));
            Products.changed(transaction, product.id());
            return Answer.saying(product.name() + " is off the menu.").with("product_id", product.id());
        });
    }

    private static Product findToArchive(Transaction transaction, String spoken) {
        try {
            return transaction.product(spoken);
        } catch (Refusal refusal) {
            return Products.archived(transaction, spoken).orElseThrow(() -> refusal);
        }
    }
}
