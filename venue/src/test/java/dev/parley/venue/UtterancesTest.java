package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.venue.Matching.Match;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// How often spoken words are understood, counted over [Utterance] rows, ours and the reference's. A row is a hit if
/// its product is found, if it is asked which one is meant where that is the question, and if nothing is found where
/// there is nothing.
class UtterancesTest {
    private final Catalogue catalogue = SampleCatalogue.make();
    private final ReferenceMatcher reference = new ReferenceMatcher(catalogue.activeProducts());
    private final List<Utterance> rows = Utterance.all();

    @Test
    void thereAreEnoughRows() {
        assertThat(rows).hasSizeGreaterThan(300);
        assertThat(rows).extracting(Utterance::words).doesNotHaveDuplicates();
        assertThat(rows.stream().map(Utterance::meaning).filter(meaning -> meaning.length() > 1))
                .allSatisfy(name -> assertThat(catalogue.activeProducts()).extracting(Product::name).contains(name));
    }

    @Test
    void understandsFarMoreThanTheReference() {
        var worked = rows.stream().filter(row -> !row.isHeldOut()).toList();
        var heldOut = rows.stream().filter(Utterance::isHeldOut).toList();

        report("rows worked on", worked);
        report("rows held out", heldOut);
        report("all rows", rows);
        print(worked, "missed: ");
        if (Boolean.getBoolean("utterances.heldOut")) {
            print(heldOut, "missed, held out: ");
        }

        assertThat(rate(worked, this::ours)).as("rate on rows worked on").isGreaterThanOrEqualTo(0.96);
        assertThat(rate(heldOut, this::ours)).as("rate on rows held out").isGreaterThanOrEqualTo(0.93);
        assertThat(rate(rows, this::ours)).isGreaterThan(rate(rows, this::theirs) + 0.3);
    }

    @Test
    void neverTakesAnotherProductForTheOneThatIsMeant() {
        var wrong = rows.stream()
                .filter(row -> row.meaning().length() > 1)
                .filter(row -> ours(row.words()).length() > 1 && !ours(row.words()).equals(row.meaning()))
                .toList();

        assertThat(wrong).isEmpty();
    }

    private void report(String which, List<Utterance> some) {
        System.out.printf(Locale.ROOT, "%-15s %3d: understood %5.1f %%, by the reference's matcher %5.1f %%%n", which,
                some.size(), 100 * rate(some, this::ours), 100 * rate(some, this::theirs));
    }

    private void print(List<Utterance> some, String title) {
        some.stream()
                .filter(row -> !ours(row.words()).equals(row.meaning()))
                .forEach(row -> System.out.println(title + row.words() + " -> " + ours(row.words()) + ", expected " + row
                        .meaning()));
    }

    private static double rate(List<Utterance> some, Function<String, String> matcher) {
        var hits = some.stream().filter(row -> matcher.apply(row.words()).equals(row.meaning())).count();
        return (double) hits / some.size();
    }

    private String ours(String words) {
        return switch (Matching.product(catalogue, words)) {
            case Match.One(var product) -> product.name();
            case Match.Several _ -> Utterance.ASK;
            case Match.None _ -> Utterance.NOTHING;
        };
    }

    private String theirs(String words) {
        return reference.find(words).map(Product::name).orElse(Utterance.NOTHING);
    }
}
