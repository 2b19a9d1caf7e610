package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What programs are told of orders and sales, on both databases.
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
class SalesTest {
    private final SellingBar bar;

    SalesTest(Engine engine) {
        this.bar = new SellingBar(engine);
    }

    @AfterEach
    void close() {
        bar.close();
    }

    private static Sales.Item item(String id, int quantity) {
        return new Sales.Item(Optional.of(id), Optional.empty(), quantity);
    }

    private Sales sales() {
        return bar.venue.venue().sales();
    }

    @Test
    void v23SellsAtTheVenuesPricesAndAtOnce() {
        var budLight = bar.piece("Bud Light", 500, 10);
        bar.piece("Corona", 600, 10);
        bar.done("add_to_cart", "{'drink_name':'Bud Light'}");

        var sold = sales().sell("s", List.of(item(budLight, 2), new Sales.Item(Optional.empty(), Optional.of("corona"),
                1)), Optional.of("Ann"), Optional.empty());

        assertThat(sold.path("success").asBoolean()).isTrue();
        assertThat(sold.path("message").asString()).isEqualTo("Order completed! Total: $17.28");
        assertThat(bar.onHand(budLight)).isEqualTo(8);
        var order = sales().order(sold.path("orderId").asString()).orElseThrow();
        assertThat(order.path("orderName").asString()).isEqualTo("Ann");
        assertThat(bar.done("show_cart", "{}").path("itemCount").asLong()).as("the session's own cart").isEqualTo(1);
        assertThat(bar.number("SELECT COUNT(*) FROM payments WHERE venue_id = ? AND method = 'card'")).isEqualTo(1);
    }

    @Test
    void sellsNothingIfSomethingIsShortOrUnknown() {
        var budLight = bar.piece("Bud Light", 500, 1);

        for (var items : List.of(List.of(item(budLight, 2)), List.of(item(budLight, 1), item("prd_none", 1)), List.of(
                item(budLight, 0)), List.<Sales.Item>of())) {
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> sales().sell("s", items, Optional.empty(), Optional.empty()));
        }

        assertThat(bar.onHand(budLight)).isEqualTo(1);
        assertThat(sales().orders(Sales.Filter.ALL, 10)).isEmpty();
    }

    @Test
    void tellsOfOrdersInTheDocumentedShape() {
        var budLight = bar.piece("Bud Light", 500, 10);
        bar.done("create_tab", "{'customer_name':'John'}");
        bar.done("add_to_cart", "{'drink_name':'Bud Light','quantity':2,'tab':'John'}");

        var open = sales().orders(Sales.Filter.ALL.withStatus("open"), 10).getFirst();

        assertThat(open.propertyNames()).contains("id", "orderName", "status", "total", "customCharges", "items",
                "createdAt", "updatedAt", "closedAt");
        assertThat(open.path("status").asString()).isEqualTo("open");
        assertThat(open.path("total").asLong()).isEqualTo(1080);
        assertThat(open.path("items").path(0)).hasToString(TestVenue.json("{'id':'" + budLight
                + "','name':'Bud Light','quantity':2,'price':500,'subtotal':1000}").toString());
        assertThat(open.path("createdAt").asString()).isEqualTo("2026-06-05T18:00:00Z");
        assertThat(open.path("closedAt").isNull()).isTrue();
        assertThat(sales().openTabs().getFirst().path("tab_name").asString()).isEqualTo("John");
        bar.done("close_tab", "{'customer_name':'John'}");
        assertThat(sales().order(open.path("id").asString()).orElseThrow().path("status").asString())
                .isEqualTo("closed");
        assertThat(sales().openTabs()).isEmpty();
        assertThat(sales().order("ord_none")).isEmpty();
    }

    @Test
    void reportsADayOfTheVenuesTimezone() {
        bar.piece("Bud Light", 500, 100);
        bar.piece("Corona", 600, 100);
        bar.rule("timezone", "America/New_York");
        // 14:00 in New York.
        sell("Bud Light", 2, "{'payment_method':'cash','tip_cents':100}");
        bar.venue.pass(Duration.ofHours(9));
        sell("Corona", 1, "{'payment_method':'card','customer_name':'Ann'}");
        bar.done("void_transaction", "{'customer_name':'Ann'}");
        bar.venue.pass(Duration.ofHours(1));
        sell("Corona", 1, "{}");

        var report = sales().dailyReport(LocalDate.of(2026, 6, 5));

        assertThat(report.path("orders").asLong()).isEqualTo(2);
        assertThat(report.path("sales_cents").asLong()).isEqualTo(1080 + 648);
        assertThat(report.path("refunds_cents").asLong()).isEqualTo(648);
        assertThat(report.path("net_cents").asLong()).isEqualTo(1080);
        assertThat(report.path("tax_cents").asLong()).isEqualTo(80);
        assertThat(report.path("tips_cents").asLong()).isEqualTo(100);
        assertThat(report.path("by_hour").valueStream().map(hour -> hour.path("hour").asString()))
                .containsExactly("14:00", "23:00");
        assertThat(report.path("by_payment_method").valueStream().map(method -> method.path("method").asString()))
                .containsExactly("card", "cash");
        assertThat(report.path("by_staff").path(0).path("net_cents").asLong()).isEqualTo(1080);
        assertThat(report.path("by_product").path(0).path("name").asString()).isEqualTo("Bud Light");
        assertThat(report.path("by_product").path(0).path("quantity").asLong()).isEqualTo(2);
        assertThat(report.path("by_product").path(1).path("refunded_quantity").asLong()).isEqualTo(1);
        assertThat(sales().dailyReport().path("date").asString()).isEqualTo("2026-06-06");
        assertThat(sales().dailyReport().path("sales_cents").asLong()).isEqualTo(648);
    }

    private void sell(String drink, int quantity, String payment) {
        bar.done("add_to_cart", "{'drink_name':'" + drink + "','quantity':" + quantity + "}");
        bar.done("process_order", payment);
    }

    @Test
    void answersWhatStockAndTheCatalogueAskOfOrders() {
        var gin = bar.poured("Gin", 800, 44, 750);
        var martini = bar.mixed("Martini", 1200, java.util.Map.of(gin, 60L));
        bar.done("create_tab", "{'customer_name':'John'}");
        var tab = bar.done("add_to_cart", "{'drink_name':'Martini','quantity':2,'tab':'John'}")
                .path("orderId")
                .asString();

        var held = bar.venue.<List<Long>>perform(transaction -> List.of(Orders.heldOnTabs(transaction, "")
                .get(
                        new StockKey(gin, transaction.sellingLocation().id())), (long) Orders.heldOnTabs(transaction,
                                tab)
                                .size()));

        assertThat(held).containsExactly(120L, 0L);
        assertThat(bar.venue.<Boolean>perform(transaction -> Orders.isInOpenOrder(transaction, martini))).isTrue();
        bar.done("close_tab", "{'customer_name':'John'}");
        assertThat(bar.venue.<Boolean>perform(transaction -> Orders.isInOpenOrder(transaction, martini))).isFalse();
    }
}
