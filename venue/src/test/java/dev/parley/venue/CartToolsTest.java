package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Tools that fill carts and tabs and empty them, on both databases.
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
class CartToolsTest {
    private final SellingBar bar;

    CartToolsTest(Engine engine) {
        this.bar = new SellingBar(engine);
    }

    @AfterEach
    void close() {
        bar.close();
    }

    @Test
    void addsADrinkAndSaysWhatTheCartComesTo() {
        var budLight = bar.piece("Bud Light", 500, 10);

        var added = bar.done("add_to_cart", "{'drink_name':'Bud Light','quantity':2}");

        assertThat(added.path("message").asString()).isEqualTo("Added 2 Bud Light to cart");
        assertThat(added.path("product")).isEqualTo(TestVenue.json("{'id':'" + budLight
                + "','name':'Bud Light','price':5.0,'unit_price_cents':500,'quantity':2}"));
        assertThat(added.path("total_cents").asLong()).isEqualTo(1080);
        assertThat(added.path("total").decimalValue()).isEqualByComparingTo("10.80");
        assertThat(added.path("cart").path("order_id")).isEqualTo(added.path("orderId"));
        assertThat(bar.venue.events("cart.updated").getFirst().data().path("order_id")).isEqualTo(added.path(
                "orderId"));
    }

    @Test
    void theCartViewHasTheDocumentedMembers() {
        bar.piece("Bud Light", 500, 10);

        var cart = bar.done("add_to_cart", "{'drink_name':'Bud Light','quantity':2}").path("cart");

        var expected = TestVenue.json("""
                {'order_id':'?','kind':'cart','tab_name':null,'status':'pending','currency':'USD',
                 'items':[{'product_id':'?','name':'Bud Light','quantity':2,'unit_price_cents':500,'price':5.0,
                           'line_total_cents':1000,'subtotal':10.0}],
                 'item_count':2,'subtotal_cents':1000,'tax_cents':80,'total_cents':1080,'total':10.8}""");
        assertThat(cart.propertyNames()).containsExactlyElementsOf(expected.propertyNames());
        assertThat(cart.path("items").path(0).propertyNames()).containsExactlyElementsOf(expected.path("items")
                .path(0)
                .propertyNames());
    }

    @Test
    void v7ShowsMajorUnitsBesideCentsAndNeverMixesThem() {
        bar.piece("Bud Light", 550, 10);
        bar.done("add_to_cart", "{'drink_name':'Bud Light','quantity':2}");

        var shown = bar.done("show_cart", "{}");

        assertThat(shown.path("message").asString()).isEqualTo("Cart has 2 items totaling $11.88");
        assertThat(shown.path("items").path(0).path("price").decimalValue()).isEqualByComparingTo("5.50");
        assertThat(shown.path("items").path(0).path("unit_price_cents").asLong()).isEqualTo(550);
        assertThat(shown.path("total").decimalValue()).isEqualByComparingTo("11.88");
        assertThat(shown.path("total_cents").asLong()).isEqualTo(1188);
        assertThat(shown.path("subtotal_cents").asLong() + shown.path("tax_cents").asLong()).isEqualTo(1188);
        assertThat(shown.path("itemCount").asLong()).isEqualTo(2);
    }

    @Test
    void anEmptyCartIsShownAsASuccess() {
        var shown = bar.done("show_cart", "{}");

        assertThat(shown.path("message").asString()).isEqualTo("Your cart is empty");
        assertThat(shown.path("items").isEmpty()).isTrue();
        assertThat(shown.path("total_cents").asLong(-1)).isZero();
    }

    @Test
    void scenario03RefusesMoreThanIsThereTogetherWithWhatIsInTheCart() {
        bar.piece("Bud Light", 500, 3);
        bar.done("add_to_cart", "{'drink_name':'Bud Light','quantity':2}");

        var refused = bar.refused("add_to_cart", "{'drink_name':'Bud Light','quantity':2}");

        assertThat(refused.path("error").asString()).isEqualTo("Only 3 Bud Light available in stock");
        assertThat(SellingBar.code(refused)).isEqualTo("insufficient_stock");
        assertThat(bar.done("show_cart", "{}").path("itemCount").asLong()).isEqualTo(2);
    }

