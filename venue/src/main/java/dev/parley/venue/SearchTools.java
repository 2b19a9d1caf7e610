package dev.parley.venue;

import dev.parley.agent.Param;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolCallContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Looks for products on the menu.
public final class SearchTools {
    private static final int LIMIT = 20;
    private static final int SPOKEN = 5;

    private final Till till;

    SearchTools(Till till) {
        this.till = till;
    }

    @Tool("Finds products by name, nickname, kind, category or description.")
    public ObjectNode searchDrinks(@Param("What to look for; empty for all of a category") String query,
            @Param("Only in this category, by id or name") Optional<String> category,
            @Param(value = "How many at most; 20 if not said", min = 1, max = 50) Optional<Integer> limit,
            @Param("Whether to leave out what is out of stock") Optional<Boolean> inStockOnly, ToolCallContext call) {
        return till.call(call, transaction -> {
            var within = category.filter(said -> !said.isBlank()).map(said -> Categories.find(transaction, said));
            var found = find(transaction.catalogue(), query).stream()
                    .filter(product -> within.isEmpty() || isIn(transaction.catalogue(), product, within.get()))
                    .toList();
            var stock = StockViews.of(transaction, found);
            var shown = found.stream()
                    .filter(product -> !inStockOnly.orElse(false) || stock.status(product) != StockStatus.OUT_OF_STOCK)
                    .limit(limit.orElse(LIMIT))
                    .toList();
            var results = JsonNodeFactory.instance.arrayNode();
            shown.forEach(product -> results.addObject()
                    .put("product_id", product.id())
                    .put("name", product.name())
                    .put("category", transaction.catalogue().category(product.categoryId()).name())
                    .put("price", transaction.venue().major(product.priceCents()))
                    .put("price_cents", product.priceCents())
                    .put("quantity", stock.quantity(product))
                    .put("status", stock.status(product).toString()));
            return Answer.saying(sentence(shown, query)).with("results", results);
        });
    }

    /// Best first.
    private static List<Product> find(Catalogue catalogue, String query) {
        var folded = Folded.of(query);
        var all = new ArrayList<>(catalogue.activeProducts());
        all.sort(Comparator.comparing(Product::name));
        if (folded.isEmpty()) {
            return all;
        }
        var found = new LinkedHashSet<String>();
        catalogue.names().search(query).forEach(ranked -> found.add(ranked.product().id()));
        all.stream()
                .filter(product -> product.description().filter(text -> Folded.of(text).contains(folded)).isPresent())
                .forEach(product -> found.add(product.id()));
        return found.stream().map(catalogue::product).toList();
    }

    private static boolean isIn(Catalogue catalogue, Product product, Category category) {
        var own = catalogue.category(product.categoryId());
        return own.id().equals(category.id()) || own.parentId().filter(category.id()::equals).isPresent();
    }

    private static String sentence(List<Product> shown, String query) {
        if (shown.isEmpty()) {
            return "Nothing found for \"" + query.strip() + "\".";
        }
        var names = shown.stream().limit(SPOKEN).map(Product::name).collect(Collectors.joining(", "));
        return "Found " + names + (shown.size() > SPOKEN ? " and " + (shown.size() - SPOKEN) + " more." : ".");
    }
}
