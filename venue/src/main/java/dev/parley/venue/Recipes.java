package dev.parley.venue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// What products are mixed from, one level deep: what is mixed is never an ingredient.
final class Recipes {
    private Recipes() {}

    /// The recipe that was said for a product; what is named twice is added up.
    ///
    /// @param said a list of objects with `ingredient` and `amount`
    /// @throws Refusal if an ingredient is unknown or mixed itself, or the product is an ingredient
    static List<Product.Ingredient> read(Transaction transaction, Product product, JsonNode said) {
        var amounts = new LinkedHashMap<String, Long>();
        for (var part : said) {
            var ingredient = transaction.product(part.path("ingredient").asString());
            if (ingredient.id().equals(product.id())) {
                throw refuse(product.name() + " cannot be made of itself.");
            }
            if (!ingredient.recipe().isEmpty() || ingredient.isArchived()) {
                throw refuse(ingredient.name() + " is mixed itself or off the menu, and so no ingredient.");
            }
            amounts.merge(ingredient.id(), part.path("amount").decimalValue().longValueExact(), Math::addExact);
        }
        if (!amounts.isEmpty()) {
            refuseIfIngredient(transaction, product);
        }
        return amounts.entrySet().stream().map(part -> new Product.Ingredient(part.getKey(), part.getValue())).toList();
    }

    private static void refuseIfIngredient(Transaction transaction, Product product) {
        var cocktails = ProductUse.cocktails(transaction.catalogue(), product.id());
        if (!cocktails.isEmpty()) {
            throw refuse(product.name() + " is an ingredient of " + cocktails.getFirst().name()
                    + ", and so cannot be mixed itself.");
        }
        if (transaction.stock().everywhere(product.id()) != 0) {
            throw refuse(product.name() + " has stock of its own; set its inventory to 0 first.");
        }
    }

    private static Refusal refuse(String sentence) {
        return new Refusal(ErrorCode.INVALID_ARGUMENTS, "recipe: " + sentence);
    }

    /// `59 of Makers Mark`.
    static List<String> spoken(Catalogue catalogue, List<Product.Ingredient> recipe) {
        return recipe.stream()
                .map(part -> part.amount() + " of " + catalogue.product(part.productId()).name())
                .collect(Collectors.toList());
    }
}
