package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.Toolbox;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// Products, categories and the search for them, as a model changes them, on both databases.
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
class CatalogueToolsTest {
    private final TestVenue venue;

    CatalogueToolsTest(Engine engine) {
        this.venue = new TestVenue(engine);
    }

    @AfterEach
    void close() {
        venue.close();
    }

    @Test
    void createsAProductInANewCategoryWithItsStockAsAMovement() {
        var made = venue.done("create_product", "{'name':'Bud Light','unit_type':'bottle','category':'Beer','price':5,"
                + "'inventory':10,'aliases':['Buddy']}");

        assertThat(made.path("category_created").asBoolean()).isTrue();
        assertThat(made.path("message").asString()).isEqualTo(
                "Bud Light is on the menu at $5.00, in the new category Beer.");
        assertThat(made.path("product").path("price_cents").asLong()).isEqualTo(500);
        assertThat(made.path("product").path("inventory").decimalValue()).isEqualByComparingTo("10");
        assertThat(count("stock_movements WHERE kind = 'initial' AND delta = 10 AND product_id = '" + made.path(
                "productId").asString() + "'")).isEqualTo(1);
        assertThat(read("buddy").path("product_id")).isEqualTo(made.path("productId"));
    }

    @Test
    void poursAShotFromABottleUnlessToldOtherwise() {
        var shot = venue.done("create_product", "{'name':'Gin','unit_type':'shot','inventory':2}").path("product");
        var wine = venue.done("create_product", "{'name':'Merlot','unit_type':'bottle','serving_ml':177,"
                + "'inventory':0.5}").path("product");

        assertThat(shot.path("servings_left").asLong()).isEqualTo(1_500 / 44);
        assertThat(wine.path("container_ml").asLong()).isEqualTo(750);
        assertThat(wine.path("servings_left").asLong()).isEqualTo(375 / 177);
    }

    @Test
    void refusesASecondProductOfTheName() {
        product("Bud Light");

        var refusal = venue.refused("create_product", "{'name':'BÜD  light!','unit_type':'can'}");

        assertThat(refusal.path("code").asString()).isEqualTo("duplicate_product");
    }

    @Test
    void scenario12TakesAPriceOfZeroAndRefusesWhatIsNoPrice() {
        product("Bud Light");

        assertThat(update("Bud Light", "{'price':0}").path("changed").path("price").path("to").decimalValue())
                .isEqualByComparingTo("0");
        assertThat(read("Bud Light").path("price_cents").asLong()).isZero();
        for (var wrong : List.of("-1", "5.555", "'free'", "1e400", "2000000")) {
            assertThat(venue.call("update_product", "{'product_name':'Bud Light','updates':{'price':" + wrong + "}}")
                    .output()).as(wrong).contains("price: expected");
            assertThat(venue.call("create_product", "{'name':'X','unit_type':'can','price':" + wrong + "}").output())
                    .as(wrong)
                    .contains("price: expected");
        }
        assertThat(refused("update_product", "{'product_name':'Bud Light','updates':{'colour':'red'}}")).isEqualTo(
                "unknown_field");
        assertThat(refused("update_product", "{'product_name':'Bud Light','updates':{}}")).isEqualTo(
                "invalid_arguments");
        assertThat(read("Bud Light").path("price_cents").asLong()).isZero();
    }

    @Test
    void v16TurnsANewInventoryIntoAnAdjustmentThatEverybodyCanSee() {
        product("Bud Light");

        var changed = update("Bud Light", "{'inventory':7}").path("changed").path("inventory");

        assertThat(changed.path("from").decimalValue()).isEqualByComparingTo("10");
        assertThat(changed.path("to").decimalValue()).isEqualByComparingTo("7");
        assertThat(read("Bud Light").path("on_hand").asString()).isEqualTo("7");
        assertThat(count("inventory_adjustments WHERE delta = -3 AND type = 'correction' AND session_id = 's' AND "
                + ofVenue())).isEqualTo(1);
        assertThat(count("stock_movements WHERE kind = 'adjustment' AND delta = -3 AND " + ofVenue())).isEqualTo(1);
    }

    @Test
    void changesWhatIsNamedAndSaysFromWhatToWhat() {
        product("Bud Light");

        var answer = update("Bud Light", "{'name':'Bud Lime','category':'Cans','subcategory':'Lager','unit_type':'can',"
                + "'cost':1.5,'low_stock_threshold':3,'aliases':['Limey']}");

        assertThat(answer.path("changed").propertyNames()).containsExactly("name", "category", "subcategory",
                "unit_type", "cost", "low_stock_threshold", "aliases");
        assertThat(answer.path("changed").path("category").path("to").asString()).isEqualTo("Cans");
        assertThat(read("limey").path("name").asString()).isEqualTo("Bud Lime");
        assertThat(count("audit_log WHERE action = 'product.update' AND " + ofVenue())).isEqualTo(1);
        assertThat(venue.events("menu.updated")).isNotEmpty();
    }

