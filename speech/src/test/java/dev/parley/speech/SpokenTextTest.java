package dev.parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpokenTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Order 1 0 0 1: $49.95 USD.   | order one zero zero one forty nine dollars and ninety five cents
            49.95                        | forty nine point nine five
            49.95 USD                    | forty nine dollars and ninety five cents
            USD 49.95                    | forty nine dollars and ninety five cents
            49.95 US dollars             | forty nine u s dollars and ninety five cents
            20 euros                     | twenty euros
            EUR 20.00                    | twenty euros
            20EUR                        | twenty euros
            €0.50                        | zero euros and fifty cents
            $0.50                        | fifty cents
            £1.01                        | one pound and one penny
            1 euro                       | one euro
            $0.001                       | zero point zero zero one dollars
            $1,000,000,000               | one billion dollars
            $1.5 million                 | one point five million dollars
            1200 JPY                     | one thousand two hundred yen
            12.5 CHF                     | twelve francs and fifty centimes
            1.250 KWD                    | one dinar and two hundred and fifty fils
            -$5                          | minus five dollars
            $-5                          | minus five dollars
            −5 EUR                       | minus five euros
            10 XXX                       | ten x x x
            10 THB                       | ten t h b
            """)
    void saysAmountsOfMoney(String text, String expected) {
        assertThat(SpokenText.of(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0            | zero
            7            | seven
            13           | thirteen
            40           | forty
            121          | one hundred and twenty one
            1001         | one thousand and one
            1,234,567    | one million two hundred and thirty four thousand five hundred and sixty seven
            -5           | minus five
            10-12        | ten twelve
            0.05         | zero point zero five
            007          | zero zero seven
            20%          | twenty percent
            21st         | twenty first
            30th         | thirtieth
            12th         | twelfth
            10:30        | ten thirty
            10:05        | ten oh five
            9:00 a.m.    | nine o'clock a m
            """)
    void saysNumbers(String text, String expected) {
        assertThat(SpokenText.of(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Hello, this is Parley. How can I help you? | hello this is parley how can i help you
            I don’t KNOW -- really!                    | i don't know really
            well-known café                            | well known cafe
            Mr. Smith & Mrs. Jones                     | mister smith and missus jones
            an SMS from the US                         | an s m s from the u s
            tell us                                    | tell us
            in XXX                                     | in x x x
            in USD                                     | in u s d
            No. 5, e.g. that                           | number five for example that
            no                                         | no
            """)
    void saysWords(String text, String expected) {
        assertThat(SpokenText.of(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ...
            ' '
            🙂
            """)
    void saysNothingWhereThereIsNothingToSay(String text) {
        assertThat(SpokenText.of(text)).isEmpty();
    }

    @Test
    void leavesSpokenTextAlone() {
        var spoken = SpokenText.of("Order 1 0 0 1 costs 49.95 US dollars at 10:05 a.m., the XXX said. It's 1.5 KWD!");

        assertThat(SpokenText.of(spoken)).isEqualTo(spoken);
    }

    @Test
    void saysHugeNumbersDigitByDigit() {
        assertThat(SpokenText.words("1234567890123456")).hasSize(16).startsWith("one", "two");
    }

    @Test
    void readsBackEveryNumberItSays() {
        for (long number = 0; number < 2_000_000_000_000L; number = number * 7 / 5 + 1) {
            var said = NumberWords.say(BigDecimal.valueOf(number));

            assertThat(NumberWords.read(said)).as("%s", said).contains(BigDecimal.valueOf(number));
        }
    }

    @Test
    void keepsPunctuationForTheVoiceToPause() {
        assertThat(SpokenText.withPauses("Hello, this is Parley. It costs $5!"))
                .isEqualTo("hello, this is parley. it costs five dollars!");
    }
}
