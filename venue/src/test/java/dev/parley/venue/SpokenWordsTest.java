package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpokenWordsTest {
    @Test
    void comparesNamesInTheSingularWithNumbersAsDigits() {
        assertThat(SpokenWords.of("Jack Daniel's")).containsExactly("jack", "daniel");
        assertThat(SpokenWords.of("Cherries, Peaches & Glasses")).containsExactly("cherry", "peach", "glass");
        assertThat(SpokenWords.of("Guinness Pinot Gris Citrus")).containsExactly("guinness", "pinot", "gris", "citrus");
        assertThat(SpokenWords.of("Seven Ups")).containsExactly("7", "up");
        assertThat(SpokenWords.of("Bud Lite Whisky")).containsExactly("bud", "light", "whiskey");
    }

    @Test
    void readsAnUtteranceWholeThenWithoutFillerThenWithoutACount() {
        var readings = SpokenWords.readings("can I get two large Seven Ups, no ice");

        assertThat(readings.whole()).startsWith("can", "i", "get", "2", "large");
        assertThat(readings.meanings()).containsExactly(List.of("2", "7", "up"), List.of("up"));
    }

    @Test
    void takesMeasuresOutWhereverTheyAre() {
        assertThat(SpokenWords.readings("bud light 16 oz").meanings()).containsExactly(List.of("bud", "light"));
    }

    @Test
    void hasNoMeaningLeftInFillerAlone() {
        assertThat(SpokenWords.readings("a large one please").meanings()).isEmpty();
    }
}
