package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// Payment, tabs and voids, on both databases.
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
class OrderToolsTest {
    private final SellingBar bar;

    OrderToolsTest(Engine engine) {
        this.bar = new SellingBar(engine);
    }

    @AfterEach
    void close() {
        bar.close();
    }

    @Test
    void scenario01SellsAndVoidsTwoBudLights() {
        var budLight = bar.piece("Bud Light", 500, 10);
        var cart = bar.done("add_to_cart", "{'drink_name':'Bud Light','quantity':2}").path("cart");
        assertThat(cart.path("subtotal_cents").asLong()).isEqualTo(1000);
        assertThat(cart.path("tax_cents").asLong()).isEqualTo(80);
        assertThat(cart.path("total_cents").asLong()).isEqualTo(1080);

        var paid = bar.done("process_order", "{'customer_name':'Ann'}");
        assertThat(paid.path("message").asString()).isEqualTo("Order completed! Total: $10.80");
        assertThat(paid.path("receipt").path(0)).isEqualTo(TestVenue.json(
                "{'name':'Bud Light','quantity':2,'line_total_cents':1000}"));
        assertThat(bar.onHand(budLight)).isEqualTo(8);
        assertThat(money("sale")).isEqualTo(1080);

        var voided = bar.done("void_transaction", "{'customer_name':'ann'}");
        assertThat(voided.path("refunded_cents").asLong()).isEqualTo(1080);
        assertThat(voided.path("previous_status").asString()).isEqualTo("completed");
        assertThat(voided.path("restored").path(0).path("product").asString()).isEqualTo("Bud Light");
        assertThat(voided.path("restored").path(0).path("quantity").asLong()).isEqualTo(2);
        assertThat(bar.onHand(budLight)).isEqualTo(10);
        assertThat(money("refund")).isEqualTo(1080);

        assertThat(SellingBar.code(bar.refused("void_transaction", "{'customer_name':'Ann'}")))
                .isEqualTo("already_voided");
        assertThat(SellingBar.code(bar.refused("void_transaction", "{'customer_name':'last'}")))
                .isEqualTo("already_voided");
    }

    private long money(String kind) {
        return bar.number("SELECT SUM(amount_cents) FROM payments WHERE venue_id = ? AND kind = '" + kind + "'");
    }

    @Test
    void scenario04PoursAnOldFashionedOutOfABottle() {
        var whiskey = bar.poured("Makers Mark", 900, 59, 750);
        bar.mixed("Old Fashioned", 1200, Map.of(whiskey, 59L));
        bar.done("add_to_cart", "{'drink_name':'Old Fashioned'}");

        bar.done("process_order", "{}");

        assertThat(bar.onHand(whiskey)).isEqualTo(691);
        assertThat(bar.venue.<String>perform(transaction -> transaction.catalogue()
                .product(whiskey)
                .containers(691)
                .toPlainString())).isEqualTo("0.921");
        assertThat(bar.refused("add_to_cart", "{'drink_name':'Old Fashioned','quantity':12}").path("error").asString())
                .isEqualTo("Only 11 Old Fashioned available in stock");
    }

    @Test
    void r5WritesNothingIfAnythingIsShortAndNamesAllThatIs() {
        var budLight = bar.piece("Bud Light", 500, 10);
        var corona = bar.piece("Corona", 600, 10);
        var miller = bar.piece("Miller", 600, 10);
        bar.done("add_multiple_to_cart", """
                {'items':[{'drink_name':'Bud Light','quantity':5},{'drink_name':'Corona','quantity':5},'Miller']}""");
        bar.deliver(budLight, SellingBar.MAIN, -7);
        bar.deliver(corona, SellingBar.MAIN, -10);

        var refused = bar.refused("process_order", "{}");

        assertThat(refused.path("error").asString()).isEqualTo("Only 3 Bud Light and 0 Corona available in stock");
        assertThat(refused.path("details").path("short").size()).isEqualTo(2);
        assertThat(bar.onHand(miller)).isEqualTo(10);
        assertThat(bar.number("SELECT COUNT(*) FROM payments WHERE venue_id = ?")).isZero();
        assertThat(bar.done("show_cart", "{}").path("itemCount").asLong()).isEqualTo(11);
    }

