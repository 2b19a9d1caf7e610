package dev.parley.venue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What keeps a product from being archived: an open order, stock set aside for an event, a cocktail that is mixed from
/// it.
final class ProductUse {
    private ProductUse() {}

    /// @throws Refusal if it is in use, saying by what
    static void refuse(Transaction transaction, Product product) {
        var uses = new ArrayList<String>();
        if (Orders.isInOpenOrder(transaction, product.id())) {
            uses.add("an open order");
        }
        if (Events.isAllocated(transaction, product.id())) {
            uses.add("stock set aside for an event");
        }
        cocktails(transaction.catalogue(), product.id()).forEach(cocktail -> uses.add("the recipe of " + cocktail
                .name()));
        if (!uses.isEmpty()) {
            throw new Refusal(ErrorCode.PRODUCT_IN_USE, product.name() + " is in use: " + String.join(", ", uses) + ".",
                    Map.of("used_by", uses));
        }
    }

    /// Those on sale that are mixed from it.
    static List<Product> cocktails(Catalogue catalogue, String ingredientId) {
        return catalogue.activeProducts()
                .stream()
                .filter(product -> product.recipe()
                        .stream()
                        .anyMatch(ingredient -> ingredient.productId().equals(ingredientId)))
                .toList();
    }
}