    @Test
    void refusesToTakeTheNameOfAnother() {
        product("Bud Light");
        product("Coors Light");

        assertThat(refused("update_product", "{'product_name':'Coors Light','updates':{'name':'bud light'}}"))
                .isEqualTo("duplicate_product");
    }

    @Test
    void givesAProductARecipeOfThingsThatAreNotMixedThemselves() {
        venue.done("create_product", "{'name':'Makers Mark','unit_type':'shot','inventory':1}");
        venue.done("create_product", "{'name':'Old Fashioned','unit_type':'glass','price':12}");

        var mixed = update("old fashioned", "{'recipe':[{'ingredient':'makers','amount':59}]}").path("product");

        assertThat(mixed.path("recipe").path(0).path("amount").asLong()).isEqualTo(59);
        assertThat(mixed.path("servings_left").asLong()).isEqualTo(12);
        assertThat(refused("update_product",
                "{'product_name':'makers','updates':{'recipe':[{'ingredient':'Old Fashioned','amount':1}]}}"))
                .isEqualTo("invalid_arguments");
        assertThat(refused("update_product", "{'product_name':'Old Fashioned','updates':{'inventory':3}}")).isEqualTo(
                "invalid_arguments");
    }

    @Test
    void asksAManagerBeforeAPriceChanges() {
        product("Bud Light");
        venue.perform(transaction -> Staff.add(transaction, "Mia", Role.MANAGER, "4711"));

        assertThat(refused("update_product", "{'product_name':'Bud Light','updates':{'price':4}}")).isEqualTo(
                "approval_required");
        assertThat(update("Bud Light", "{'low_stock_threshold':2}").path("success").asBoolean()).isTrue();
        var approved = venue.done("update_product",
                "{'product_name':'Bud Light','updates':{'price':4},'manager_pin':'4711'}");
        assertThat(approved.path("product").path("price_cents").asLong()).isEqualTo(400);
    }

    @Test
    void r8KeepsThePriceOfALineWhenThePriceChanges() {
        product("Bud Light");
        venue.done("add_to_cart", "{'drink_name':'Bud Light'}");

        update("Bud Light", "{'price':9}");

        var cart = venue.done("show_cart", "{}");
        assertThat(cart.path("items").path(0).path("unit_price_cents").asLong()).isEqualTo(500);
        var more = venue.done("add_to_cart", "{'drink_name':'Bud Light'}").path("cart");
        assertThat(more.path("items")).extracting(line -> line.path("unit_price_cents").asLong()).containsExactly(500L,
                900L);
    }

    @Test
    void scenario11RefusesToArchiveADrinkThatSitsOnATab() {
        product("Bud Light");
        venue.done("add_to_cart", "{'drink_name':'Bud Light'}");
        venue.done("create_tab", "{'customer_name':'John'}");

        var refusal = venue.refused("archive_product", "{'product_id':'Bud Light'}");

        assertThat(refusal.path("code").asString()).isEqualTo("product_in_use");
        assertThat(refusal.path("error").asString()).isEqualTo("Bud Light is in use: an open order.");
    }

    @Test
    void scenario11RefusesToDeleteACategoryThatIsUsedAndRenamesItForItsProducts() {
        product("Bud Light");

        var refusal = venue.refused("delete_category", "{'category_id':'Beers'}");
        var renamed = venue.done("update_category", "{'category_id':'beer','updates':{'name':'Cold Beer'}}");

        assertThat(refusal.path("code").asString()).isEqualTo("category_not_empty");
        assertThat(refusal.path("details").path("products").asLong()).isEqualTo(1);
        assertThat(renamed.path("products_affected").asLong()).isEqualTo(1);
        assertThat(read("Bud Light").path("category").asString()).isEqualTo("Cold Beer");
    }

    @Test
    void r17KeepsAnArchivedProductOutOfSearchAndCartsButReadableById() {
        var id = product("Bud Light");
        venue.done("archive_product", "{'product_id':'bud lights','reason':'gone flat'}");

        assertThat(venue.done("search_drinks", "{'query':'bud'}").path("results")).isEmpty();
        assertThat(refused("add_to_cart", "{'drink_name':'Bud Light'}")).isEqualTo("product_not_found");
        assertThat(refused("add_to_cart", "{'drink_name':'" + id + "'}")).isEqualTo("product_archived");
        assertThat(refused("read_product", "{'product_name':'Bud Light'}")).isEqualTo("product_not_found");
        assertThat(read(id).path("archived").asBoolean()).isTrue();
        assertThat(refused("archive_product", "{'product_id':'Bud Light'}")).isEqualTo("product_archived");
    }

