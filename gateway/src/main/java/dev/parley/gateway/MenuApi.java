package dev.parley.gateway;

import dev.parley.venue.ErrorCode;
import dev.parley.venue.Menu;
import dev.parley.venue.Refusal;
import io.javalin.http.Context;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;

/// What is sold.
final class MenuApi {
    private static final String PRODUCT = """
            {"type":"object","required":["id","name","category","price","stock"],"properties":{
              "id":{"type":"string"},"name":{"type":"string"},"category":{"type":"string"},
              "price":{"type":"integer","description":"Minor units"},"imageUrl":{"type":["string","null"]},
              "stock":{"type":"number"},"createdAt":{"type":"string"},"updatedAt":{"type":"string"}}}""";

    private final Menu menu;

    MenuApi(Menu menu) {
        this.menu = menu;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/products", "listProducts", "The products on sale.", this::list)
                        .query("category", "{\"type\":\"string\"}", "Only those of this category")
                        .answers("{\"type\":\"array\",\"items\":" + PRODUCT + "}"),
                Route.get("/api/products/categories/list", "listCategories", "The names of the categories in use.",
                        this::categories)
                        .answers("""
                                {"type":"object","required":["categories"],"properties":{
                                  "categories":{"type":"array","items":{"type":"string"}}}}"""),
                Route.get("/api/products/{id}", "getProduct", "One product.", this::one)
                        .inPath("id", "The product's id")
                        .answers("{\"type\":\"object\",\"required\":[\"product\"],\"properties\":{\"product\":"
                                + PRODUCT
                                + "}}")
                        .refuses(ErrorCode.PRODUCT_NOT_FOUND));
    }

    private void list(Context context) {
        Answers.json(context, menu.products(Queries.find(context, "category")));
    }

    private void categories(Context context) {
        var json = JsonNodeFactory.instance.objectNode();
        var names = json.putArray("categories");
        menu.categories().forEach(names::add);
        Answers.json(context, json);
    }

    private void one(Context context) {
        var product = menu.product(context.pathParam("id"))
                .orElseThrow(() -> new Refusal(ErrorCode.PRODUCT_NOT_FOUND, "Product not found"));
        var json = JsonNodeFactory.instance.objectNode();
        json.set("product", product);
        Answers.json(context, json);
    }
}
