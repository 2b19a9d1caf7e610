package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
class AdjustmentToolsTest {
    private final TestVenue venue;
    private final Shelf shelf;

    AdjustmentToolsTest(Engine engine) {
        this.venue = new TestVenue(engine);
        this.shelf = new Shelf(venue);
    }

    @AfterEach
    void everyInvariantHolds() {
        assertThat(shelf.findings()).isEmpty();
        venue.close();
    }

    @Test
    void scenario08BooksABreakageAndVoidsItOnce() {
        var beer = shelf.pieces("Bud Light", 10);

        var booked = venue.done("create_adjustment",
                "{'product_name':'bud light','location_name':'main bar','quantity':3,'adjustment_type':'breakage'}");
        assertThat(booked.path("applied_change").asInt()).isEqualTo(-3);
        assertThat(booked.path("on_hand").asString()).isEqualTo("7");
        assertThat(booked.path("cost_cents").asLong()).isEqualTo(600);

        var id = booked.path("adjustmentId").asString();
        var voided = venue.done("void_adjustment", "{'adjustment_id':'" + id + "','reason':'it was a can'}");
        assertThat(voided.path("reversed_change").asInt()).isEqualTo(3);
        assertThat(shelf.atBar(beer)).isEqualTo(10);

        var again = venue.refused("void_adjustment", "{'adjustment_id':'" + id + "'}");
        assertThat(again.path("code").asString()).isEqualTo("adjustment_already_voided");
        assertThat(again.path("error").asString()).isEqualTo("Adjustment already voided");
        assertThat(shelf.atBar(beer)).isEqualTo(10);
    }

    @Test
    void r13TakesOffALossWhateverItsSign() {
        var beer = shelf.pieces("Bud Light", 10);

        adjust("Bud Light", "-2", "theft");
        adjust("Bud Light", "2", "expired");
        assertThat(shelf.atBar(beer)).isEqualTo(6);

        adjust("Bud Light", "-4", "restock");
        assertThat(shelf.atBar(beer)).isEqualTo(10);

        adjust("Bud Light", "-1", "correction");
        adjust("Bud Light", "3", "correction");
        assertThat(shelf.atBar(beer)).isEqualTo(12);
    }

    @Test
    void v14LeavesNeitherTheSignNorTheTypeToTheModelAndWritesAMovement() {
        var beer = shelf.pieces("Bud Light", 10);

        adjust("Bud Light", "3", "breakage");
        var refused = venue.call("create_adjustment",
                "{'product_name':'Bud Light','location_name':'Main Bar','quantity':1,'adjustment_type':'dropped'}");

        assertThat(refused.succeeded()).isFalse();
        assertThat(refused.output()).contains("spillage");
        assertThat(shelf.atBar(beer)).isEqualTo(7);
        assertThat(venue.venue().stockroom().movements(beer, 10).path("movements").path(0).path("kind").asString())
                .isEqualTo("adjustment");
    }

    @Test
    void r03NeverTakesOffMoreThanThereIs() {
        var beer = shelf.pieces("Bud Light", 2);
        shelf.location("Storage");
        adjust("Bud Light", "Storage", "9", "restock");

        var refused = venue.refused("create_adjustment",
                "{'product_name':'Bud Light','location_name':'Main Bar','quantity':3,'adjustment_type':'comp'}");

        assertThat(refused.path("code").asString()).isEqualTo("insufficient_stock");
        assertThat(refused.path("error").asString()).isEqualTo("Only 2 Bud Light available in stock at Main Bar");
        assertThat(refused.path("details").path("items").path(0).path("elsewhere").path(0).path("location").asString())
                .isEqualTo("Storage");
        assertThat(shelf.atBar(beer)).isEqualTo(2);
    }

    @Test
    void r03GoesBelowZeroWhereTheVenueAllowsItAndSaysSo() {
        shelf.pieces("Bud Light", 2);
        setting("allow_negative_stock = TRUE");

        var booked = adjust("Bud Light", "3", "comp");

        assertThat(booked.path("on_hand").asString()).isEqualTo("-1");
        assertThat(booked.path("negative_stock").asBoolean()).isTrue();
    }