    @Test
    void v5RestoresAnArchivedProductByItsNameUnlessThatIsTaken() {
        product("Bud Light");
        venue.done("archive_product", "{'product_id':'Bud Light'}");
        var restored = update("Bud Light", "{'is_active':true}");
        assertThat(restored.path("product").path("archived").asBoolean()).isFalse();

        var first = read("Bud Light").path("product_id").asString();
        update("Bud Light", "{'is_active':false}");
        product("Bud Light");

        assertThat(refused("update_product", "{'product_name':'" + first + "','updates':{'is_active':true}}"))
                .isEqualTo("duplicate_product");
    }

    @Test
    void r17RefusesToArchiveAnIngredient() {
        venue.done("create_product", "{'name':'Makers Mark','unit_type':'shot','inventory':1}");
        venue.done("create_product", "{'name':'Old Fashioned','unit_type':'glass'}");
        update("Old Fashioned", "{'recipe':[{'ingredient':'Makers Mark','amount':59}]}");

        assertThat(venue.refused("archive_product", "{'product_id':'Makers Mark'}").path("error").asString()).isEqualTo(
                "Makers Mark is in use: the recipe of Old Fashioned.");
    }

    @Test
    void v17TakesCategoriesByNameAndKeepsThemTwoLevelsDeep() {
        venue.done("create_category", "{'name':'Beer'}");
        venue.done("create_category", "{'name':'Craft','parent_id':'Beer'}");

        assertThat(refused("create_category", "{'name':' BEER '}")).isEqualTo("category_exists");
        assertThat(refused("create_category", "{'name':'Sour','parent_id':'Craft'}")).isEqualTo("category_cycle");
        assertThat(refused("create_category", "{'name':'Sour','parent_id':'Cider'}")).isEqualTo("category_not_found");
        assertThat(refused("update_category", "{'category_id':'Beer','updates':{'parent_id':'Craft'}}")).isEqualTo(
                "category_cycle");
        assertThat(refused("update_category", "{'category_id':'Beer','updates':{'parent_id':'Beer'}}")).isEqualTo(
                "category_cycle");
        assertThat(refused("update_category", "{'category_id':'Beer','updates':{'icon':'x'}}")).isEqualTo(
                "unknown_field");
        assertThat(refused("delete_category", "{'category_id':'Beer'}")).isEqualTo("category_not_empty");
    }

    @Test
    void r18DeletesACategorySoftlyOnceItsProductsHaveMoved() {
        var id = product("Bud Light");
        venue.done("create_category", "{'name':'Cans'}");

        var deleted = venue.done("delete_category", "{'category_id':'Beer','move_products_to':'Cans'}");

        assertThat(deleted.path("moved").asLong()).isEqualTo(1);
        assertThat(read(id).path("category").asString()).isEqualTo("Cans");
        assertThat(count("categories WHERE name = 'Beer' AND NOT active AND " + ofVenue())).isEqualTo(1);
        assertThat(refused("delete_category", "{'category_id':'Beer'}")).isEqualTo("category_not_found");
        venue.done("create_category", "{'name':'Beer'}");
    }

    @Test
    void v4FindsByNameAliasKindAndDescription() {
        venue.done("create_product",
                "{'name':'Bud Light','unit_type':'can','category':'Beer','inventory':3,'aliases':['Silver']}");
        venue.done("create_product", "{'name':'Merlot','unit_type':'glass','category':'Wine','subcategory':'Red'}");
        venue.perform(transaction -> transaction.db()
                .execute("UPDATE products SET description = 'Plums and smoke' WHERE name = 'Merlot' AND " + ofVenue()));
        venue.perform(transaction -> {
            transaction.catalogueChanged();
            return true;
        });

        assertThat(found("'query':'bud lights'")).containsExactly("Bud Light");
        assertThat(found("'query':'silver'")).containsExactly("Bud Light");
        assertThat(found("'query':'beers'")).containsExactly("Bud Light");
        assertThat(found("'query':'red wine'")).containsExactly("Merlot");
        assertThat(found("'query':'smoke'")).containsExactly("Merlot");
        assertThat(found("'query':'','category':'Wine'")).containsExactly("Merlot");
        assertThat(found("'query':'wine','in_stock_only':true")).isEmpty();
        assertThat(found("'query':'nothing like it'")).isEmpty();
    }

