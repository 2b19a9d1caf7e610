package dev.parley.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhraseTest {
    private static final Phrase PAYMENT = Phrase.parse("[please] create a payment [request] for {price:money}");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            forty nine dollars and ninety five cents | 49.95         | USD
            $49.95                                   | 49.95         | USD
            49.95 USD                                | 49.95         | USD
            USD 49.95                                | 49.95         | USD
            49.95 US dollars                         | 49.95         | USD
            forty nine point nine five u s dollars   | 49.95         | USD
            twenty euros                             | 20            | EUR
            a euro                                   | 1             | EUR
            twenty euros fifty cents                 | 20.50         | EUR
            0.50 EUR                                 | 0.50          | EUR
            one hundred and twenty pounds            | 120           | GBP
            ten quid                                 | 10            | GBP
            two pounds and one penny                 | 2.01          | GBP
            ninety nine cents                        | 0.99          | USD
            fifty bucks                              | 50            | USD
            twelve hundred yen                       | 1200          | JPY
            one dinar and two hundred and fifty fils | 1.250         | KWD
            minus five dollars                       | -5            | USD
            negative five dollars and ten cents      | -5.10         | USD
            one billion dollars                      | 1000000000    | USD
            a hundred dollars                        | 100           | USD
            one point five million dollars           | 1500000       | USD
            zero point zero zero one dollars         | 0.001         | USD
            thirty swiss francs                      | 30            | CHF
            ten XXX                                  | 10            | XXX
            10 XXX                                   | 10            | XXX
            """)
    void understandsMoney(String said, BigDecimal amount, String currency) {
        var values = PAYMENT.match("create a payment request for " + said).orElseThrow();

        assertThat(values.get("price")).isInstanceOfSatisfying(SlotValue.Money.class, money -> {
            assertThat(money.amount()).isEqualByComparingTo(amount);
            assertThat(money.currency()).isEqualTo(currency);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            create a payment request for ten
            create a payment request for dollars
            create a payment request for ten dollars please
            create a payment request for ten dollars and ninety five pence
            create a reservation for ten dollars
            ''
            """)
    void matchesNothingButTheWholePhrase(String said) {
        assertThat(PAYMENT.match(said)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            one zero zero one      | 1001
            1 0 0 1                | 1001
            1001                   | 1001
            double oh seven        | 007
            twelve                 | 12
            """)
    void understandsDigits(String said, String digits) {
        var phrase = Phrase.parse("what is the status of [my] order {order:digits}");

        assertThat(phrase.match("What is the status of order " + said + "?"))
                .contains(Map.of("order", new SlotValue.Digits(digits)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ten                                    | 10
            minus five                             | -5
            two thousand and one                   | 2001
            three hundred thousand                 | 300000
            a million                              | 1000000
            nineteen hundred ninety nine           | 1999
            49.950                                 | 49.950
            one point five billion                 | 1500000000
            """)
    void understandsNumbers(String said, BigDecimal number) {
        var values = Phrase.parse("make it {n:number}").match("make it " + said).orElseThrow();

        assertThat(values.get("n")).isInstanceOfSatisfying(SlotValue.Numeric.class,
                numeric -> assertThat(numeric.value()).isEqualByComparingTo(number));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            one thousand thousand
            one and
            and one
            hundred
            point five
            twenty ten
            one million and two thousand
            """)
    void takesNoNonsenseForANumber(String said) {
        assertThat(Phrase.parse("{n:number}").match(said)).isEmpty();
    }

    @Test
    void isNeverAnEndlessText() {
        var phrase = Phrase.parse("order {order:digits}");

        assertThat(phrase.match("order 1001")).isPresent();
        assertThat(phrase.match("order 1" + ",000".repeat(20_000))).isEmpty();
        assertThat(phrase.match("a'".repeat(20_000))).isEmpty();
    }

    @Test
    void splitsNeighbouringSlots() {
        var phrase = Phrase.parse("{n:number} {drink:beer|white wine|gin and tonic} and {m:number} {food:food}",
                Map.of("food", List.of("Fish & Chips", "soup")));

        var values = phrase.match("Two gin and tonic and 21 fish and chips");

        assertThat(values).contains(Map.of(
                "n", new SlotValue.Numeric(new BigDecimal(2)),
                "drink", new SlotValue.Choice("gin and tonic"),
                "m", new SlotValue.Numeric(new BigDecimal(21)),
                "food", new SlotValue.Choice("Fish & Chips")));
        assertThat(phrase.slots()).containsExactly("n", "drink", "m", "food");
    }

    @Test
    void understandsCurrencies() {
        var phrase = Phrase.parse("in {to:currency}");

        assertThat(phrase.match("in swiss francs")).contains(Map.of("to", new SlotValue.Currency("CHF")));
        assertThat(phrase.match("in USD")).contains(Map.of("to", new SlotValue.Currency("USD")));
        assertThat(phrase.match("in doubloons")).isEmpty();
    }

    @Test
    void leavesOutSlotsThatWereNotSaid() {
        var phrase = Phrase.parse("(hello|good morning) [this is {name:Ann|Bob}]");

        assertThat(phrase.match("Good morning!")).contains(Map.of());
        assertThat(phrase.match("hello this is bob")).contains(Map.of("name", new SlotValue.Choice("Bob")));
    }

    @Test
    void takesBracketsLiterallyWhenAsked() {
        assertThat(Phrase.literally("Take it [or {leave} it].").match("take it or leave it")).contains(Map.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', textBlock = """
            pay {price}             ; position 11: expected ':' and a type, as in {price:money}, found '}'
            pay {price:money        ; position 17: expected '}' for the '{' at position 5, found the end
            pay {price:cash}        ; position 12: expected one of [currency, digits, money, number], the name of a list [drinks], or options between '|', found 'cash}'
            pay {:money}            ; position 6: expected the name of a slot, letters and digits, found ':money}'
            {a:money} {a:money}     ; position 12: expected a name that is not taken, found 'a:money}'
            [please pay             ; position 12: expected ']' for the '[' at position 1, found the end
            [please) pay            ; position 8: expected '|' or ']', found ') pay'
            please] pay             ; position 7: expected text, '[', '(' or '{', found '] pay'
            ...                     ; position 4: expected at least one word or slot, found the end
            """)
    void saysWhereATemplateIsWrong(String template, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Phrase.parse(template, Map.of("drinks", List.of("beer"))))
                .withMessage("phrase \"" + template + "\", " + message);
    }
}