    @Test
    void r14RefusesToVoidADeliveryThatHasBeenSold() {
        var beer = shelf.pieces("Bud Light", 0);
        adjust("Bud Light", "5", "restock");
        adjust("Bud Light", "4", "comp");
        var delivery = venue.done("read_adjustment_history", "{'type':'restock'}").path("adjustments").path(0);

        var refused = venue.refused("void_adjustment", "{'adjustment_id':'" + delivery.path("id").asString() + "'}");

        assertThat(refused.path("code").asString()).isEqualTo("insufficient_stock");
        assertThat(shelf.atBar(beer)).isEqualTo(1);
    }

    @Test
    void voidsTheLastOneOfThisConversationOnly() {
        var beer = shelf.pieces("Bud Light", 10);
        adjust("Bud Light", "1", "comp");
        venue.pass(Duration.ofSeconds(1));
        adjust("Bud Light", "2", "comp");

        assertThat(venue.refused("other", "void_adjustment", "{'adjustment_id':'last'}").path("code").asString())
                .isEqualTo("adjustment_not_found");
        venue.done("void_adjustment", "{'adjustment_id':'Last'}");

        assertThat(shelf.atBar(beer)).isEqualTo(9);
        assertThat(venue.refused("void_adjustment", "{'adjustment_id':'last'}").path("code").asString())
                .isEqualTo("adjustment_already_voided");
    }

    @Test
    void readsTheHistoryNewestFirst() {
        shelf.pieces("Bud Light", 10);
        shelf.pieces("Coors", 10);
        adjust("Bud Light", "1", "comp");
        venue.pass(Duration.ofHours(30));
        adjust("Coors", "2", "breakage");
        venue.done("void_adjustment", "{'adjustment_id':'last'}");

        assertThat(products("{}")).containsExactly("Coors", "Bud Light");
        assertThat(products("{'product_id':'coors'}")).containsExactly("Coors");
        assertThat(products("{'type':'comp'}")).containsExactly("Bud Light");
        assertThat(products("{'since':'2026-06-06'}")).containsExactly("Coors");
        assertThat(products("{'include_voided':false}")).containsExactly("Bud Light");
        assertThat(products("{'limit':1}")).containsExactly("Coors");
        assertThat(venue.refused("read_adjustment_history", "{'since':'yesterday'}").path("code").asString())
                .isEqualTo("invalid_arguments");
        var listed = venue.done("read_adjustment_history", "{}");
        assertThat(listed.path("count").asInt()).isEqualTo(2);
        assertThat(listed.path("adjustments").path(0).path("voided").asBoolean()).isTrue();
        assertThat(listed.path("message").asString()).isEqualTo("There are 2 adjustments.");
    }

    @Test
    void asksForAManagerBeforeALargeLoss() {
        var beer = shelf.pieces("Bud Light", 100);
        venue.perform(transaction -> Staff.add(transaction, "Ada", Role.MANAGER, "4711"));
        var loss = "{'product_name':'Bud Light','location_name':'Main Bar','quantity':51,'adjustment_type':'theft'";

        var refused = venue.refused("create_adjustment", loss + "}");
        assertThat(refused.path("code").asString()).isEqualTo("approval_required");
        assertThat(refused.path("error").asString()).isEqualTo("A manager must approve a loss worth $102.00.");
        assertThat(venue.refused("create_adjustment", loss + ",'manager_pin':'1234'}").path("code").asString())
                .isEqualTo("approval_required");
        assertThat(venue.call("create_adjustment", loss.replace("'theft'", "'correction'").replace("51", "-51") + "}")
                .succeeded()).as("a correction is no way around it").isFalse();
        for (var updates : List.of("{'inventory':49}", "{'inventory':49,'cost':0}")) {
            assertThat(venue.refused("update_product", "{'product_name':'Bud Light','updates':" + updates + "}")
                    .path("code")
                    .asString()).as("nor is an inventory that is put right: " + updates).isEqualTo("approval_required");
        }
        assertThat(shelf.atBar(beer)).isEqualTo(100);

        venue.done("create_adjustment", loss + ",'manager_pin':'4711'}");
        adjust("Bud Light", "30", "theft");
        assertThat(shelf.atBar(beer)).isEqualTo(19);
    }