    @Test
    void v6ChecksStockAgainAtPaymentAndNeverGoesBelowZero() {
        var budLight = bar.piece("Bud Light", 500, 2);
        bar.done("a", "add_to_cart", "{'drink_name':'Bud Light','quantity':2}");
        bar.done("b", "add_to_cart", "{'drink_name':'Bud Light','quantity':2}");

        bar.done("a", "process_order", "{}");

        assertThat(SellingBar.code(bar.refused("b", "process_order", "{}"))).isEqualTo("insufficient_stock");
        assertThat(bar.onHand(budLight)).isZero();
    }

    @Test
    void r3SellsBelowZeroOnlyWhereTheVenueAllowsItAndSaysSo() {
        var budLight = bar.piece("Bud Light", 500, 1);
        bar.rule("allow_negative_stock", true);
        bar.done("add_to_cart", "{'drink_name':'Bud Light','quantity':3}");

        var paid = bar.done("process_order", "{}");

        assertThat(paid.path("negative_stock").asBoolean()).isTrue();
        assertThat(bar.onHand(budLight)).isEqualTo(-2);
    }

    @Test
    void r7RoundsTaxHalfUpOncePerOrder() {
        bar.piece("Mint", 6, 1_000);
        bar.piece("Gum", 19, 1_000);

        assertThat(bar.done("add_to_cart", "{'drink_name':'Mint'}").path("cart").path("tax_cents").asLong(-1)).isZero();
        assertThat(bar.done("add_to_cart", "{'drink_name':'Gum'}").path("cart").path("tax_cents").asLong())
                .isEqualTo(2);
    }

    @Test
    void v8TaxesByTheVenuesRateEverywhere() {
        bar.piece("Bud Light", 1000, 10);
        bar.rule("tax_bps", 825);

        var cart = bar.done("add_to_cart", "{'drink_name':'Bud Light'}").path("cart");
        var paid = bar.done("process_order", "{'customer_name':'Ann'}");
        bar.rule("tax_bps", 0);
        var listed = bar.done("get_orders_list", "{}").path("orders").path(0);

        assertThat(cart.path("tax_cents").asLong()).isEqualTo(83);
        assertThat(paid.path("total_cents").asLong()).isEqualTo(1083);
        assertThat(listed.path("total_cents").asLong()).as("a paid order stays as it was paid (R-12)").isEqualTo(1083);
    }

    @Test
    void r7HoldsForOldOrdersAfterATaxChange() {
        bar.piece("Bud Light", 1000, 10);
        bar.done("old", "add_to_cart", "{'drink_name':'Bud Light'}");
        bar.done("open", "add_to_cart", "{'drink_name':'Bud Light'}");
        bar.done("gone", "create_tab", "{'customer_name':'John'}");
        bar.done("gone", "add_to_cart", "{'drink_name':'Bud Light','tab':'John'}");
        bar.done("old", "process_order", "{'customer_name':'Ann'}");
        bar.rule("tax_bps", 825);

        bar.done("gone", "void_transaction", "{'customer_name':'John'}");
        assertThat(bar.done("old", "void_transaction", "{'customer_name':'Ann'}").path("refunded_cents").asLong())
                .isEqualTo(1080);
        assertThat(bar.done("open", "process_order", "{'customer_name':'Bob'}").path("total_cents").asLong()).isEqualTo(
                1083);
        bar.rule("prices_include_tax", true);
        bar.done("new", "add_to_cart", "{'drink_name':'Bud Light'}");
        assertThat(bar.done("new", "process_order", "{'customer_name':'Eve'}").path("total_cents").asLong()).isEqualTo(
                1000);

        var venue = bar.venue.venue();
        assertThat(venue.check()).filteredOn(finding -> finding.venueId().equals(venue.id())).isEmpty();
    }

