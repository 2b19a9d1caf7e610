package dev.parley.venue;

import dev.parley.agent.Param;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolCallContext;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tools that fill a cart, or a tab, and empty it. [BatchTool] adds several products at once.
public final class CartTools {
    private static final String TAB = "The name of an open tab, to use it instead of the own cart";

    private final Till till;

    CartTools(Till till) {
        this.till = till;
    }

    @Tool("Adds a drink to the cart, or to an open tab. For two or more drinks use add_multiple_to_cart.")
    public ObjectNode addToCart(
            @Param("The drink's name as it was said") String drinkName,
            @Param("How many, 1 to 999; 1 if left out") Optional<Integer> quantity,
            @Param(TAB) Optional<String> tab,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var count = inRange(quantity.orElse(1));
            var product = transaction.product(drinkName);
            var ordering = Ordering.open(transaction, tab);
            ordering.add(product, count);
            var view = ordering.save("order.add");
            var venue = transaction.venue();
            return Answer.saying("Added " + count + " " + product.name() + " to " + ordering.spoken())
                    .with("product", JsonNodeFactory.instance.objectNode()
                            .put("id", product.id())
                            .put("name", product.name())
                            .put("price", venue.major(product.priceCents()))
                            .put("unit_price_cents", product.priceCents())
                            .put("quantity", count))
                    .with("orderId", ordering.order().id())
                    .with("total", view.path("total"))
                    .with("total_cents", view.path("total_cents"))
                    .with("cart", view);
        });
    }

    /// @throws Refusal if nobody drinks that many
    static int inRange(int quantity) {
        if (quantity < 1 || quantity > OrderLine.MAX_QUANTITY) {
            throw new Refusal(ErrorCode.QUANTITY_OUT_OF_RANGE, "A quantity is 1 to " + OrderLine.MAX_QUANTITY + ", not "
                    + quantity + ".");
        }
        return quantity;
    }

    @Tool("Takes a drink, or some of it, out of the cart or off an open tab.")
    public ObjectNode removeFromCart(
            @Param("The drink's name as it was said") String drinkName,
            @Param("How many, at least 1; 1 if left out") Optional<Integer> quantity,
            @Param("Whether to take all of it") Optional<Boolean> all,
            @Param(TAB) Optional<String> tab,
            ToolCallContext call) {
        return till.call(call, transaction -> {
            var count = all.orElse(false) ? Integer.MAX_VALUE : quantity.orElse(1);
            if (count < 1) {
                throw new Refusal(ErrorCode.QUANTITY_OUT_OF_RANGE, "A quantity is at least 1, not " + count + ".");
            }
            var ordering = Ordering.find(transaction, tab)
                    .orElseThrow(() -> new Refusal(ErrorCode.CART_NOT_FOUND, "No active cart found"));
            var product = ordering.product(drinkName);
            var taken = Math.min(count, ordering.order().quantity(product.id()));
            ordering.remove(product.id(), count);
            var view = ordering.save("order.remove");
            var left = ordering.order().quantity(product.id());
            return Answer.saying("Removed " + taken + " " + product.name() + " from " + ordering.spoken())
                    .with("removed", left == 0)
                    .with("remaining", left)
                    .with("cart", view);
        });
    }

    @Tool("Reads the cart, or an open tab, back with its totals.")
    public ObjectNode showCart(@Param(TAB) Optional<String> tab, ToolCallContext call) {
        return till.call(call, transaction -> {
            var venue = transaction.venue();
            var ordering = Ordering.find(transaction, tab);
            var view = ordering.map(found -> OrderViews.cart(venue, found.order()))
                    .orElseGet(() -> OrderViews.noCart(venue));
            var count = view.path("item_count").asInt();
            var whose = ordering.map(Ordering::spoken).orElse("cart");
            var subject = whose.equals("cart") ? "Cart" : whose;
            var message = count > 0
                    ? subject + " has " + Spoken.items(count) + " totaling " + venue.spoken(view.path("total_cents")
                            .asLong())
                    : whose.equals("cart") ? "Your cart is empty" : subject + " is empty";
            return Answer.saying(message)
                    .with("items", view.path("items"))
                    .with("total", view.path("total"))
                    .with("total_cents", view.path("total_cents"))
                    .with("subtotal_cents", view.path("subtotal_cents"))
                    .with("tax_cents", view.path("tax_cents"))
                    .with("itemCount", count)
                    .with("cart", view);
        });
    }

    @Tool("Empties the cart, or an open tab.")
    public ObjectNode clearCart(@Param(TAB) Optional<String> tab, ToolCallContext call) {
        return till.call(call, transaction -> {
            var ordering = Ordering.find(transaction, tab);
            if (ordering.isEmpty() || ordering.get().order().isEmpty()) {
                return Answer.saying("There was nothing to clear").with("itemsRemoved", 0);
            }
            var order = ordering.get().order();
            var cleared = OrderViews.cart(transaction.venue(), order);
            ordering.get().clear();
            ordering.get().save("order.clear");
            return Answer.saying("Cleared " + Spoken.items(order.itemCount()) + " from " + ordering.get().spoken())
                    .with("itemsRemoved", order.itemCount())
                    .with("cleared", cleared);
        });
    }
}
