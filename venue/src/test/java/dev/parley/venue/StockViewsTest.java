package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
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
class StockViewsTest {
    private final TestVenue venue;
    private final Shelf shelf;

    StockViewsTest(Engine engine) {
        this.venue = new TestVenue(engine);
        this.shelf = new Shelf(venue);
    }

    @AfterEach
    void close() {
        venue.close();
    }

    @Test
    void scenario04ShowsWhatOneOldFashionedLeavesInTheBottle() {
        var whiskey = shelf.poured("Makers Mark", 59, 750);
        var cocktail = shelf.mixed("Old Fashioned", Map.of(whiskey, 59L));

        shelf.sell(whiskey, 59);

        assertThat(view(whiskey).path("on_hand").asString()).isEqualTo("0.921");
        assertThat(view(whiskey).path("servings_left").asLong()).isEqualTo(11);
        assertThat(view(whiskey).path("by_location").path(0)).isEqualTo(TestVenue.json(
                "{'location':'Main Bar','on_hand':'0.921'}"));
        assertThat(view(cocktail).path("servings_left").asLong()).isEqualTo(11);
        assertThat(view(cocktail).path("on_hand").asString()).isEqualTo("11");
    }

    @Test
    void countsWhatIsMixedWhereAllItsIngredientsAre() {
        var gin = shelf.poured("Gin", 44, 440);
        var tonic = shelf.pieces("Tonic", 3);
        var mixed = shelf.mixed("Gin and Tonic", Map.of(gin, 44L, tonic, 1L));

        assertThat(view(mixed).path("on_hand").asString()).isEqualTo("3");
        assertThat(view(mixed).path("status").asString()).isEqualTo("LOW STOCK");
    }

    @Test
    void showsWhatOpenTabsHoldInServings() {
        var whiskey = shelf.poured("Makers Mark", 44, 750);
        var cocktail = shelf.mixed("Old Fashioned", Map.of(whiskey, 59L));
        venue.perform(transaction -> {
            var id = transaction.newId("ord");
            var now = Times.toColumn(transaction.now());
            transaction.db()
                    .execute(
                            """
                                    INSERT INTO orders (id, venue_id, kind, session_id, location_id, tab_name, status,
                                        payment_status, discount_cents, subtotal_cents, tax_cents, total_cents, tax_bps, tax_included, opened_at,
                                        updated_at, version)
                                    VALUES (?, ?, 'tab', 's', ?, 'John', 'pending', 'pending', 0, 1000, 80, 1080, 800, FALSE, ?, ?, 1)""",
                            id, venue.venue().id(), transaction.sellingLocation().id(), now, now);
            return transaction.db()
                    .execute("INSERT INTO order_lines VALUES (?, 1, ?, 'Old Fashioned', 500, 2, 1000)", id, cocktail);
        });

        assertThat(view(cocktail).path("held_on_tabs").asLong()).isEqualTo(2);
        assertThat(view(whiskey).path("held_on_tabs").asLong()).as("118 ml in servings of 44").isEqualTo(3);
    }

    @Test
    void v22KnowsOneRuleForWhatIsLow() {
        assertThat(StockStatus.of(BigDecimal.ZERO, 5)).hasToString("OUT OF STOCK");
        assertThat(StockStatus.of(new BigDecimal("-1"), 5)).hasToString("OUT OF STOCK");
        assertThat(StockStatus.of(new BigDecimal("0.001"), 5)).hasToString("LOW STOCK");
        assertThat(StockStatus.of(new BigDecimal("5.000"), 5)).hasToString("LOW STOCK");
        assertThat(StockStatus.of(new BigDecimal("5.001"), 5)).hasToString("IN STOCK");
    }

    @Test
    void seesAllProductsAsItSeesEachOfThem() {
        var whiskey = shelf.poured("Makers Mark", 44, 750);
        var cocktail = shelf.mixed("Old Fashioned", Map.of(whiskey, 59L));
        var beer = shelf.pieces("Bud Light", 7);

        for (var id : new String[]{whiskey, cocktail, beer}) {
            var alone = view(id);
            var amongAll = venue.perform(transaction -> StockViews.all(transaction)
                    .view(transaction.catalogue().product(id)));
            assertThat(amongAll).isEqualTo(alone);
        }
    }

    private JsonNode view(String id) {
        return venue.perform(transaction -> StockViews.of(transaction, transaction.catalogue().product(id)));
    }
}