    @Test
    void v10RefusesToPayAnEmptyCart() {
        var refused = bar.refused("process_order", "{}");

        assertThat(refused.path("error").asString()).isEqualTo("No active cart found");
        assertThat(SellingBar.code(refused)).isEqualTo("cart_not_found");
        assertThat(bar.number("SELECT COUNT(*) FROM payments WHERE venue_id = ?")).isZero();
    }

    @Test
    void v10KeepsTheNameOfATabThatIsPaidWithoutOne() {
        bar.piece("Bud Light", 500, 10);
        bar.done("create_tab", "{'customer_name':'John'}");
        bar.done("add_to_cart", "{'drink_name':'Bud Light','tab':'John'}");
        bar.done("close_tab", "{'customer_name':'John'}");
        bar.venue.pass(Duration.ofMinutes(1));
        bar.done("add_to_cart", "{'drink_name':'Bud Light'}");
        bar.done("process_order", "{'customer_name':''}");

        assertThat(names(bar.done("get_orders_list", "{}"))).containsExactly("Walk-in", "John");
    }

    private static java.util.stream.Stream<String> names(JsonNode list) {
        return list.path("orders").valueStream().map(order -> order.path("name").asString());
    }

    @Test
    void v12ListsOrdersNewestFirstByTime() {
        bar.piece("Bud Light", 500, 10);
        for (var name : new String[]{"Ann", "Bob", "Cid"}) {
            bar.done("add_to_cart", "{'drink_name':'Bud Light'}");
            bar.done("process_order", "{'customer_name':'" + name + "'}");
            bar.venue.pass(Duration.ofMinutes(1));
        }
        bar.done("create_tab", "{'customer_name':'Dora'}");
        bar.done("void_transaction", "{'customer_name':'Bob'}");

        assertThat(names(bar.done("get_orders_list", "{}"))).containsExactly("Dora", "Cid", "Bob", "Ann");
        assertThat(names(bar.done("get_orders_list", "{'limit':2}"))).containsExactly("Dora", "Cid");
        assertThat(names(bar.done("get_orders_list", "{'status':'completed'}"))).containsExactly("Cid", "Ann");
        assertThat(names(bar.done("get_orders_list", "{'customer_name':'BOB'}"))).containsExactly("Bob");
        assertThat(names(bar.done("get_orders_list", "{'since':'2026-06-05T18:02:00Z'}"))).containsExactly("Dora",
                "Cid");
        assertThat(SellingBar.code(bar.refused("get_orders_list", "{'status':'moonlit'}")))
                .isEqualTo("invalid_arguments");
        bar.refused("get_orders_list", "{'limit':101}");
    }

    @Test
    void scenario10KeepsATabForJohn() {
        var budLight = bar.piece("Bud Light", 500, 10);
        bar.done("add_to_cart", "{'drink_name':'Bud Light','quantity':2}");

        var opened = bar.done("create_tab", "{'customer_name':'John'}");
        assertThat(opened.path("moved_items").asLong()).isEqualTo(2);
        assertThat(opened.path("tab").path("tab_name").asString()).isEqualTo("John");
        assertThat(bar.done("show_cart", "{}").path("itemCount").asLong(-1)).isZero();

        var again = bar.refused("other", "create_tab", "{'customer_name':'john '}");
        assertThat(SellingBar.code(again)).isEqualTo("tab_exists");
        assertThat(again.path("details").path("tab").path("order_id")).isEqualTo(opened.path("orderId"));

        bar.done("other", "add_to_cart", "{'drink_name':'Bud Light','quantity':2,'tab':'JOHN'}");
        assertThat(bar.onHand(budLight)).isEqualTo(10);

        var closed = bar.done("close_tab", "{'customer_name':'John','payment_method':'cash','tip_cents':200}");
        assertThat(closed.path("total_cents").asLong()).isEqualTo(2160);
        assertThat(closed.path("message").asString())
                .isEqualTo("Tab closed for John. Total: $21.60 plus a tip of $2.00");
        assertThat(bar.onHand(budLight)).isEqualTo(6);
        assertThat(bar.number(
                "SELECT COUNT(*) FROM payments WHERE venue_id = ? AND method = 'cash' AND tip_cents = 200"))
                .isEqualTo(1);

        bar.venue.pass(Duration.ofHours(25));
        assertThat(SellingBar.code(bar.refused("void_transaction", "{'customer_name':'John'}")))
                .isEqualTo("void_window_closed");
    }

