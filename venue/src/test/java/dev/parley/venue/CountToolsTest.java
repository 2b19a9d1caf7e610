package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
class CountToolsTest {
    private final TestVenue venue;
    private final Shelf shelf;

    CountToolsTest(Engine engine) {
        this.venue = new TestVenue(engine);
        this.shelf = new Shelf(venue);
    }

    @AfterEach
    void everyInvariantHolds() {
        assertThat(shelf.findings()).isEmpty();
        venue.close();
    }

    @Test
    void scenario07KeepsWhatWasSoldBetweenCountingAndClosing() {
        var beer = shelf.pieces("Bud Light", 20);
        venue.done("start_inventory_count", "{'location_name':'main bar'}");
        var counted = venue.done("update_inventory_count",
                "{'count_session_id':'','product_id':'Bud Light','quantity':18}");
        assertThat(counted.path("expected").asInt()).isEqualTo(20);
        assertThat(counted.path("variance").asInt()).isEqualTo(-2);

        venue.done("add_to_cart", "{'drink_name':'Bud Light','quantity':3}");
        var sold = venue.done("process_order", "{}");
        assertThat(sold.path("total_cents").asLong()).isEqualTo(1620);
        assertThat(shelf.atBar(beer)).isEqualTo(17);
        var closed = venue.done("close_inventory_count", "{'count_session_id':''}");

        assertThat(shelf.atBar(beer)).isEqualTo(15);
        assertThat(closed.path("message").asString()).isEqualTo("Inventory count closed. 1 item updated.");
        assertThat(closed.path("items_adjusted").asInt()).isEqualTo(1);
        assertThat(closed.path("variances").path(0).path("variance").asInt()).isEqualTo(-2);
        assertThat(closed.path("total_variance_value_cents").asLong()).isEqualTo(-400);
        var history = venue.done("read_adjustment_history", "{}");
        assertThat(history.path("count").asInt()).as("one adjustment").isEqualTo(1);
        assertThat(history.path("adjustments").path(0).path("source").asString()).isEqualTo("count");
    }

    @Test
    void r11LeavesWhatWasNotCountedAsItIs() {
        var beer = shelf.pieces("Bud Light", 20);
        var other = shelf.pieces("Coors", 7);
        var whiskey = shelf.poured("Makers Mark", 44, 1_000);
        var id = venue.done("start_inventory_count", "{'location_name':'Main Bar','count_name':'June'}")
                .path("count_id")
                .asString();

        count(id, beer, "20");
        count(id, whiskey, "1.5");
        count(id, whiskey, "1.25");
        var dry = venue.done("close_inventory_count", "{'count_session_id':'" + id + "','dry_run':true}");
        assertThat(dry.path("variances").path(0).path("counted").asDouble()).isEqualTo(1.251);
        assertThat(shelf.atBar(whiskey)).isEqualTo(1_000);
        var closed = venue.done("close_inventory_count", "{'count_session_id':'" + id + "'}");

        assertThat(closed.path("items_updated").asInt()).isEqualTo(2);
        assertThat(closed.path("items_adjusted").asInt()).isEqualTo(1);
        assertThat(shelf.atBar(whiskey)).isEqualTo(938);
        assertThat(shelf.atBar(other)).isEqualTo(7);
    }

    @Test
    void r12KeepsAClosedCountAsItIs() {
        var beer = shelf.pieces("Bud Light", 20);
        var id = venue.done("start_inventory_count", "{'location_name':'Main Bar'}").path("sessionId").asString();
        count(id, beer, "18");
        venue.done("close_inventory_count", "{'count_session_id':'" + id + "'}");

        assertThat(venue.refused("close_inventory_count", "{'count_session_id':'" + id + "'}").path("code").asString())
                .isEqualTo("count_closed");
        assertThat(venue.refused("update_inventory_count",
                "{'count_session_id':'" + id + "','product_id':'Bud Light','quantity':1}").path("code").asString())
                .isEqualTo("count_closed");
        assertThat(shelf.atBar(beer)).isEqualTo(18);
    }

