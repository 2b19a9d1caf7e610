package dev.parley.gateway;

import dev.parley.venue.ErrorCode;
import dev.parley.venue.Refusal;
import dev.parley.venue.Sales;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Orders, open tabs, and what was sold.
final class SalesApi {
    private static final int MOST = 500;
    private static final Set<String> OF_AN_ITEM = Set.of("id", "quantity", "price", "name");
    private static final String ORDER = """
            {"type":"object","required":["id","orderName","status","total","items"],"properties":{
              "id":{"type":"string"},"orderName":{"type":"string"},"status":{"enum":["open","closed"]},
              "total":{"type":"integer","description":"Minor units"},"customCharges":{"type":"array"},
              "items":{"type":"array","items":{"type":"object"}},"createdAt":{"type":"string"},
              "updatedAt":{"type":"string"},"closedAt":{"type":["string","null"]}}}""";

    private final Sales sales;

    SalesApi(Sales sales) {
        this.sales = sales;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/orders", "listOrders", "The latest orders, newest first.", this::list)
                        .query("limit", "{\"type\":\"integer\",\"minimum\":1,\"maximum\":500,\"default\":50}",
                                "How many at most")
                        .query("status", "{\"enum\":[\"pending\",\"completed\",\"cancelled\"]}", "Only these")
                        .answers("{\"type\":\"object\",\"properties\":{\"orders\":{\"type\":\"array\",\"items\":"
                                + ORDER
                                + "}}}")
                        .refuses(ErrorCode.INVALID_ARGUMENTS),
                Route.get("/api/orders/{id}", "getOrder", "One order.", this::one)
                        .inPath("id", "The order's id")
                        .answers("{\"type\":\"object\",\"properties\":{\"order\":" + ORDER + "}}")
                        .refuses(ErrorCode.ORDER_NOT_FOUND),
                Route.post("/api/orders", "createOrder", "Sells at once, at the venue's prices.", """
                        {"type":"object","required":["items"],"properties":{
                          "items":{"type":"array","minItems":1,"maxItems":50,"items":{"type":"object",
                            "required":["quantity"],"properties":{"id":{"type":"string"},"name":{"type":"string"},
                              "quantity":{"type":"integer","minimum":1,"maximum":999},
                              "price":{"type":"number","description":"Ignored: the venue knows its prices"}}}},
                          "orderName":{"type":"string"},
                          "paymentMethod":{"enum":["card","cash","voice_simulated"],"default":"card"},
                          "sessionId":{"type":"string","maxLength":128}}}""", this::create)
                        .answers("""
                                {"type":"object","required":["success","orderId","message"],"properties":{
                                  "success":{"const":true},"orderId":{"type":"string"},"message":{"type":"string"}}}""")
                        .refuses(ErrorCode.INVALID_ARGUMENTS, ErrorCode.QUANTITY_OUT_OF_RANGE,
                                ErrorCode.PRODUCT_NOT_FOUND, ErrorCode.AMBIGUOUS_PRODUCT, ErrorCode.PRODUCT_ARCHIVED,
                                ErrorCode.INSUFFICIENT_STOCK, ErrorCode.SESSION_ENDED, ErrorCode.BUSY),
                Route.get("/api/tabs", "listTabs", "The open tabs, by name.", this::tabs)
                        .answers("{\"type\":\"object\",\"properties\":{\"tabs\":{\"type\":\"array\"}}}"),
                Route.get("/api/reports/daily", "reportDay", "What was sold on a day of the venue's timezone.",
                        this::report)
                        .query("date", "{\"type\":\"string\",\"format\":\"date\"}", "Today if it is left out")
                        .answers("{\"type\":\"object\"}")
                        .refuses(ErrorCode.INVALID_ARGUMENTS));
    }

    private void list(Context context) {
        var limit = Queries.number(context, "limit", 1, MOST, 50);
        var filter = Queries.find(context, "status").map(Sales.Filter.ALL::withStatus).orElse(Sales.Filter.ALL);
        Answers.json(context, wrapped("orders", sales.orders(filter, limit)));
    }

    private void tabs(Context context) {
        Answers.json(context, wrapped("tabs", sales.openTabs()));
    }

    private static ObjectNode wrapped(String name, List<ObjectNode> all) {
        var json = JsonNodeFactory.instance.objectNode();
        json.putArray(name).addAll(all);
        return json;
    }

    private void one(Context context) {
        var order = sales.order(context.pathParam("id"))
                .orElseThrow(() -> new Refusal(ErrorCode.ORDER_NOT_FOUND, "Order not found"));
        var json = JsonNodeFactory.instance.objectNode();
        json.set("order", order);
        Answers.json(context, json);
    }

    private void create(Context context) {
        var body = Bodies.object(context, Set.of("items", "orderName", "paymentMethod", "sessionId"));
        var items = new ArrayList<Sales.Item>();
        if (body.has("items") && !body.path("items").isArray() && !body.path("items").isNull()) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "items: expected an array, found " + Bodies.kind(body.path(
                    "items")) + ".", Map.of("field", "items"));
        }
        body.path("items").forEach(item -> items.add(item(item)));
        Answers.json(context, Doorman.badge(context)
                .map(sales::with)
                .orElse(sales)
                .sell(Bodies.text(body, "sessionId").orElse("page"), items, Bodies.text(body,
                        "orderName"), Bodies.text(body, "paymentMethod")));
    }

    private static Sales.Item item(JsonNode json) {
        if (!(json instanceof ObjectNode item)) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "items: expected objects, found " + Bodies.kind(json) + ".",
                    Map.of(
                            "field", "items"));
        }
        Bodies.requireKnown(item, OF_AN_ITEM);
        var quantity = item.path("quantity");
        if (!quantity.isIntegralNumber() || !quantity.canConvertToInt()) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS, "quantity: expected a whole number, found " + (quantity
                    .isNumber() ? "another number" : Bodies.kind(quantity)) + ".", Map.of("field", "quantity"));
        }
        return new Sales.Item(Bodies.text(item, "id"), Bodies.text(item, "name"), quantity.asInt());
    }

    private void report(Context context) {
        Answers.json(context, Queries.date(context, "date").map(sales::dailyReport).orElseGet(sales::dailyReport));
    }
}
