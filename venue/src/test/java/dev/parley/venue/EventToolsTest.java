package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
class EventToolsTest {
    private final Engine engine;
    private final TestVenue venue;
    private final Shelf shelf;

    EventToolsTest(Engine engine) {
        this.engine = engine;
        this.venue = new TestVenue(engine);
        this.shelf = new Shelf(venue);
    }

    @AfterEach
    void everyInvariantHolds() {
        assertThat(shelf.findings()).isEmpty();
        venue.close();
    }

    @Test
    void scenario09SetsAsideUsesAndReturns() {
        var wine = shelf.pieces("Merlot", 100);
        plan("Smith Wedding");

        assertThat(allocate("60").path("left_at_location").asInt()).isEqualTo(40);
        var more = allocate("10");
        assertThat(more.path("allocated").asInt()).isEqualTo(70);
        assertThat(more.path("left_at_location").asInt()).isEqualTo(30);

        var over = venue.refused("update_event_consumption",
                "{'event_id':'smith wedding','product_name':'Merlot','quantity_used':80}");
        assertThat(over.path("code").asString()).isEqualTo("over_allocation");
        assertThat(over.path("details").path("allocate_more").asInt()).isEqualTo(10);
        assertThat(use("45").path("left").asInt()).isEqualTo(25);

        var closed = venue.done("close_event_inventory", "{'event_id':'Smith Wedding'}");
        assertThat(closed.path("message").asString()).isEqualTo("Event closed. 1 allocation finalized.");
        assertThat(closed.path("returned").path(0).path("quantity").asInt()).isEqualTo(25);
        assertThat(closed.path("consumed").path(0).path("cost_cents").asLong()).isEqualTo(9_000);
        assertThat(closed.path("consumed").path(0).path("sales_value_cents").asLong()).isEqualTo(22_500);
        assertThat(shelf.atBar(wine)).isEqualTo(55);

        assertThat(venue.refused("close_event_inventory", "{'event_id':'Smith Wedding'}").path("code").asString())
                .isEqualTo("event_closed");
    }

    @Test
    void r15LimitsWhatIsSetAsideByWhatIsThere() {
        var wine = shelf.pieces("Merlot", 10);
        plan("Smith Wedding");

        var refused = venue.refused("create_event_allocation",
                "{'event_id':'Smith Wedding','product_name':'Merlot','quantity':11}");

        assertThat(refused.path("code").asString()).isEqualTo("insufficient_stock");
        assertThat(shelf.atBar(wine)).isEqualTo(10);
        allocate("4");
        assertThat(venue.done("check_inventory", "{'item':'Merlot'}").path("product").path("at_events").asString())
                .isEqualTo("4");
    }

    @Test
    void r16CorrectsConsumptionDownwardsWhileTheEventIsOpen() {
        shelf.pieces("Merlot", 10);
        plan("Smith Wedding");
        allocate("8");

        use("6");

        assertThat(use("5").path("left").asInt()).isEqualTo(3);
    }

    @Test
    void r12KeepsAClosedEventAsItIs() {
        shelf.pieces("Merlot", 10);
        var id = plan("Smith Wedding");
        allocate("8");
        venue.done("close_event_inventory", "{'event_id':'" + id + "'}");

        for (var call : new String[]{"create_event_allocation/,'product_name':'Merlot','quantity':1",
                "update_event_consumption/,'product_name':'Merlot','quantity_used':1", "close_event_inventory/"}) {
            var parts = call.split("/", -1);
            var refused = venue.refused(parts[0], "{'event_id':'" + id + "'" + parts[1] + "}");
            assertThat(refused.path("code").asString()).isEqualTo("event_closed");
            assertThat(refused.path("error").asString()).isEqualTo("Event is already closed");
        }
    }

    @Test
    void v15SetsAsideOncePerProductFromSeveralPlacesAndReturnsToEach() {
        var wine = shelf.pieces("Merlot", 10);
        shelf.location("Storage");
        venue.done("create_adjustment",
                "{'product_name':'Merlot','location_name':'Storage','quantity':10,'adjustment_type':'restock'}");
        plan("Smith Wedding");

        allocate("6");
        venue.pass(Duration.ofSeconds(1));
        var both = venue.done("create_event_allocation",
                "{'event_id':'Smith Wedding','product_name':'Merlot','quantity':4,'location_name':'Storage'}");
        assertThat(both.path("allocated").asInt()).isEqualTo(10);
        use("7");
        venue.done("close_event_inventory", "{'event_id':'Smith Wedding'}");

        assertThat(shelf.atBar(wine)).isEqualTo(4);
        assertThat(shelf.at("Storage", wine)).isEqualTo(9);
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        shelf.pieces("Merlot", 10);
        plan("Smith Wedding");

        var unknown = venue.refused("close_event_inventory", "{'event_id':'Jones'}");
        assertThat(unknown.path("code").asString()).isEqualTo("event_not_found");
        assertThat(unknown.path("details").path("upcoming").path(0).path("name").asString()).isEqualTo("Smith Wedding");
        var nothing = venue.refused("update_event_consumption",
                "{'event_id':'Smith Wedding','product_name':'Merlot','quantity_used':1}");
        assertThat(nothing.path("code").asString()).isEqualTo("allocation_not_found");
        assertThat(nothing.path("error").asString()).isEqualTo("Event allocation not found");
        assertThat(venue.call("create_event_allocation",
                "{'event_id':'Smith Wedding','product_name':'Merlot','quantity':0}").succeeded()).isFalse();
    }

