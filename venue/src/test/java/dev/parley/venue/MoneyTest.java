package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Currency;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class MoneyTest {
    @ParameterizedTest
    @CsvSource({"49.95, USD, 4995, 49.95 USD", "49.9, USD, 4990, 49.90 USD", "50, USD, 5000, 50.00 USD",
            "1e2, EUR, 10000, 100.00 EUR", "1.000, USD, 100, 1.00 USD", "500, JPY, 500, 500 JPY",
            "1.234, KWD, 1234, 1.234 KWD", "-5, USD, -500, -5.00 USD", "0, USD, 0, 0.00 USD",
            "0e-50, USD, 0, 0.00 USD", "9999999999999999.99, USD, 999999999999999999, 9999999999999999.99 USD"})
    void countsInMinorUnitsOfTheCurrency(BigDecimal amount, String currency, long minorUnits, String written) {
        var money = Money.of(amount, Currency.getInstance(currency));

        assertThat(money.minorUnits()).isEqualTo(minorUnits);
        assertThat(money).hasToString(written);
    }

    @ParameterizedTest
    @CsvSource({"0.001, USD", "0.5, JPY", "1.2345, KWD", "1e-999999999, USD", "1e-70, USD", "10000000000000000.00, USD",
            "1e999999999, USD", "1e18, JPY"})
    void refusesWhatTheCurrencyCannotExpress(BigDecimal amount, String currency) {
        assertThatExceptionOfType(PaymentRefusedException.class)
                .isThrownBy(() -> Money.of(amount, Currency.getInstance(currency)));
    }

    @Test
    void refusesCurrenciesWithoutMinorUnits() {
        var none = Currency.getInstance("XXX");

        assertThatExceptionOfType(PaymentRefusedException.class).isThrownBy(() -> Money.of(BigDecimal.ONE, none));
        assertThatIllegalArgumentException().isThrownBy(() -> new Money(1, none));
    }

    @ParameterizedTest
    @CsvSource({"usd, USD", "USD, USD", "Eur, EUR", "dollars, USD", "Bucks, USD", "' quid ', GBP", "euro, EUR",
            "pounds, GBP", "yen, JPY", "$, USD", "'Canadian   dollars.', CAD", "kwd, KWD"})
    void understandsHowCurrenciesAreSaid(String said, String code) {
        assertThat(SpokenCurrency.resolve(said).getCurrencyCode()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"XXX", "XTS", "XAU", "xxx", "DEM", "ZZZ", "", "crowns", "pesos", "¥", "money", "US"})
    void asksAboutWhatItDoesNotKnowOrCouldMeanSeveral(String said) {
        assertThatExceptionOfType(PaymentRefusedException.class).isThrownBy(() -> SpokenCurrency.resolve(said))
                .withMessageEndingWith("?");
    }

    @Test
    void doesNotEchoALongText() {
        assertThatExceptionOfType(PaymentRefusedException.class)
                .isThrownBy(() -> SpokenCurrency.resolve("x".repeat(1 << 20)))
                .withMessage("That is not a currency I know. Which currency is meant?");
    }

    @Test
    void keepsPaymentsWithinTheLimitOfTheirCurrency() {
        var usd = Currency.getInstance("USD");
        var limits = new PaymentLimits(Map.of(usd, new BigDecimal("100.50")), BigDecimal.TEN);

        assertThat(limits.check(new Money(10_050, usd))).isEqualTo(new Money(10_050, usd));
        assertThatExceptionOfType(PaymentRefusedException.class).isThrownBy(() -> limits.check(new Money(10_051, usd)))
                .withMessage("That is too much: one payment request may be at most 100.50 USD.");
        assertThatExceptionOfType(PaymentRefusedException.class).isThrownBy(() -> limits.check(new Money(0, usd)));
        assertThatExceptionOfType(PaymentRefusedException.class)
                .isThrownBy(() -> limits.check(new Money(1_001, Currency.getInstance("EUR"))));
    }

    @ParameterizedTest
    @CsvSource({"1001, 1001", "'# 10 01', 1001", "1-0-0-1, 1001", "0042, 42"})
    void readsOrderIdsAsTheyAreSaid(String text, long number) {
        assertThat(OrderId.parse(text)).contains(new OrderId(number));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X1234", "0", "99999999999999999999", "one", "10.01"})
    void findsNoOrderIdWhereThereIsNone(String text) {
        assertThat(OrderId.parse(text)).isEmpty();
    }

    @Test
    void readsHugeExponentsWithoutEffort() {
        var began = System.nanoTime();

        for (var text : new String[]{"1e2147483647", "1e-2147483647", "0e2147483647", "12345e-2147483000"}) {
            try {
                Money.of(new BigDecimal(text), Currency.getInstance("USD"));
            } catch (PaymentRefusedException _) {
                // Either answer will do, as long as it comes at once.
            }
        }

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
    }
}
