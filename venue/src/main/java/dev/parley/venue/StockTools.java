package dev.parley.venue;

import dev.parley.agent.Param;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolCallContext;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// Tools that tell how much there is.
public final class StockTools {
    private static final int MOST = 50;

    private final Till till;

    StockTools(Till till) {
        this.till = till;
    }

    @Tool("Tells how much of one product is left; without a name, what is running low.")
    public ObjectNode checkInventory(
            @Param("The product's name or id; leave it out for what is running low") Optional<String> drinkName,
            @Param("The same as drink_name") Optional<String> item,
            @Param("Only at this location: its name or id; all if left out") Optional<String> locationName,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var location = Stockkeeping.words(locationName).map(transaction::location);
            return Stockkeeping.words(drinkName)
                    .or(() -> Stockkeeping.words(item))
                    .map(name -> one(transaction, transaction.product(name), location))
                    .orElseGet(() -> low(transaction, location));
        });
    }

    private static Answer one(Transaction transaction, Product product, Optional<Location> location) {
        var views = StockViews.of(transaction, List.of(product));
        var quantity = views.quantity(product, location);
        var status = views.status(product, location);
        var answered = Stockkeeping.json()
                .put("name", product.name())
                .put("quantity", quantity)
                .put("status", status.toString());
        answered.setAll(views.view(product));
        // The view is of all locations; what was asked for goes first.
        answered.put("status", status.toString());
        location.ifPresent(place -> answered.put("location", place.name()));
        return Answer.saying(sentence(product, quantity, status) + location.map(place -> " at " + place.name())
                .orElse(
                        "") + ".").with("product", answered);
    }

    private static String sentence(Product product, BigDecimal quantity, StockStatus status) {
        var counted = quantity.toPlainString() + " " + product.name();
        return switch (status) {
            case OUT_OF_STOCK -> product.name() + " is out of stock";
            case LOW_STOCK -> "Only " + counted + " left";
            case IN_STOCK -> counted + " in stock";
        };
    }

    /// What is mixed is not listed: what it is mixed from is what runs low.
    private static Answer low(Transaction transaction, Optional<Location> location) {
        var views = StockViews.all(transaction);
        var list = Stockkeeping.json().arrayNode();
        running(transaction, views, location).limit(MOST)
                .forEach(product -> list.addObject()
                        .put("product_id", product.id())
                        .put("name", product.name())
                        .put("quantity", views.quantity(product, location))
                        .put("status", views.status(product, location).toString()));
        return Answer.saying(switch (list.size()) {
            case 0 -> "Nothing is running low.";
            case 1 -> list.get(0).path("name").asString() + " is running low.";
            default -> list.size() + " products are running low, " + list.get(0).path("name").asString() + " most.";
        }).with("items", list);
    }

    /// Active products at or below their thresholds, worst first.
    static Stream<Product> running(Transaction transaction, StockViews views, Optional<Location> location) {
        return transaction.catalogue()
                .activeProducts()
                .stream()
                .filter(product -> product.recipe().isEmpty())
                .filter(product -> views.status(product, location) != StockStatus.IN_STOCK)
                .sorted(Comparator.<Product, BigDecimal>comparing(product -> share(transaction, product, views.quantity(
                        product, location))).thenComparing(Product::name));
    }

    /// How much of its threshold is left.
    private static BigDecimal share(Transaction transaction, Product product, BigDecimal quantity) {
        var threshold = Math.max(1, StockViews.threshold(transaction.venue(), product));
        return quantity.divide(BigDecimal.valueOf(threshold), 6, RoundingMode.HALF_UP);
    }
}