    @Test
    void scenario13ParksAFilledCartAndTakesNoMoreCalls() {
        product("Bud Light");
        venue.done("add_to_cart", "{'drink_name':'Bud Light','quantity':2}");

        var ended = venue.done("terminate_session", "{'reason':'goodbye'}");

        assertThat(ended.path("message").asString()).isEqualTo("Session terminated; the cart is kept as tab Parked 1");
        assertThat(ended.path("parked_cart").path("total_cents").asLong()).isEqualTo(1080);
        assertThat(refused("show_cart", "{}")).isEqualTo("session_ended");
        assertThat(venue.events("session.ended")).singleElement()
                .satisfies(event -> assertThat(event.data().path("parked_tab").asString()).isEqualTo("Parked 1"));
        assertThat(venue.done("next", "close_tab", "{'customer_name':'Parked 1'}").path("total_cents").asLong())
                .isEqualTo(1080);
    }

    @Test
    void r21ParksNothingWhereThereIsNothing() {
        product("Bud Light");
        venue.done("add_to_cart", "{'drink_name':'Bud Light'}");
        venue.done("clear_cart", "{}");

        var ended = venue.done("terminate_session", "{'reason':'goodbye'}");

        assertThat(ended.path("message").asString()).isEqualTo("Session terminated");
        assertThat(ended.has("parked_cart")).isFalse();
        assertThat(count("orders WHERE status = 'pending' AND " + ofVenue())).isZero();
    }

    @Test
    void v20LeavesNoCartOpenBehindASessionAndNamesEachParkedOne() {
        product("Bud Light");
        for (var session : List.of("a", "b")) {
            venue.done(session, "add_to_cart", "{'drink_name':'Bud Light'}");
            venue.done(session, "terminate_session", "{'reason':'bye'}");
        }

        assertThat(count("orders WHERE kind = 'cart' AND status = 'pending' AND " + ofVenue())).isZero();
        assertThat(count("orders WHERE tab_name IN ('Parked 1', 'Parked 2') AND status = 'pending' AND " + ofVenue()))
                .isEqualTo(2);
    }

    @Test
    void keepsTheOptionalToolsAwayUnlessAskedForThem() {
        assertThat(names(venue.venue().toolbox())).contains("search_drinks", "update_category", "terminate_session")
                .doesNotContain("list_categories");
        assertThat(names(venue.venue().toolbox(ToolSet.EXTENDED))).contains("search_drinks", "list_categories");
    }

    @Test
    void givesAModelTheThirtyToolsOfTheReference() {
        assertThat(names(venue.venue().toolbox())).containsExactlyInAnyOrder("add_to_cart", "add_multiple_to_cart",
                "remove_from_cart", "show_cart", "clear_cart", "check_inventory", "search_drinks",
                "start_inventory_count", "update_inventory_count", "close_inventory_count", "create_adjustment",
                "read_adjustment_history", "void_adjustment", "process_order", "get_orders_list", "create_tab",
                "close_tab", "void_transaction", "create_product", "read_product", "update_product", "archive_product",
                "create_category", "update_category", "delete_category", "create_event_allocation",
                "update_event_consumption", "close_event_inventory", "navigate_to_screen", "terminate_session");
    }

    private static List<String> names(Toolbox toolbox) {
        return toolbox.definitions().stream().map(tool -> tool.name()).toList();
    }

    private String product(String name) {
        return venue.done("create_product", "{'name':'" + name + "','unit_type':'bottle','category':'Beer','price':5,"
                + "'inventory':10}").path("productId").asString();
    }

    private JsonNode update(String name, String updates) {
        return venue.done("update_product", "{'product_name':'" + name + "','updates':" + updates + "}");
    }

    private JsonNode read(String name) {
        return venue.done("read_product", "{'product_name':'" + name + "'}").path("product");
    }

    private String refused(String tool, String arguments) {
        return venue.refused(tool, arguments).path("code").asString();
    }

    private List<String> found(String arguments) {
        return venue.done("search_drinks", "{" + arguments + "}")
                .path("results")
                .valueStream()
                .map(result -> result.path("name").asString())
                .toList();
    }

    private String ofVenue() {
        return "venue_id = '" + venue.venue().id() + "'";
    }

    private long count(String fromWhere) {
        return venue.perform(transaction -> transaction.db()
                .createQuery("SELECT COUNT(*) FROM " + fromWhere)
                .mapTo(Long.class)
                .one());
    }
}
