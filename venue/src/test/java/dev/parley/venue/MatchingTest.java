package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.venue.Matching.Match;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which product spoken words mean. How often they are understood is counted in [UtterancesTest].
class MatchingTest {
    private final Catalogue catalogue = SampleCatalogue.make();

    @Test
    void scenario02AsksWhichLightBeerIsMeant() {
        assertThat(ask("Light")).containsExactly("Bud Light", "Coors Light");
    }

    @Test
    void scenario02FindsNothingForAnUnknownBrandAndSuggestsThree() {
        assertThat(Matching.product(catalogue, "Unknown Brand")).isInstanceOfSatisfying(Match.None.class,
                none -> assertThat(none.suggestions()).hasSize(3).doesNotHaveDuplicates());
    }

    @Test
    void suggestsWhatIsNearest() {
        assertThat(Matching.product(catalogue, "bud ice")).isInstanceOfSatisfying(Match.None.class,
                none -> assertThat(none.suggestions().getFirst().name()).isEqualTo("Bud Light"));
    }

    @Test
    void v4NeverTakesTheFirstOfSeveralSilently() {
        assertThat(ask("pinot")).containsExactly("Pinot Grigio", "Pinot Noir");
        assertThat(ask("a beer")).hasSize(5);
    }

    @Test
    void asksForEachOfTwoDrinksSaidTogether() {
        assertThat(ask("jack and coke")).containsExactly("Jack Daniels", "Coca-Cola");
    }

    @Test
    void takesAnEqualNameForCertainHoweverManyOthersContainIt() {
        assertThat(one("lemonade")).isEqualTo("Lemonade");
        assertThat(one("coke")).isEqualTo("Coca-Cola");
    }

    @Test
    void asksWhenTwoProductsGoByOneAlias() {
        var products = List.of(product("Jack Daniels", "JD"), product("Jim Dandy", "JD"));

        var match = Matching.among(catalogue, products, "a JD please");

        assertThat(match).isInstanceOf(Match.Several.class);
    }

    @Test
    void prefersTheNameThatIsSpeltAsSaidAmongThoseThatSoundTheSame() {
        var products = List.of(product("Lite Bite"), product("Light Bites"));

        assertThat(Matching.among(catalogue, products, "lite bite")).isEqualTo(new Match.One(products.getFirst()));
    }

    @Test
    void acceptsAnIdWhereverANameIs() {
        assertThat(one("prd_Bud Light")).isEqualTo("Bud Light");
    }

    @Test
    void looksAmongSomeProductsOnly() {
        var inCart = catalogue.activeProducts()
                .stream()
                .filter(product -> List.of("Bud Light", "Merlot").contains(product.name()))
                .toList();

        assertThat(Matching.among(catalogue, inCart, "light")).isInstanceOfSatisfying(Match.One.class,
                one -> assertThat(one.product().name()).isEqualTo("Bud Light"));
        assertThat(Matching.among(catalogue, inCart, "corona")).isInstanceOf(Match.None.class);
    }

    @Test
    void findsNothingInNothing() {
        for (var nothing : List.of("", "  ", "!?", "a", "the large one please", "'", "12 oz", "\uD83C\uDF7A")) {
            assertThat(Matching.product(catalogue, nothing)).as(nothing).isInstanceOf(Match.None.class);
        }
    }

    @Test
    void endsForAnyLengthOfWords() {
        assertThat(Matching.product(catalogue, "bud ".repeat(2_000))).isInstanceOf(Match.None.class);
        assertThat(Matching.product(catalogue, "x".repeat(20_000))).isInstanceOf(Match.None.class);
    }

    private Product product(String name, String... aliases) {
        var like = catalogue.activeProducts().getFirst();
        return new Product("prd_" + name, name, like.categoryId(), like.subcategory(), like.description(), like
                .imageUrl(), "each", 100, like.costCents(), false, 1, 1, like.lowStockThreshold(), false, List.of(
                        aliases),
                List.of());
    }

    private String one(String words) {
        var match = Matching.product(catalogue, words);
        assertThat(match).as(words).isInstanceOf(Match.One.class);
        return ((Match.One) match).product().name();
    }

    private List<String> ask(String words) {
        var match = Matching.product(catalogue, words);
        assertThat(match).as(words).isInstanceOf(Match.Several.class);
        return ((Match.Several) match).candidates().stream().map(Product::name).toList();
    }
}