    @Test
    void v9SellsOnATabAndClosesAnEmptyOneWithoutASale() {
        bar.done("create_tab", "{'customer_name':'Table 4'}");

        var closed = bar.done("close_tab", "{'customer_name':'table 4'}");

        assertThat(closed.path("message").asString()).contains("empty", "nothing was charged");
        assertThat(closed.path("total_cents").asLong(-1)).isZero();
        assertThat(bar.number("SELECT COUNT(*) FROM payments WHERE venue_id = ?")).isZero();
        bar.done("create_tab", "{'customer_name':'Table 4'}");
    }

    @Test
    void r10FoldsNamesOfTabs() {
        bar.done("create_tab", "{'customer_name':'José García'}");

        assertThat(SellingBar.code(bar.refused("create_tab", "{'customer_name':'  JOSE   garcia'}")))
                .isEqualTo("tab_exists");
        for (var name : new String[]{"  ", "!!!", "😀", "ﷺ".repeat(20)}) {
            assertThat(SellingBar.code(bar.refused("create_tab", "{'customer_name':'" + name + "'}")))
                    .isEqualTo("invalid_arguments");
        }
    }

    @Test
    void takesAWordOfATabsNameIfOnlyOneHasIt() {
        bar.done("create_tab", "{'customer_name':'John Smith'}");
        bar.done("create_tab", "{'customer_name':'John Doe'}");

        var which = bar.refused("show_cart", "{'tab':'John'}");
        var none = bar.refused("close_tab", "{'customer_name':'Jon'}");

        assertThat(SellingBar.code(which)).isEqualTo("ambiguous_tab");
        assertThat(which.path("details").path("candidates").size()).isEqualTo(2);
        assertThat(none.path("error").asString()).isEqualTo("No open tab found for Jon");
        assertThat(none.path("details").path("open_tabs").size()).isEqualTo(2);
        assertThat(bar.done("show_cart", "{'tab':'doe'}").path("cart").path("tab_name").asString())
                .isEqualTo("John Doe");
    }

    @Test
    void keepsTheCartIfItIsNotToMove() {
        bar.piece("Bud Light", 500, 10);
        bar.done("add_to_cart", "{'drink_name':'Bud Light'}");

        var opened = bar.done("create_tab", "{'customer_name':'John','move_cart':false}");

        assertThat(opened.path("moved_items").asLong(-1)).isZero();
        assertThat(bar.done("show_cart", "{}").path("itemCount").asLong()).isEqualTo(1);
    }

    @Test
    void aRefusedTabLeavesTheCartWhereItIs() {
        bar.piece("Bud Light", 500, 10);
        bar.done("create_tab", "{'customer_name':'John'}");
        bar.done("add_to_cart", "{'drink_name':'Bud Light'}");

        bar.refused("create_tab", "{'customer_name':'John'}");

        assertThat(bar.done("show_cart", "{}").path("itemCount").asLong()).isEqualTo(1);
    }

    @Test
    void r6RestoresWhatWasSoldAndNotWhatTheRecipeSaysNow() {
        var gin = bar.poured("Gin", 800, 44, 750);
        var martini = bar.mixed("Martini", 1200, Map.of(gin, 60L));
        bar.done("add_to_cart", "{'drink_name':'Martini','quantity':2}");
        bar.done("process_order", "{'customer_name':'Ann','tip_cents':100}");
        bar.sql("UPDATE recipe_items SET amount = 90 WHERE product_id = ?", martini);

        var voided = bar.done("void_transaction", "{'customer_name':'Ann','reason':'spilt'}");

        assertThat(bar.onHand(gin)).isEqualTo(750);
        assertThat(voided.path("refunded_cents").asLong()).as("with the tip").isEqualTo(2592 + 100);
        assertThat(bar.number("SELECT COUNT(*) FROM stock_movements WHERE venue_id = ? AND kind = 'void_restore'"))
                .isEqualTo(1);
    }

