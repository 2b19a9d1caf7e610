package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordLikenessTest {
    @ParameterizedTest
    @CsvSource({"light,light,0", "light,ligth,1", "light,lit,2", "light,'',5", "maker,marker,1", "bud,bull,2"})
    void countsSlipsOfWhichASwapIsOne(String one, String other, int distance) {
        assertThat(WordLikeness.distance(one, other)).isEqualTo(distance);
        assertThat(WordLikeness.distance(other, one)).isEqualTo(distance);
    }

    @ParameterizedTest
    @CsvSource({"light,ligt,800", "light,lit,0", "coke,cake,750", "gin,gun,0", "heineken,hieneken,875",
            "jameson,jamison,858", "chardonnay,shardonay,800", "1942,1943,0"})
    void allowsOneSlipInFiveLettersAndTwoInMore(String one, String other, int likeness) {
        assertThat(WordLikeness.ofLetters(one, other)).isEqualTo(likeness);
    }

    @Test
    void hearsTheSameConsonantsInTwoSpellings() {
        assertThat(WordLikeness.ofSounds("bud", "butt")).isPositive();
        assertThat(WordLikeness.ofSounds("coor", "core")).isPositive();
        assertThat(WordLikeness.ofSounds("blue", "blew")).isPositive();
        assertThat(WordLikeness.ofSounds("bud", "red")).isZero();
        assertThat(WordLikeness.ofSounds("a", "i")).isZero();
    }
}