    @Test
    void r4CountsRecipesOfAllLinesAgainstOneIngredient() {
        var whiskey = bar.poured("Makers Mark", 900, 44, 150);
        bar.mixed("Old Fashioned", 1200, java.util.Map.of(whiskey, 59L));
        bar.done("add_to_cart", "{'drink_name':'Old Fashioned'}");
        bar.done("add_to_cart", "{'drink_name':'Makers Mark'}");

        var refused = bar.refused("add_to_cart", "{'drink_name':'Old Fashioned'}");

        assertThat(refused.path("error").asString()).isEqualTo("Only 1 Old Fashioned available in stock");
        assertThat(refused.path("details").path("short").path(0).path("requested").asLong()).isEqualTo(2);
    }

    @Test
    void r4LeavesWhatOtherTabsHold() {
        bar.piece("Bud Light", 500, 5);
        bar.done("a", "create_tab", "{'customer_name':'John'}");
        bar.done("a", "add_to_cart", "{'drink_name':'Bud Light','quantity':3,'tab':'John'}");

        var refused = bar.refused("b", "add_to_cart", "{'drink_name':'Bud Light','quantity':3}");

        assertThat(refused.path("error").asString()).isEqualTo("Only 2 Bud Light available in stock");
        bar.done("b", "add_to_cart", "{'drink_name':'Bud Light','quantity':2}");
        bar.done("a", "add_to_cart", "{'drink_name':'Bud Light','quantity':2,'tab':'John'}");
    }

    @Test
    void r4NamesOtherLocationsThatHaveStock() {
        var budLight = bar.piece("Bud Light", 500, 1);
        bar.location("Storage");
        bar.deliver(budLight, "Storage", 12);

        var refused = bar.refused("add_to_cart", "{'drink_name':'Bud Light','quantity':2}");

        assertThat(refused.path("error").asString())
                .isEqualTo("Only 1 Bud Light available in stock; Storage has 12");
        assertThat(refused.path("details").path("short").path(0).path("elsewhere").path(0)).isEqualTo(TestVenue.json(
                "{'location':'Storage','available':12}"));
    }

    @Test
    void r8KeepsThePriceOfALineAndSellsMoreAtTheNewOne() {
        var budLight = bar.piece("Bud Light", 500, 10);
        bar.done("add_to_cart", "{'drink_name':'Bud Light','quantity':2}");
        bar.sql("UPDATE products SET price_cents = 700 WHERE id = ?", budLight);

        var cart = bar.done("add_to_cart", "{'drink_name':'Bud Light'}").path("cart");

        assertThat(cart.path("items").size()).isEqualTo(2);
        assertThat(cart.path("subtotal_cents").asLong()).isEqualTo(2 * 500 + 700);
        assertThat(bar.done("remove_from_cart", "{'drink_name':'Bud Light'}")
                .path("cart")
                .path("subtotal_cents")
                .asLong()).isEqualTo(1000);
    }

    @Test
    void r9HasOneCartPerSessionWhichGoesWhenItIsEmptied() {
        bar.piece("Bud Light", 500, 10);
        var first = bar.done("add_to_cart", "{'drink_name':'Bud Light'}").path("orderId");
        assertThat(bar.done("add_to_cart", "{'drink_name':'Bud Light'}").path("orderId")).isEqualTo(first);

        var removed = bar.done("remove_from_cart", "{'drink_name':'bud light','quantity':5}");

        assertThat(removed.path("removed").asBoolean()).isTrue();
        assertThat(removed.path("remaining").asLong(-1)).isZero();
        assertThat(removed.path("cart").path("order_id").isNull()).isTrue();
        assertThat(bar.number("SELECT COUNT(*) FROM orders WHERE venue_id = ?")).isZero();
        assertThat(SellingBar.code(bar.refused("remove_from_cart", "{'drink_name':'Bud Light'}")))
                .isEqualTo("cart_not_found");
    }

    @Test
    void removesSomeOrAllOfAProduct() {
        bar.piece("Bud Light", 500, 10);
        bar.piece("Corona", 600, 10);
        bar.done("add_multiple_to_cart", """
                {'items':[{'drink_name':'Bud Light','quantity':5},'Corona']}""");

        var some = bar.done("remove_from_cart", "{'drink_name':'Bud Light','quantity':2}");
        var all = bar.done("remove_from_cart", "{'drink_name':'Bud Light','all':true}");

        assertThat(some.path("message").asString()).isEqualTo("Removed 2 Bud Light from cart");
        assertThat(some.path("removed").asBoolean()).isFalse();
        assertThat(some.path("remaining").asLong()).isEqualTo(3);
        assertThat(all.path("removed").asBoolean()).isTrue();
        assertThat(all.path("cart").path("subtotal_cents").asLong()).isEqualTo(600);
    }