    @Test
    void r23LetsManyEventsShareTheLastBottlesExactly() throws Exception {
        var wine = shelf.pieces("Merlot", 10);
        plan("Smith Wedding");
        var done = new AtomicInteger();

        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 30; i++) {
                var session = "s" + i;
                var name = i % 2 == 0 ? "create_adjustment" : "create_event_allocation";
                var arguments = i % 2 == 0
                        ? "{'product_name':'Merlot','location_name':'Main Bar','quantity':1,'adjustment_type':'comp'}"
                        : "{'event_id':'Smith Wedding','product_name':'Merlot','quantity':1}";
                callers.execute(() -> done.addAndGet(venue.call(session, name, arguments).succeeded() ? 1 : 0));
            }
            callers.shutdown();
            assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).as("all calls ended").isTrue();
        }

        assertThat(done).hasValue(10);
        assertThat(shelf.atBar(wine)).isZero();
    }

    @Test
    void r20KeepsTheEventsCountsAndAdjustmentsOfOtherVenuesOut() {
        shelf.pieces("Merlot", 10);
        var id = plan("Smith Wedding");
        var adjustment = venue.done("create_adjustment",
                "{'product_name':'Merlot','location_name':'Main Bar','quantity':1,'adjustment_type':'comp'}")
                .path("adjustmentId")
                .asString();
        var count = venue.done("start_inventory_count", "{'location_name':'Main Bar'}").path("count_id").asString();

        try (var other = new TestVenue(engine)) {
            assertThat(other.refused("close_event_inventory", "{'event_id':'" + id + "'}").path("code").asString())
                    .isEqualTo("event_not_found");
            assertThat(other.refused("void_adjustment", "{'adjustment_id':'" + adjustment + "'}")
                    .path("code")
                    .asString()).isEqualTo("adjustment_not_found");
            assertThat(other.refused("close_inventory_count", "{'count_session_id':'" + count + "'}")
                    .path("code")
                    .asString()).isEqualTo("count_not_found");
            assertThat(other.done("read_adjustment_history", "{}").path("count").asInt()).isZero();
            assertThat(other.refused("check_inventory", "{'item':'Merlot'}").path("code").asString())
                    .isEqualTo("product_not_found");
            assertThat(other.venue().events().list().path("events")).isEmpty();
            assertThat(other.venue().stockroom().inventory(Optional.empty()).path("items")).isEmpty();
        }
    }

    @Test
    void v18RefusesAProductOfAnotherVenueByItsId() {
        var wine = shelf.pieces("Merlot", 10);

        try (var other = new TestVenue(engine)) {
            assertThat(other.refused("create_adjustment", "{'product_name':'" + wine
                    + "','location_name':'Main Bar','quantity':1,'adjustment_type':'comp'}").path("code").asString())
                    .isEqualTo("product_not_found");
        }
        assertThat(shelf.atBar(wine)).isEqualTo(10);
    }

    @Test
    void listsEventsAndTheReferencesBookingsAndPackages() {
        shelf.pieces("Merlot", 10);
        plan("Smith Wedding");
        var early = venue.venue().events().create("web", "Early Party", LocalDate.parse("2026-06-06"));
        allocate("6");

        assertThat(early.path("status").asString()).isEqualTo("planned");
        assertThat(venue.venue().events().list().path("events")).extracting(event -> event.path("name").asString())
                .containsExactly("Early Party", "Smith Wedding");
        var booking = venue.venue().events().bookings(Optional.of("open"), 20).path("bookings").path(0);
        assertThat(booking.path("eventName").asString()).isEqualTo("Smith Wedding");
        assertThat(booking.path("package").path("price").asLong()).isEqualTo(3_000);
        assertThat(venue.venue().events().packages(true).path("packages")).hasSize(2);
        venue.done("close_event_inventory", "{'event_id':'Early Party'}");
        assertThat(venue.venue().events().packages(true).path("packages")).hasSize(1);
        assertThat(venue.venue().events().packages(false).path("packages")).hasSize(2);
    }

    @Test
    void refusesASecondEventOfTheSameNameUntilTheFirstIsClosed() {
        plan("Smith Wedding");
        assertThat(catchThrowableOfType(Refusal.class, () -> plan(" SMITH wedding"))
                .code()).isEqualTo(ErrorCode.INVALID_ARGUMENTS);

        venue.done("close_event_inventory", "{'event_id':'Smith Wedding'}");

        plan("Smith Wedding");
    }

    private String plan(String name) {
        return venue.venue().events().create("web", name, LocalDate.parse("2026-06-20")).path("event_id").asString();
    }

    private JsonNode allocate(String quantity) {
        return venue.done("create_event_allocation",
                "{'event_id':'Smith Wedding','product_name':'Merlot','quantity':" + quantity + "}");
    }

    private JsonNode use(String quantity) {
        return venue.done("update_event_consumption",
                "{'event_id':'Smith Wedding','product_name':'Merlot','quantity_used':" + quantity + "}");
    }
}