    @Test
    void v13CountsEachLocationByItselfAndClosesOnce() throws Exception {
        var beer = shelf.pieces("Bud Light", 20);
        shelf.location("Storage");
        var id = venue.done("start_inventory_count", "{'location_name':'Storage'}").path("sessionId").asString();
        count(id, beer, "6");

        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                var session = "closer " + i;
                callers.execute(() -> venue.call(session, "close_inventory_count", "{'count_session_id':'" + id
                        + "'}"));
            }
            callers.shutdown();
            assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).as("all calls ended").isTrue();
        }

        assertThat(shelf.at("Storage", beer)).isEqualTo(6);
        assertThat(shelf.atBar(beer)).isEqualTo(20);
    }

    @Test
    void opensOneCountPerLocation() {
        shelf.location("Storage");
        var id = venue.done("start_inventory_count", "{'location_name':'Main Bar'}").path("sessionId").asString();

        var refused = venue.refused("other", "start_inventory_count", "{'location_name':'Main Bar'}");
        assertThat(refused.path("code").asString()).isEqualTo("count_already_open");
        assertThat(refused.path("details").path("count_id").asString()).isEqualTo(id);

        venue.done("start_inventory_count", "{'location_name':'Storage'}");
        assertThat(venue.refused("close_inventory_count", "{'count_session_id':''}").path("code").asString())
                .isEqualTo("count_not_found");
        assertThat(venue.refused("start_inventory_count", "{'location_name':'Moon'}").path("code").asString())
                .isEqualTo("location_not_found");
        assertThat(venue.events("count.updated")).hasSize(2);
    }

    @Test
    void r03AsksToCountAgainWhatCannotHaveBeenThere() {
        var beer = shelf.pieces("Bud Light", 20);
        venue.done("start_inventory_count", "{'location_name':'Main Bar'}");
        count("", beer, "1");
        venue.done("create_adjustment",
                "{'product_name':'Bud Light','location_name':'Main Bar','quantity':3,'adjustment_type':'comp'}");

        var refused = venue.refused("close_inventory_count", "{'count_session_id':''}");

        assertThat(refused.path("error").asString()).contains("count Bud Light again");
        assertThat(shelf.atBar(beer)).isEqualTo(17);
    }

    @Test
    void refusesCountsThatCannotBe() {
        var beer = shelf.pieces("Bud Light", 20);
        assertThat(venue.refused("update_inventory_count",
                "{'count_session_id':'','product_id':'Bud Light','quantity':1}").path("code").asString())
                .isEqualTo("count_not_found");
        venue.done("start_inventory_count", "{'location_name':'Main Bar'}");

        assertThat(venue.refused("update_inventory_count",
                "{'count_session_id':'','product_id':'Bud Light','quantity':1.5}").path("code").asString())
                .isEqualTo("quantity_out_of_range");
        assertThat(venue.call("update_inventory_count",
                "{'count_session_id':'','product_id':'Bud Light','quantity':-1}").succeeded()).isFalse();
        assertThat(shelf.atBar(beer)).isEqualTo(20);
    }

    @Test
    void r14VoidsWhatACountFoundOneByOne() {
        var beer = shelf.pieces("Bud Light", 20);
        venue.done("start_inventory_count", "{'location_name':'Main Bar'}");
        count("", beer, "18");
        venue.done("close_inventory_count", "{'count_session_id':''}");
        var id = venue.done("read_adjustment_history", "{}").path("adjustments").path(0).path("id").asString();

        venue.done("void_adjustment", "{'adjustment_id':'" + id + "'}");

        assertThat(shelf.atBar(beer)).isEqualTo(20);
    }

    private void count(String id, String product, String quantity) {
        venue.done("update_inventory_count", "{'count_session_id':'" + id + "','product_id':'" + product
                + "','quantity':" + quantity + "}");
    }
}