    @Test
    void r6VoidsAnOpenTabWithoutTouchingStockOrMoney() {
        var budLight = bar.piece("Bud Light", 500, 10);
        bar.done("create_tab", "{'customer_name':'John'}");
        bar.done("add_to_cart", "{'drink_name':'Bud Light','tab':'John'}");

        var voided = bar.done("void_transaction", "{'customer_name':'John'}");

        assertThat(voided.path("previous_status").asString()).isEqualTo("pending");
        assertThat(voided.path("refunded_cents").asLong(-1)).isZero();
        assertThat(voided.path("restored").isEmpty()).isTrue();
        assertThat(bar.onHand(budLight)).isEqualTo(10);
        assertThat(bar.number("SELECT COUNT(*) FROM payments WHERE venue_id = ?")).isZero();
        assertThat(SellingBar.code(bar.refused("void_transaction", "{'customer_name':'John'}")))
                .isEqualTo("already_voided");
    }

    @Test
    void v11AsksWhichOneWhenSeveralPaidOrdersHaveTheName() {
        bar.piece("Bud Light", 500, 10);
        sellTo("Ann");
        var second = sellTo("Ann");

        var which = bar.refused("void_transaction", "{'customer_name':'Ann'}");

        assertThat(SellingBar.code(which)).isEqualTo("ambiguous_order");
        assertThat(which.path("details").path("candidates").path(0).path("total_cents").asLong()).isEqualTo(540);
        bar.done("void_transaction", "{'customer_name':'Ann','order_id':'" + second + "'}");
        bar.done("void_transaction", "{'customer_name':'Ann'}");
    }

    private String sellTo(String name) {
        bar.done("add_to_cart", "{'drink_name':'Bud Light'}");
        var order = bar.done("process_order", "{'customer_name':'" + name + "'}").path("orderId").asString();
        bar.venue.pass(Duration.ofMinutes(1));
        return order;
    }

    @Test
    void voidsAnOpenTabRatherThanTheOnePaidOrderOfItsName() {
        bar.piece("Bud Light", 500, 10);
        sellTo("Ann");
        var tab = bar.done("create_tab", "{'customer_name':'Ann'}").path("orderId");

        assertThat(bar.done("void_transaction", "{'customer_name':'Ann'}").path("orderId")).isEqualTo(tab);
    }

    @Test
    void v11VoidsAnOrderWithoutANameByItsIdOrAsTheLast() {
        bar.piece("Bud Light", 500, 10);
        bar.done("add_to_cart", "{'drink_name':'Bud Light'}");
        var order = bar.done("process_order", "{}").path("orderId").asString();
        bar.venue.pass(Duration.ofSeconds(1));
        bar.done("add_to_cart", "{'drink_name':'Bud Light'}");
        bar.done("process_order", "{}");

        bar.done("void_transaction", "{'customer_name':'" + order + "'}");
        bar.done("void_transaction", "{'customer_name':'last'}");

        assertThat(bar.refused("void_transaction", "{'customer_name':'Nobody'}").path("error").asString())
                .isEqualTo("No transaction found for Nobody");
        assertThat(bar.refused("other", "void_transaction", "{'customer_name':'last'}").path("code").asString())
                .isEqualTo("order_not_found");
    }

    @Test
    void r12NeverChangesWhatIsClosed() {
        bar.piece("Bud Light", 500, 10);
        bar.done("create_tab", "{'customer_name':'John'}");
        var id = bar.done("add_to_cart", "{'drink_name':'Bud Light','tab':'John'}").path("orderId").asString();
        bar.done("close_tab", "{'customer_name':'John'}");

        for (var tool : new String[]{"add_to_cart", "remove_from_cart"}) {
            assertThat(SellingBar.code(bar.refused(tool, "{'drink_name':'Bud Light','tab':'" + id + "'}")))
                    .isEqualTo("tab_not_found");
        }
        assertThat(SellingBar.code(bar.refused("clear_cart", "{'tab':'" + id + "'}"))).isEqualTo("tab_not_found");
        assertThat(SellingBar.code(bar.refused("close_tab", "{'customer_name':'" + id + "'}")))
                .isEqualTo("tab_not_found");
    }

