package dev.parley.venue;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Something the venue sells or pours.
///
/// Stock is kept in whole base units: pieces, or millilitres. A container is what is delivered and counted (a bottle of
/// 750 ml, a can), a serving what is sold (44 ml, a can).
///
/// @param isPoured whether its base unit is the millilitre
/// @param containerSize base units in a container
/// @param servingSize base units in a serving
/// @param lowStockThreshold containers; empty for the venue's default
/// @param aliases other names it goes by
/// @param recipe what one of it uses up; empty if it uses up itself
record Product(String id, String name, String categoryId, Optional<String> subcategory, Optional<String> description,
        Optional<String> imageUrl, String unitType, long priceCents, OptionalLong costCents, boolean isPoured,
        long containerSize, long servingSize, OptionalInt lowStockThreshold, boolean isArchived, List<String> aliases,
        List<Ingredient> recipe) {

    /// @param amount base units of the ingredient
    record Ingredient(String productId, long amount) {}

    Product {
        aliases = List.copyOf(aliases);
        recipe = List.copyOf(recipe);
    }

    /// What one serving uses up: the recipe, or a serving of itself.
    List<Ingredient> use() {
        return recipe.isEmpty() ? List.of(new Ingredient(id, servingSize)) : recipe;
    }

    /// Base units as containers, to three decimals: 691 ml of a 750 ml bottle as 0.921.
    BigDecimal containers(long base) {
        var exact = BigDecimal.valueOf(base).divide(BigDecimal.valueOf(containerSize), 3, RoundingMode.HALF_UP);
        var plain = exact.stripTrailingZeros();
        return plain.scale() < 0 ? plain.setScale(0) : plain;
    }

    /// Containers as base units: half a bottle of 750 ml as 375.
    ///
    /// @throws Refusal if it is a fraction of what is not poured, has more than three decimals, or is beyond any stock
    long base(BigDecimal containers) {
        if (containers.abs().compareTo(BigDecimal.valueOf(1_000_000)) > 0) {
            throw new Refusal(ErrorCode.QUANTITY_OUT_OF_RANGE, "That is more of " + name + " than any bar holds.");
        }
        var plain = containers.stripTrailingZeros();
        if (!isPoured && plain.scale() > 0) {
            throw new Refusal(ErrorCode.QUANTITY_OUT_OF_RANGE, name + " comes in whole pieces only, not "
                    + plain.toPlainString() + ".");
        }
        if (plain.scale() > 3) {
            throw new Refusal(ErrorCode.QUANTITY_OUT_OF_RANGE, "A quantity has at most three decimals, not "
                    + plain.toPlainString() + ".");
        }
        return plain.multiply(BigDecimal.valueOf(containerSize)).setScale(0, RoundingMode.HALF_UP).longValueExact();
    }
}