    @Test
    void refusesWhatMakesNoSense() {
        var whiskey = shelf.poured("Makers Mark", 59, 750);
        shelf.pieces("Bud Light", 10);
        shelf.mixed("Old Fashioned", Map.of(whiskey, 59L));

        for (var wrong : List.of("'Bud Light','Main Bar',0", "'Bud Light','Moon',1", "'Bud Light','Main Bar',1.5",
                "'Makers Mark','Main Bar',0.0001", "'Bud Light','Main Bar',9e99", "'Nothing','Main Bar',1",
                "'Old Fashioned','Main Bar',1")) {
            var parts = wrong.split(",", -1);
            venue.refused("create_adjustment", "{'product_name':" + parts[0] + ",'location_name':" + parts[1]
                    + ",'quantity':" + parts[2] + ",'adjustment_type':'comp'}");
        }
        adjust("Makers Mark", "0.5", "spillage");

        assertThat(shelf.atBar(whiskey)).isEqualTo(375);
    }

    @Test
    void makesALocationOnlyWhereTheVenueSaysSo() {
        shelf.pieces("Bud Light", 1);
        assertThat(venue.refused("create_adjustment",
                "{'product_name':'Bud Light','location_name':'Cellar','quantity':1,'adjustment_type':'restock'}")
                .path("code")
                .asString()).isEqualTo("location_not_found");
        setting("auto_create_locations = TRUE");

        adjust("Bud Light", "Cellar", "1", "restock");
        adjust("Bud Light", "cellar!", "1", "restock");

        assertThat(venue.done("check_inventory", "{'item':'Bud Light','location_name':'CELLAR'}")
                .path("product")
                .path(
                        "quantity")
                .asInt()).isEqualTo(2);
    }

    @Test
    void v19TellsOfStockThatChangesAndOnceThatItIsLow() {
        shelf.pieces("Bud Light", 7);

        adjust("Bud Light", "1", "comp");
        assertThat(venue.events("stock.low")).isEmpty();
        adjust("Bud Light", "1", "comp");
        adjust("Bud Light", "1", "comp");

        assertThat(venue.events("stock.low")).hasSize(1);
        assertThat(venue.events("stock.low").getFirst().data()).isEqualTo(TestVenue.json("{'product_id':'" + id(
                "Bud Light") + "','name':'Bud Light','on_hand':'5','threshold':5,'status':'LOW STOCK'}"));
        assertThat(venue.events("stock.changed").getLast().data().path("on_hand").asString()).isEqualTo("4");
    }

    @Test
    void v22ChecksInventoryByEitherNameOfTheArgument() {
        shelf.pieces("Bud Light", 12);
        shelf.pieces("Coors", 3);
        shelf.pieces("Guinness", 0);

        var one = venue.done("check_inventory", "{'drink_name':'Bud Light'}");
        assertThat(one.path("product").path("quantity").asInt()).isEqualTo(12);
        assertThat(one.path("message").asString()).isEqualTo("12 Bud Light in stock.");
        assertThat(venue.done("check_inventory", "{'item':'Coors'}").path("message").asString())
                .isEqualTo("Only 3 Coors left.");

        var low = venue.done("check_inventory", "{}");
        assertThat(low.path("items")).extracting(item -> item.path("name").asString() + ": " + item.path("status")
                .asString()).containsExactly("Guinness: OUT OF STOCK", "Coors: LOW STOCK");
        assertThat(venue.refused("check_inventory", "{'drink_name':'Unknown Brand'}").path("code").asString())
                .isEqualTo("product_not_found");
        assertThat(venue.refused("check_inventory", "{'location_name':'Moon'}").path("code").asString())
                .isEqualTo("location_not_found");
    }

    private List<String> products(String arguments) {
        return venue.done("read_adjustment_history", arguments)
                .path("adjustments")
                .valueStream()
                .map(adjustment -> adjustment.path("product").asString())
                .toList();
    }

    private String id(String name) {
        return venue.perform(transaction -> transaction.product(name).id());
    }

    private void setting(String setting) {
        venue.perform(transaction -> transaction.db()
                .execute("UPDATE venues SET " + setting + " WHERE id = ?", transaction.venue().id()));
    }

    private JsonNode adjust(String product, String quantity, String type) {
        return adjust(product, "Main Bar", quantity, type);
    }

    private JsonNode adjust(String product, String location, String quantity, String type) {
        return venue.done("create_adjustment", "{'product_name':'" + product + "','location_name':'" + location
                + "','quantity':" + quantity + ",'adjustment_type':'" + type + "'}");
    }
}