    @Test
    void namesWhatIsNotInTheCart() {
        bar.piece("Bud Light", 500, 10);
        bar.piece("Corona", 600, 10);
        bar.done("add_to_cart", "{'drink_name':'Bud Light'}");

        var refused = bar.refused("remove_from_cart", "{'drink_name':'Corona'}");

        assertThat(refused.path("error").asString()).isEqualTo("Item \"Corona\" not found in cart");
        assertThat(SellingBar.code(refused)).isEqualTo("item_not_in_cart");
    }

    @Test
    void refusesQuantitiesThatNobodyMeans() {
        bar.piece("Bud Light", 500, 5_000);

        for (var quantity : new String[]{"0", "-1", "1000"}) {
            assertThat(SellingBar.code(bar.refused("add_to_cart", "{'drink_name':'Bud Light','quantity':" + quantity
                    + "}"))).isEqualTo("quantity_out_of_range");
        }
        bar.done("add_to_cart", "{'drink_name':'Bud Light','quantity':999}");
        assertThat(SellingBar.code(bar.refused("add_to_cart", "{'drink_name':'Bud Light'}")))
                .isEqualTo("quantity_out_of_range");
        assertThat(SellingBar.code(bar.refused("remove_from_cart", "{'drink_name':'Bud Light','quantity':0}")))
                .isEqualTo("quantity_out_of_range");
    }

    @Test
    void v5DoesNotSellWhatIsArchived() {
        var budLight = bar.piece("Bud Light", 500, 10);
        bar.sql("UPDATE products SET archived_at = updated_at WHERE id = ?", budLight);

        assertThat(SellingBar.code(bar.refused("add_to_cart", "{'drink_name':'Bud Light'}")))
                .isEqualTo("product_not_found");
        assertThat(SellingBar.code(bar.refused("add_to_cart", "{'drink_name':'" + budLight + "'}")))
                .isEqualTo("product_archived");
    }

    @Test
    void addsWhatItCanOfSeveralAndSaysWhatFailed() {
        bar.piece("Bud Light", 500, 10);
        bar.piece("Corona", 600, 1);

        var added = bar.done("add_multiple_to_cart", """
                {'items':[{'drink_name':'Bud Light','quantity':2},{'drink_name':'Corona','quantity':2},
                          {'drink_name':'Nonsense','quantity':1},'bud light']}""");

        assertThat(added.path("message").asString()).startsWith("Added 3 items to cart, 2 failed");
        assertThat(added.path("added").size()).isEqualTo(1);
        assertThat(added.path("added").path(0).path("quantity").asLong()).isEqualTo(3);
        assertThat(added.path("failed").valueStream().map(failed -> failed.path("code").asString()))
                .containsExactlyInAnyOrder("product_not_found", "insufficient_stock");
        assertThat(added.path("errors").size()).isEqualTo(2);
        assertThat(added.path("total_items").asLong()).isEqualTo(3);
        assertThat(added.path("cart").path("item_count").asLong()).isEqualTo(3);
    }

    @Test
    void v6MergesWhatIsSaidTwiceInOneCallBeforeItLooksAtStock() {
        bar.piece("Bud Light", 500, 3);

        var refused = bar.refused("add_multiple_to_cart", "{'items':[{'drink_name':'Bud Light','quantity':2},"
                + "{'drink_name':'BUD LIGHT','quantity':2}]}");

        assertThat(refused.path("error").asString()).isEqualTo("Only 3 Bud Light available in stock");
    }

    @Test
    void addsAllOfSeveralOrNoneIfTold() {
        bar.piece("Bud Light", 500, 10);

        var refused = bar.refused("add_multiple_to_cart", "{'items':['Bud Light','Nonsense'],'all_or_nothing':true}");

        assertThat(SellingBar.code(refused)).isEqualTo("product_not_found");
        assertThat(refused.path("details").path("failed").path(0).path("drink_name").asString()).isEqualTo("Nonsense");
        assertThat(bar.done("show_cart", "{}").path("itemCount").asLong(-1)).isZero();
    }

    @Test
    void refusesAnEmptyListAndOddItems() {
        bar.piece("Bud Light", 500, 10);

        var empty = bar.refused("add_multiple_to_cart", "{'items':[]}");

        assertThat(empty.path("error").asString()).isEqualTo("No items provided");
        assertThat(SellingBar.code(empty)).isEqualTo("invalid_arguments");
        assertThat(bar.refused("add_multiple_to_cart", "{'items':[{'quantity':2}]}").path("error").asString())
                .contains("items[0].drink_name: required, but missing");
        assertThat(SellingBar.code(bar.refused("add_multiple_to_cart",
                "{'items':[{'drink_name':'Bud Light','quantity':1e30}]}"))).isEqualTo("quantity_out_of_range");
    }

