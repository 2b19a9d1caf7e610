package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/// The sample venue and what programs see of it, on both databases.
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
class SampleVenueTest {
    private final TestVenue venue;

    SampleVenueTest(Engine engine) {
        this.venue = new TestVenue(engine);
    }

    @AfterEach
    void close() {
        venue.close();
    }

    @Test
    void has65DrinksInSixCategoriesAtTwoLocations() {
        var loaded = SampleVenue.load(venue.venue(), SampleVenue.Others.REFUSE);

        assertThat(loaded).hasToString("Added 65 sample drinks with their stock.");
        var menu = venue.venue().menu();
        assertThat(menu.categories()).containsExactly("Beer", "Classics", "Non-Alcoholic", "Signature", "Spirits",
                "Wine");
        assertThat(menu.products(Optional.empty())
                .valueStream()
                .collect(Collectors.groupingBy(product -> product.path("category").asString(), Collectors.counting())))
                .containsOnly(Map.entry("Beer", 11L), Map.entry("Classics", 3L), Map
                        .entry("Non-Alcoholic", 14L), Map.entry("Signature", 3L), Map.entry(
                                "Spirits", 25L), Map.entry("Wine", 9L));
        assertThat(menu.products(Optional.empty())).allSatisfy(product -> {
            assertThat(product.path("price").asLong()).isBetween(300L, 1_500L);
            assertThat(product.path("stock").decimalValue().signum()).isPositive();
        });
        assertThat(count("locations WHERE active AND " + ofVenue())).isEqualTo(2);
        assertThat(count("stock_movements WHERE kind = 'initial' AND " + ofVenue())).isEqualTo(count(
                "stock_levels s JOIN products p ON p.id = s.product_id WHERE s.on_hand > 0 AND p." + ofVenue()));
    }

    @Test
    void changesNothingWhenItIsLoadedAgain() {
        SampleVenue.load(venue.venue(), SampleVenue.Others.REFUSE);
        venue.done("update_product", "{'product_name':'Bud Light','updates':{'price':6,'inventory':127}}");
        var movements = count("stock_movements WHERE " + ofVenue());

        var again = SampleVenue.load(venue.venue(), SampleVenue.Others.REFUSE);

        assertThat(again).hasToString("All 65 sample drinks are there already; nothing was changed.");
        assertThat(count("stock_movements WHERE " + ofVenue())).isEqualTo(movements);
        assertThat(venue.done("read_product", "{'product_name':'Bud Light'}").path("product").path("on_hand")
                .asString()).isEqualTo("127");
    }

    @Test
    void isNotMixedWithAnotherMenuUnlessAsked() {
        venue.done("create_product", "{'name':'House Punch','unit_type':'glass'}");

        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> SampleVenue.load(venue.venue(),
                SampleVenue.Others.REFUSE)).withMessageContaining("found 1");
        assertThat(count("products WHERE " + ofVenue())).isEqualTo(1);
        assertThat(SampleVenue.load(venue.venue(), SampleVenue.Others.KEEP).added()).isEqualTo(65);
    }

    @Test
    void scenario02TakesEverySpellingOfBudLightForTheSameProduct() {
        SampleVenue.load(venue.venue(), SampleVenue.Others.REFUSE);

        for (var said : List.of("Two Bud Lights", "bud lite", "BÜD LIGHT")) {
            assertThat(venue.done("add_to_cart", "{'drink_name':'" + said + "'}").path("product").path("name")
                    .asString()).isEqualTo("Bud Light");
        }
        var light = venue.refused("add_to_cart", "{'drink_name':'Light'}");
        assertThat(light.path("code").asString()).isEqualTo("ambiguous_product");
        assertThat(light.path("error").asString()).isEqualTo("Which one: Bud Light or Coors Light?");
        assertThat(venue.refused("add_to_cart", "{'drink_name':'Unknown Brand'}").path("details").path("suggestions"))
                .hasSize(3);
    }

    @Test
    void scenario04PoursAnOldFashionedFromMakersMark() {
        SampleVenue.load(venue.venue(), SampleVenue.Others.REFUSE);
        var before = makersMark();
        venue.done("add_to_cart", "{'drink_name':'old fashion'}");

        venue.done("process_order", "{}");

        assertThat(before - makersMark()).isEqualTo(59);
    }

    @Test
    void showsProductsInTheDocumentedShape() {
        SampleVenue.load(venue.venue(), SampleVenue.Others.REFUSE);
        var menu = venue.venue().menu();

        var beers = menu.products(Optional.of("beer"));

        assertThat(beers).hasSize(11);
        var first = beers.path(0);
        assertThat(first.propertyNames()).containsExactly("id", "name", "category", "price", "imageUrl", "stock",
                "createdAt", "updatedAt");
        assertThat(menu.product(first.path("id").asString())).contains((ObjectNode) first);
        assertThat(menu.product("prd_none")).isEmpty();
        assertThat(menu.products(Optional.of("Cigars"))).isEmpty();
    }

    private long makersMark() {
        return venue.perform(transaction -> transaction.stock().everywhere(transaction.product("makers mark").id()));
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
