package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
class MoreStockToolsTest {
    private final TestVenue venue;
    private final Shelf shelf;

    MoreStockToolsTest(Engine engine) {
        this.venue = new TestVenue(engine);
        this.shelf = new Shelf(venue);
    }

    @AfterEach
    void everyInvariantHolds() {
        assertThat(shelf.findings()).isEmpty();
        venue.close();
    }

    @Test
    void cancelsACountWithoutAnyEffect() {
        var beer = shelf.pieces("Bud Light", 20);
        venue.done("start_inventory_count", "{'location_name':'Main Bar'}");
        venue.done("update_inventory_count", "{'count_session_id':'','product_id':'Bud Light','quantity':3}");

        venue.done("cancel_inventory_count", "{'count_session_id':''}");

        assertThat(shelf.atBar(beer)).isEqualTo(20);
        venue.done("start_inventory_count", "{'location_name':'Main Bar'}");
    }

    @Test
    void transfersWhatIsThereWithoutCallingItLow() {
        var beer = shelf.pieces("Bud Light", 7);
        shelf.location("Storage");

        var moved = venue.done("transfer_stock",
                "{'product_name':'Bud Light','quantity':6,'from_location':'Main Bar','to_location':'Storage'}");

        assertThat(moved.path("left_at_source").asInt()).isEqualTo(1);
        assertThat(shelf.at("Storage", beer)).isEqualTo(6);
        assertThat(venue.events("stock.low")).isEmpty();
        assertThat(venue.refused("transfer_stock",
                "{'product_name':'Bud Light','quantity':2,'from_location':'Main Bar','to_location':'Storage'}")
                .path(
                        "code")
                .asString()).isEqualTo("insufficient_stock");
        assertThat(venue.refused("transfer_stock",
                "{'product_name':'Bud Light','quantity':1,'from_location':'Main Bar','to_location':'main bar'}")
                .path(
                        "code")
                .asString()).isEqualTo("invalid_arguments");
    }

    @Test
    void listsWhatToReorder() {
        shelf.pieces("Bud Light", 20);
        shelf.pieces("Coors", 3);

        var list = venue.done("reorder_list", "{}");

        assertThat(list.path("items")).hasSize(1);
        assertThat(list.path("items").path(0).path("order").asInt()).isEqualTo(7);
        assertThat(list.path("items").path(0).path("cost_cents").asLong()).isEqualTo(1_400);
    }

    @Test
    void plansAndListsEvents() {
        venue.done("create_event", "{'name':'Smith Wedding','event_date':'2026-06-20'}");

        assertThat(venue.done("list_events", "{}").path("message").asString()).isEqualTo(
                "There is one event, Smith Wedding.");
        venue.done("close_event_inventory", "{'event_id':'smith wedding'}");
        assertThat(venue.done("list_events", "{}").path("events")).isEmpty();
        assertThat(venue.done("list_events", "{'all':true}").path("events")).hasSize(1);
    }

    @Test
    void reportsWhatWasLostByCauseWhatStockIsWorthAndWhatAnEventMade() {
        shelf.pieces("Bud Light", 20);
        venue.done("create_event", "{'name':'Smith Wedding','event_date':'2026-06-20'}");
        book("breakage", 2);
        book("theft", 3);
        book("restock", 10);
        venue.done("create_event_allocation",
                "{'event_id':'Smith Wedding','product_name':'Bud Light','quantity':5}");
        venue.done("update_event_consumption",
                "{'event_id':'Smith Wedding','product_name':'Bud Light','quantity_used':4}");

        var reports = venue.venue().stockReports();
        var lost = reports.shrinkage(Instant.EPOCH, venue.now().plusSeconds(1));
        assertThat(lost.path("total_cents").asLong()).isEqualTo(1_000);
        assertThat(lost.path("causes")).extracting(cause -> cause.path("cause").asString() + " " + cause.path(
                "value_cents").asLong()).containsExactly("theft 600", "breakage 400");
        assertThat(reports.shrinkage(Instant.EPOCH, venue.now()).path("causes")).isEmpty();
        var worth = reports.stockValue();
        assertThat(worth.path("total_cents").asLong()).isEqualTo(4_000);
        assertThat(worth.path("sales_value_cents").asLong()).isEqualTo(10_000);
        assertThat(worth.path("at_events_cents").asLong()).isEqualTo(200);
        var profit = reports.eventProfit("smith wedding");
        assertThat(profit.path("cost_cents").asLong()).isEqualTo(800);
        assertThat(profit.path("profit_cents").asLong()).isEqualTo(1_200);
    }

    private void book(String type, int quantity) {
        venue.done("create_adjustment", "{'product_name':'Bud Light','location_name':'Main Bar','quantity':" + quantity
                + ",'adjustment_type':'" + type + "'}");
    }
}