    @Test
    void asksForAManagerBeforeItVoidsAndKeepsThePinToItself() {
        bar.piece("Bud Light", 500, 10);
        sellTo("Ann");
        bar.venue.perform(transaction -> Staff.add(transaction, "Mia", Role.MANAGER, "4711"));

        var refused = bar.refused("void_transaction", "{'customer_name':'Ann'}");
        bar.refused("void_transaction", "{'customer_name':'Ann','manager_pin':'1234'}");
        bar.done("void_transaction", "{'customer_name':'Ann','manager_pin':'4711'}");

        assertThat(SellingBar.code(refused)).isEqualTo("approval_required");
        assertThat(bar.number("SELECT COUNT(*) FROM tool_calls WHERE venue_id = ? AND arguments LIKE '%4711%'"))
                .isZero();
        assertThat(bar.number("SELECT COUNT(*) FROM audit_log WHERE venue_id = ? AND action = 'approve'")).isEqualTo(1);
    }

    @Test
    void tellsOfWhatJustBecameLow() {
        bar.piece("Bud Light", 500, 7);
        bar.done("add_to_cart", "{'drink_name':'Bud Light'}");
        assertThat(bar.done("process_order", "{}").path("low_stock").isEmpty()).isTrue();

        bar.done("add_to_cart", "{'drink_name':'Bud Light'}");
        var low = bar.done("process_order", "{}").path("low_stock");
        bar.done("add_to_cart", "{'drink_name':'Bud Light'}");
        var stillLow = bar.done("process_order", "{}").path("low_stock");

        assertThat(low.path(0).path("name").asString()).isEqualTo("Bud Light");
        assertThat(low.path(0).path("status").asString()).isEqualTo("LOW STOCK");
        assertThat(stillLow.isEmpty()).isTrue();
        assertThat(bar.venue.events("stock.low")).hasSize(1);
    }

    @Test
    void r4SellsFromTheSessionsLocation() {
        var budLight = bar.piece("Bud Light", 500, 10);
        var terrace = bar.location("Terrace");
        bar.deliver(budLight, "Terrace", 2);
        bar.done("t", "show_cart", "{}");
        bar.sql("UPDATE sessions SET location_id = ? WHERE id = 't' AND venue_id = ?", terrace, bar.venue.venue().id());

        bar.done("t", "add_to_cart", "{'drink_name':'Bud Light','quantity':2}");
        bar.done("t", "process_order", "{}");

        assertThat(bar.venue.<Map<String, Long>>perform(transaction -> transaction.stock().byLocation(budLight)))
                .containsEntry(terrace, 0L)
                .containsValue(10L);
        assertThat(bar.refused("t", "add_to_cart", "{'drink_name':'Bud Light'}").path("error").asString())
                .isEqualTo("Only 0 Bud Light available in stock; Main Bar has 10");
    }

    @Test
    void refusesAWayToPayThatThereIsNot() {
        bar.piece("Bud Light", 500, 10);
        bar.done("add_to_cart", "{'drink_name':'Bud Light'}");

        assertThat(SellingBar.code(bar.refused("process_order", "{'payment_method':'cheque'}")))
                .isEqualTo("invalid_arguments");
        bar.done("process_order", "{'payment_method':'Card'}");
    }

    @Test
    void tellsOfSalesAndVoidsOnTheFeed() {
        bar.piece("Bud Light", 500, 10);
        sellTo("Ann");
        bar.done("void_transaction", "{'customer_name':'Ann'}");

        assertThat(bar.venue.events("order.completed").getFirst().data().path("orderName").asString()).isEqualTo("Ann");
        assertThat(bar.venue.events("order.voided")).hasSize(1);
        assertThat(bar.venue.events("cart.updated").getLast().data().path("item_count").asLong(-1)).isZero();
        assertThat(bar.venue.events("stock.changed")).hasSize(3);
    }
}
