package dev.parley.agent;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.ToolOutcome.Failed;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolArgumentsTest {
    public enum Size {
        SMALL, LARGE
    }

    public record Line(String product, int count) {
        public Line {
            if (count < 1) {
                throw new IllegalArgumentException("expected a count of at least 1, found " + count);
            }
        }
    }

    public final List<Object> received = new ArrayList<>();

    public final class Bar {
        @Tool("Pays.")
        public String pay(BigDecimal amount, String currency) {
            received.addAll(List.of(amount, currency));
            return "paid";
        }

        @Tool("Orders.")
        public String order(List<Line> lines, Optional<Size> size, Optional<Integer> table) {
            received.addAll(List.of(lines, size, table));
            return "ordered";
        }

        @Tool("Books.")
        public String book(LocalDate day, Instant at, Currency currency, boolean quiet, double weight, long guests) {
            received.addAll(List.of(day, at, currency, quiet, weight, guests));
            return "booked";
        }

        @Tool("Closes the bar.")
        public void close() {
            received.add("closed");
        }
    }

    private final ToolRunner runner = new ToolRunner(Toolbox.of(new Bar()));
    private int calls;

    @AfterEach
    void close() {
        runner.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"amount":"ten","currency":"USD"}         | amount: expected a number, found the text "ten"
            {"amount":true,"currency":"USD"}          | amount: expected a number, found true
            {"amount":null,"currency":"USD"}          | amount: required, but missing
            {"amount":[1],"currency":"USD"}           | amount: expected a number, found a list
            {"currency":"USD"}                        | amount: required, but missing
            {"amount":1,"currency":5}                 | currency: expected a text, found the number 5
            {"amount":1,"currency":{}}                | currency: expected a text, found an object
            {"amount":1,"currency":"USD","tip":1}     | tip: unknown argument; known are amount, currency
            {"amount":"ten"}                          | amount: expected a number, found the text "ten"; currency: required, but missing
            [1, "USD"]                                | arguments: expected an object, found a list
            "USD"                                     | arguments: expected an object, found the text "USD"
            null                                      | arguments: expected an object, found null
            {"amount":1e999999999,"currency":"USD"}   | amount: expected a number of at most 40 digits before and after the point, found the number 1E+999999999
            {"amount":1e-999999999,"currency":"USD"}  | amount: expected a number of at most 40 digits before and after the point, found the number 1E-999999999
            """)
    void saysWhatIsWrongWithThePaymentArguments(String arguments, String message) {
        var result = call("pay", arguments);

        assertThat(result.outcome()).isEqualTo(new Failed(ToolFailure.BAD_ARGUMENTS, message));
        assertThat(ToolJson.read(result.output()).get("error").stringValue()).isEqualTo(message);
        assertThat(received).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"lines":{}}                                        | lines: expected a list, found an object
            {"lines":[{"product":"tea","count":1.5}]}           | lines[0].count: expected a whole number, found the number 1.5
            {"lines":[{"product":"tea","count":3000000000}]}    | lines[0].count: expected a whole number from -2147483648 to 2147483647, found the number 3000000000
            {"lines":[{"product":"tea","count":0}]}             | lines[0]: expected a count of at least 1, found 0
            {"lines":[{"count":1}, null]}                       | lines[0].product: required, but missing; lines[1]: expected an object, found null
            {"lines":[],"size":"small"}                         | size: expected one of SMALL, LARGE, found the text "small"
            {"lines":[],"table":1e30}                           | table: expected a whole number from -2147483648 to 2147483647, found the number 1E+30
            """)
    void saysWhereInANestedValueTheMistakeIs(String arguments, String message) {
        var result = call("order", arguments);

        assertThat(result.outcome()).isEqualTo(new Failed(ToolFailure.BAD_ARGUMENTS, message));
        assertThat(received).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"amount\":1,}", "{\"amount\":1,\"currency\":\"US", "{'amount':1}", "ten dollars",
            "{\"amount\":1,\"currency\":\"USD\"} {}", "{\"amount\":1,\"amount\":2,\"currency\":\"USD\"}",
            "{\"amount\":NaN,\"currency\":\"USD\"}", "{\"amount\":Infinity,\"currency\":\"USD\"}",
            "{\"amount\":0x10,\"currency\":\"USD\"}"})
    void refusesWhatIsNotJson(String arguments) {
        var result = call("pay", arguments);

        assertThat(result.output()).startsWith("{\"error\":\"The arguments are not valid JSON: ");
        assertThat(received).isEmpty();
    }

    @Test
    void refusesArgumentsWithoutEnd() {
        var digits = call("pay", "{\"amount\":" + "9".repeat(50_000) + ",\"currency\":\"USD\"}");
        var depth = call("pay", "[".repeat(60_000));
        var length = call("pay", "{\"amount\":1,\"currency\":\"" + "U".repeat(1 << 20) + "\"}");

        assertThat(List.of(digits, depth, length)).extracting(ToolResult::outcome)
                .allSatisfy(outcome -> assertThat(outcome).isInstanceOfSatisfying(Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(ToolFailure.BAD_ARGUMENTS)));
        assertThat(length.output()).contains("expected at most 65536 characters");
        assertThat(received).isEmpty();
    }

    @Test
    void echoesNoMoreOfAStrangersValueThanASentenceHolds() {
        var result = call("pay", "{\"amount\":\"" + "x".repeat(10_000) + "\",\"currency\":\"USD\"}");

        assertThat(result.output()).hasSizeLessThan(200);
    }

    @Test
    void readsDecimalsExactly() {
        call("pay", "{\"amount\":0.1000000000000000000000000000000000001,\"currency\":\"USD\"}");

        assertThat(received).containsExactly(new BigDecimal("0.1000000000000000000000000000000000001"), "USD");
    }

    @Test
    void readsRecordsListsAndOptionals() {
        call("order", "{\"lines\":[{\"product\":\"tea\",\"count\":2.0}],\"size\":\"LARGE\",\"table\":null}");

        assertThat(received).containsExactly(List.of(new Line("tea", 2)), Optional.of(Size.LARGE), Optional.empty());
    }

    @Test
    void readsDatesCurrenciesAndNumbers() {
        call("book", "{\"day\":\"2026-02-28\",\"at\":\"2026-02-28T18:00:00+01:00\",\"currency\":\"eur\","
                + "\"quiet\":true,\"weight\":1.5,\"guests\":9000000000}");

        assertThat(received).containsExactly(LocalDate.of(2026, 2, 28), Instant.parse("2026-02-28T17:00:00Z"),
                Currency.getInstance("EUR"), true, 1.5, 9_000_000_000L);
    }

    @Test
    void saysHowDatesAndCurrenciesAreWritten() {
        var result = call("book", "{\"day\":\"2026-02-30\",\"at\":\"tomorrow\",\"currency\":\"dollars\","
                + "\"quiet\":\"yes\",\"weight\":1,\"guests\":1}");

        assertThat(result.outcome()).isEqualTo(new Failed(ToolFailure.BAD_ARGUMENTS,
                "day: expected a date such as 2026-01-31, found the text \"2026-02-30\"; "
                        + "at: expected a date and time with its offset, such as 2026-01-31T18:00:00Z, found the text "
                        + "\"tomorrow\"; currency: expected an ISO 4217 currency code such as EUR, found the text "
                        + "\"dollars\"; quiet: expected true or false, found the text \"yes\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{}"})
    void takesBlankArgumentsForNone(String arguments) {
        var result = call("close", arguments);

        assertThat(result.output()).isEqualTo("{\"status\":\"done\"}");
        assertThat(received).containsExactly("closed");
    }

    @Test
    void survivesGarbledArguments() {
        var seed = new Random().nextLong();
        var random = new Random(seed);
        var valid = "{\"lines\":[{\"product\":\"tea\",\"count\":2}],\"size\":\"LARGE\",\"table\":12}";

        for (var i = 0; i < 3_000; i++) {
            var garbled = new StringBuilder(valid);
            for (var edits = random.nextInt(1, 4); edits > 0; edits--) {
                var at = random.nextInt(garbled.length());
                switch (random.nextInt(3)) {
                    case 0 -> garbled.deleteCharAt(at);
                    case 1 -> garbled.setCharAt(at, (char) random.nextInt(32, 127));
                    case 2 -> garbled.insert(at, "{}[],:\"0eE-.\\u".charAt(random.nextInt(14)));
                    default -> throw new AssertionError();
                }
            }
            var result = call("order", garbled.toString());
            assertThat(result.outcome()).as("seed %d, arguments %s", seed, garbled)
                    .satisfiesAnyOf(
                            outcome -> assertThat(outcome).isInstanceOf(ToolOutcome.Succeeded.class),
                            outcome -> assertThat(((Failed) outcome).reason()).isEqualTo(ToolFailure.BAD_ARGUMENTS));
        }
    }

    private ToolResult call(String tool, String arguments) {
        var answer = new CompletableFuture<ToolResult>();
        runner.submit(new ToolCall("call_" + ++calls, tool, arguments), answer::complete);
        return answer.orTimeout(10, SECONDS).join();
    }
}
