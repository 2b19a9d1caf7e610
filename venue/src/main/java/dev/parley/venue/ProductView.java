package dev.parley.venue;

import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A product with all that is known of it, as JSON: beside the members of the Stock view (3.8) those of the menu.
final class ProductView {
    private ProductView() {}

    static ObjectNode of(Transaction transaction, Product product) {
        var stock = StockViews.of(transaction, List.of(product));
        var venue = transaction.venue();
        var view = JsonNodeFactory.instance.objectNode()
                .put("product_id", product.id())
                .put("name", product.name())
                .put("category", transaction.catalogue().category(product.categoryId()).name())
                .put("subcategory", product.subcategory().orElse(null))
                .put("unit_type", product.unitType())
                .put("price", venue.major(product.priceCents()))
                .put("price_cents", product.priceCents());
        if (product.costCents().isPresent()) {
            view.put("cost_cents", product.costCents().getAsLong());
        } else {
            view.putNull("cost_cents");
        }
        view.put("inventory", stock.quantity(product));
        if (product.isPoured()) {
            view.put("container_ml", product.containerSize()).put("serving_ml", product.servingSize());
        }
        var recipe = view.putArray("recipe");
        product.recipe().forEach(part -> {
            var ingredient = transaction.catalogue().product(part.productId());
            recipe.addObject()
                    .put("ingredient", ingredient.name())
                    .put("product_id", part.productId())
                    .put("amount", part.amount())
                    .put("unit", ingredient.isPoured() ? "ml" : "each");
        });
        var aliases = view.putArray("aliases");
        product.aliases().forEach(aliases::add);
        view.put("archived", product.isArchived())
                .put("low_stock_threshold", StockViews.threshold(venue, product));
        stock.view(product).properties().forEach(member -> {
            if (!view.has(member.getKey())) {
                view.set(member.getKey(), member.getValue());
            }
        });
        return view;
    }
}
