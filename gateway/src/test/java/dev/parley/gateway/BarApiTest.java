package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.GatewaySettings.ErrorStyle;
import dev.parley.venue.SampleVenue;
import dev.parley.venue.ToolSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// The bar over HTTP: what the till page reads, and a sale it makes (section 3.2).
@Timeout(60)
class BarApiTest {
    private static final TestGateway GATEWAY = new TestGateway();

    @BeforeAll
    static void load() {
        SampleVenue.load(GATEWAY.venue, SampleVenue.Others.REFUSE);
    }

    @AfterAll
    static void close() {
        GATEWAY.close();
    }

    private static JsonNode product(String name) {
        return GATEWAY.get("/api/products")
                .json()
                .valueStream()
                .filter(product -> product.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void ven1ListsProductsAsDocumented() {
        assertThat(GATEWAY.get("/api/products").json()).hasSize(65);
        assertThat(GATEWAY.get("/api/products?category=Beer").json()).hasSize(11);
        assertThat(product("Bud Light").propertyNames()).containsExactly("id", "name", "category", "price", "imageUrl",
                "stock", "createdAt", "updatedAt");
        assertThat(product("Bud Light").path("price").isIntegralNumber()).isTrue();
    }

    @Test
    void ven1ShowsOneProduct() {
        var id = product("Bud Light").path("id").asString();

        assertThat(GATEWAY.get("/api/products/" + id).json().path("product").path("name").asString()).isEqualTo(
                "Bud Light");
        var none = GATEWAY.get("/api/products/prd_none");
        assertThat(none.status()).isEqualTo(404);
        assertThat(none.json().path("error").asString()).isEqualTo("Product not found");
    }

    @Test
    void ven2ListsTheThirtyToolsAndMoreOnlyWhenAsked() {
        assertThat(GATEWAY.get("/api/realtime/tools").json().path("tools")).hasSize(30);
        try (var gateway = new TestGateway(settings -> settings.withTools(ToolSet.EXTENDED))) {
            assertThat(gateway.get("/api/realtime/tools").json().path("tools")).hasSizeGreaterThan(30);
        }
    }

    @Test
    void ven1ListsCategories() {
        assertThat(GATEWAY.get("/api/products/categories/list")
                .json()
                .path("categories")
                .valueStream()
                .map(
                        JsonNode::asString)).isSorted().contains("Beer", "Wine", "Spirits");
    }

    @Test
    void v23SellsAtTheVenuesPriceWhateverThePageSays() {
        var beer = product("Bud Light");
        var stock = beer.path("stock").asInt();

        var sold = GATEWAY.post("/api/orders", "{'items':[{'id':'" + beer.path("id").asString()
                + "','quantity':2,'price':1,'name':'Bud Light'}],'orderName':'Page','paymentMethod':'card'}");

        assertThat(sold.status()).as(sold.text()).isEqualTo(200);
        assertThat(sold.json().path("success").asBoolean()).isTrue();
        assertThat(sold.json().path("message").asString()).isNotEmpty();
        var order = GATEWAY.get("/api/orders/" + sold.json().path("orderId").asString()).json().path("order");
        assertThat(order.path("total").asLong()).isEqualTo(Math.round(2 * beer.path("price").asLong() * 1.08));
        assertThat(order.path("orderName").asString()).isEqualTo("Page");
        assertThat(order.path("status").asString()).isEqualTo("closed");
        assertThat(product("Bud Light").path("stock").asInt()).isEqualTo(stock - 2);
        assertThat(GATEWAY.get("/api/orders?limit=1").json().path("orders")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{}|400|No items provided",
            "{'items':[]}|400|No items provided",
            "{'items':7}|400|items: expected an array",
            "{'items':[7]}|400|items: expected objects",
            "{'items':[{'name':'Bud Light'}]}|400|quantity: expected a whole number",
            "{'items':[{'name':'Bud Light','quantity':1.5}]}|400|quantity: expected a whole number",
            "{'items':[{'name':'Bud Light','quantity':0}]}|400|1",
            "{'items':[{'name':'Bud Light','quantity':999}]}|409|available in stock",
            "{'items':[{'name':'Unobtainium Zzyzx','quantity':1}]}|404|not found",
            "{'items':[{'name':'Bud Light','quantity':1,'colour':'red'}]}|400|colour",
            "{'items':[{'name':'Bud Light','quantity':1}],'paymentMethod':'gold'}|400|expected card, cash"})
    void saysWhatIsWrongWithASale(String body, int status, String words) {
        var reply = GATEWAY.post("/api/orders", body);

        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.json().path("error").asString()).contains(words);
    }

    @Test
    void showsTabsInventoryAndReports() {
        assertThat(GATEWAY.tool("tabs", "create_tab", "{'customer_name':'John'}").status()).isEqualTo(200);

        assertThat(GATEWAY.get("/api/tabs").json().path("tabs").get(0).path("tab_name").asString()).isEqualTo("John");
        assertThat(GATEWAY.get("/api/inventory").json().path("items")).hasSizeGreaterThanOrEqualTo(65);
        assertThat(GATEWAY.get("/api/inventory?location=Storage").json().path("items")).isNotEmpty();
        assertThat(GATEWAY.get("/api/inventory?location=Moon").json().path("code").asString()).isEqualTo(
                "location_not_found");
        assertThat(GATEWAY.get("/api/inventory/movements?product=Bud%20Light").json().path("movements")).isNotEmpty();
        assertThat(GATEWAY.get("/api/reports/daily").json().path("currency").asString()).isEqualTo("USD");
        assertThat(GATEWAY.get("/api/reports/daily?date=tomorrow").status()).isEqualTo(400);
        assertThat(GATEWAY.get("/api/reports/stock").status()).isEqualTo(200);
        assertThat(GATEWAY.get("/api/reports/shrinkage").status()).isEqualTo(200);
        assertThat(GATEWAY.get("/api/reports/shrinkage?since=x").status()).isEqualTo(400);
    }

    @Test
    void plansEventsAndShowsWhatIsSetAsideForThem() {
        var made = GATEWAY.post("/api/events", "{'name':'Smith Wedding','date':'2027-06-05'}");
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        assertThat(GATEWAY.tool("events", "create_event_allocation",
                "{'event_id':'Smith Wedding','product_name':'Bud Light','quantity':5}").status()).isEqualTo(200);

        assertThat(GATEWAY.get("/api/events").json().path("events").get(0).path("name").asString()).isEqualTo(
                "Smith Wedding");
        assertThat(GATEWAY.get("/api/events/bookings?limit=5").json().path("bookings")).hasSize(1);
        assertThat(GATEWAY.get("/api/events/packages?active=true").json().path("packages")).isNotEmpty();
        assertThat(GATEWAY.get("/api/events/Smith%20Wedding/report").status()).isEqualTo(200);
        assertThat(GATEWAY.get("/api/events/Nobody/report").status()).isEqualTo(404);
        assertThat(GATEWAY.post("/api/events", "{'name':'x'}").json().path("code").asString()).isEqualTo(
                "missing_fields");
        assertThat(GATEWAY.post("/api/events", "{'name':'x','date':'soon'}").status()).isEqualTo(400);
    }

    @Test
    void v19FollowsASaleOfSomebodyElse() throws Exception {
        try (var events = GATEWAY.stream("onlooker")) {
            events.next("connected");
            GATEWAY.post("/api/orders", "{'items':[{'name':'Corona Extra','quantity':1}]}");

            assertThat(events.next("stock.changed").data().path("data").isObject()).isTrue();
            assertThat(events.next("order.completed").data().path("session_id").asString()).isEqualTo("page");
        }
    }

    @Test
    void ven1RefusesAShortSaleWith500InReferenceStyle() {
        try (var gateway = new TestGateway(settings -> settings.withErrorStyle(ErrorStyle.REFERENCE))) {
            SampleVenue.load(gateway.venue, SampleVenue.Others.REFUSE);

            assertThat(gateway.tool("s", "add_to_cart", "{'drink_name':'Unobtainium Zzyzx'}").status()).isEqualTo(500);
            assertThat(gateway.tool("s", "add_to_cart", "{'drink_name':'Unobtainium Zzyzx'}")
                    .json()
                    .path("error")
                    .asString())
                    .contains("not found in our system");
            assertThat(gateway.post("/api/orders", "{'items':[]}").status()).isEqualTo(400);
            assertThat(gateway.get("/api/products/none").status()).isEqualTo(404);
        }
    }

    @Test
    void scenario13TellsThePageThatItsSessionIsOver() throws Exception {
        try (var events = GATEWAY.stream("goodbye")) {
            events.next("connected");
            GATEWAY.tool("goodbye", "add_to_cart", "{'drink_name':'Corona Extra'}");
            var ended = GATEWAY.tool("goodbye", "terminate_session", "{'reason':'closing time'}");

            assertThat(ended.json().path("result").has("parked_cart")).as(ended.text()).isTrue();
            events.next("session.ended");
            var later = GATEWAY.tool("goodbye", "show_cart", "{}");
            assertThat(later.status()).isEqualTo(409);
            assertThat(later.json().path("code").asString()).isEqualTo("session_ended");
        }
    }
}