    @Test
    void clearsTheCartAndCountsDrinks() {
        bar.piece("Bud Light", 500, 10);
        bar.piece("Corona", 600, 10);
        bar.done("add_multiple_to_cart", "{'items':[{'drink_name':'Bud Light','quantity':3},'Corona']}");

        assertThat(bar.done("clear_cart", "{}").path("itemsRemoved").asLong()).isEqualTo(4);
        assertThat(bar.done("clear_cart", "{}").path("itemsRemoved").asLong(-1)).isZero();
        assertThat(bar.number("SELECT COUNT(*) FROM orders WHERE venue_id = ?")).isZero();
    }

    @Test
    void clearsATabThatStaysOpen() {
        bar.piece("Bud Light", 500, 10);
        bar.done("create_tab", "{'customer_name':'John'}");
        bar.done("add_to_cart", "{'drink_name':'Bud Light','tab':'John'}");

        assertThat(bar.done("clear_cart", "{'tab':'John'}").path("itemsRemoved").asLong()).isEqualTo(1);

        assertThat(bar.done("show_cart", "{'tab':'John'}").path("message").asString()).isEqualTo("John's tab is empty");
    }

    @Test
    void scenario06AddsOnceHoweverOftenTheSameCallComes() {
        bar.piece("Bud Light", 500, 10);

        var first = bar.venue.call("s", "c1", "add_to_cart", "{'drink_name':'Bud Light','quantity':2}");
        for (int i = 0; i < 4; i++) {
            bar.venue.restartSessions();
            assertThat(bar.venue.call("s", "c1", "add_to_cart", "{'drink_name':'Bud Light','quantity':2}").output())
                    .isEqualTo(first.output());
        }

        var items = bar.done("show_cart", "{}").path("items");
        assertThat(items.size()).isEqualTo(1);
        assertThat(items.path(0).path("quantity").asLong()).isEqualTo(2);
    }

    @Test
    void v21PaysOnceHoweverOftenTheSameCallComes() {
        var budLight = bar.piece("Bud Light", 500, 10);
        bar.done("add_to_cart", "{'drink_name':'Bud Light','quantity':2}");

        var first = bar.venue.call("s", "pay", "process_order", "{}");
        bar.venue.restartSessions();
        var second = bar.venue.call("s", "pay", "process_order", "{}");

        assertThat(second.output()).isEqualTo(first.output());
        assertThat(bar.onHand(budLight)).isEqualTo(8);
        assertThat(bar.number("SELECT COUNT(*) FROM payments WHERE venue_id = ?")).isEqualTo(1);
    }

    @Test
    void r20DoesNotSeeOrdersAndTabsOfAnotherVenue() {
        try (var other = new SellingBar(bar.engine)) {
            other.piece("Bud Light", 500, 10);
            other.done("create_tab", "{'customer_name':'John'}");
            var id = other.done("add_to_cart", "{'drink_name':'Bud Light','tab':'John'}").path("orderId").asString();
            bar.piece("Bud Light", 500, 10);

            for (var name : new String[]{"John", id}) {
                assertThat(SellingBar.code(bar.refused("show_cart", "{'tab':'" + name + "'}")))
                        .isEqualTo("tab_not_found");
                assertThat(SellingBar.code(bar.refused("close_tab", "{'customer_name':'" + name + "'}")))
                        .isEqualTo("tab_not_found");
                assertThat(SellingBar.code(bar.refused("void_transaction", "{'customer_name':'" + name + "'}")))
                        .isEqualTo("order_not_found");
            }
            assertThat(bar.done("get_orders_list", "{}").path("orders").isEmpty()).isTrue();
            bar.done("create_tab", "{'customer_name':'John'}");
        }
    }

    @Test
    void writesAreAudited() {
        bar.piece("Bud Light", 500, 10);

        bar.done("add_to_cart", "{'drink_name':'Bud Light','quantity':2}");
        bar.done("process_order", "{}");

        assertThat(bar.number("SELECT COUNT(*) FROM audit_log WHERE venue_id = ? AND action LIKE 'order.%'"))
                .isEqualTo(2);
    }
}
