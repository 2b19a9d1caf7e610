package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Which Java types an argument may have: their schema, and what becomes of JSON.
class ToolTypesTest {
    @Doc("How much is in the glass")
    public enum Size {
        @Doc("a third of a litre")
        SMALL,
        @Doc("half a litre")
        LARGE, HUGE
    }

    @Doc("How the guest pays")
    public sealed interface Payment {
        @Doc("With a card")
        record Card(@Param("The last four digits") String digits) implements Payment {}

        record InCash(Optional<Amount> tip) implements Payment {}
    }

    @Doc("Where something is to be brought")
    public record Place(int table, Optional<Seat> seat) {}

    public record Seat(String name) {}

    public final List<Object> received = new ArrayList<>();

    public final class Bar {
        @Tool("Takes maps and sets.")
        public void stock(Map<String, Integer> counts, Set<Size> sizes, Map<String, List<Place>> places) {
            received.addAll(List.of(counts, sizes, places));
        }

        @Tool("Takes scalars.")
        public void scalars(short few, float light, UUID id, LocalTime at, LocalDateTime day, Duration lasting) {
            received.addAll(List.of(few, light, id, at, day, lasting));
        }

        @Tool("Takes a payment.")
        public void pay(@Param("What the guest owes") Amount due, Payment payment) {
            received.addAll(List.of(due, payment));
        }

        @Tool("Takes documented types.")
        public void bring(@Param("Which glass") Size size, Place place) {
            received.addAll(List.of(size, place));
        }
    }

    private final ToolCaller calls = ToolCaller.on(new Bar());

    @AfterEach
    void close() {
        calls.close();
    }

    private static JsonNode property(String tool, String name) {
        return Toolbox.of(new ToolTypesTest().new Bar())
                .definitions()
                .stream()
                .filter(one -> one.name().equals(tool))
                .findFirst()
                .orElseThrow()
                .parameters()
                .get("properties")
                .get(name);
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    @Test
    void describesMapsByWhatTheirValuesAre() {
        assertThat(property("stock", "counts"))
                .isEqualTo(json("{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\"}}"));
    }

    @Test
    void describesSetsAsListsWithoutRepetitions() {
        assertThat(property("stock", "sizes").get("uniqueItems").booleanValue()).isTrue();
    }

    @Test
    void tellsWhatAnEnumAndItsConstantsMean() {
        assertThat(property("bring", "size").get("description").stringValue())
                .isEqualTo("Which glass. How much is in the glass. SMALL: a third of a litre; LARGE: half a litre");
    }

    @Test
    void tellsWhatARecordMeans() {
        assertThat(property("bring", "place").get("description").stringValue())
                .isEqualTo("Where something is to be brought");
    }

    @Test
    void describesASealedInterfaceByItsRecords() {
        assertThat(property("pay", "payment")).isEqualTo(json("""
                {"description": "How the guest pays",
                 "anyOf": [
                   {"type": "object", "description": "With a card",
                    "properties": {"type": {"type": "string", "enum": ["card"]},
                                   "digits": {"type": "string", "description": "The last four digits"}},
                    "required": ["type", "digits"], "additionalProperties": false},
                   {"type": "object",
                    "properties": {"type": {"type": "string", "enum": ["in_cash"]},
                                   "tip": {"type": "object", "description": "An amount of money",
                                     "properties": {
                                       "value": {"type": "number",
                                         "description": "The amount in major units, as a plain number: 49.95"},
                                       "currency": {"type": "string", "pattern": "^[A-Za-z]{3}$",
                                         "description": "The currency. ISO 4217 currency code, such as EUR"}},
                                     "required": ["value", "currency"], "additionalProperties": false}},
                    "required": ["type"], "additionalProperties": false}]}"""));
    }

    @Test
    void readsMapsAndSetsInTheOrderTheyCome() {
        calls.call("stock", "{\"counts\":{\"tea\":2,\"cake\":1},\"sizes\":[\"LARGE\",\"SMALL\"],"
                + "\"places\":{\"here\":[{\"table\":4,\"seat\":{\"name\":\"a\"}}]}}");

        assertThat(received).hasToString("[{tea=2, cake=1}, [LARGE, SMALL], "
                + "{here=[Place[table=4, seat=Optional[Seat[name=a]]]]}]");
    }

    @Test
    void readsScalars() {
        calls.call("scalars", "{\"few\":3,\"light\":1.5,\"id\":\"123e4567-e89b-12d3-a456-426614174000\","
                + "\"at\":\"18:30\",\"day\":\"2026-01-31T18:30\",\"lasting\":\"PT1H30M\"}");

        assertThat(received).containsExactly((short) 3, 1.5f, UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
                LocalTime.of(18, 30), LocalDateTime.of(2026, 1, 31, 18, 30), Duration.ofMinutes(90));
    }

    @Test
    void readsTheRecordThatTheTypeNames() {
        calls.call("pay", "{\"due\":{\"value\":49.9,\"currency\":\"EUR\"},\"payment\":{\"type\":\"in_cash\","
                + "\"tip\":{\"value\":100,\"currency\":\"JPY\"}}}");

        assertThat(received).extracting(Object::toString)
                .containsExactly("49.90 EUR", "InCash[tip=Optional[100 JPY]]");
        assertThat(((Amount) received.getFirst()).minorUnits()).isEqualTo(4_990);
        assertThat(((Amount) received.getFirst()).value()).isEqualTo(new BigDecimal("49.90"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            stock   | {"counts":{"tea":"two"},"sizes":[],"places":{}}     | counts.tea: expected a whole number, found the text "two"
            stock   | {"counts":[],"sizes":[],"places":{}}                | counts: expected an object, found a list
            stock   | {"counts":{},"sizes":["SMALL","SMALL"],"places":{}} | sizes[1]: expected different values, found the text "SMALL" again
            stock   | {"counts":{},"sizes":[],"places":{"x":[{"table":1,"seat":{}}]}} | places.x[0].seat.name: required, but missing
            pay     | {"due":{"value":0.5,"currency":"JPY"},"payment":{"type":"card","digits":"1"}}   | due: expected an amount in JPY without decimals
            pay     | {"due":{"value":9.955,"currency":"EUR"},"payment":{"type":"card","digits":"1"}} | due: expected an amount in EUR with at most 2 decimals
            pay     | {"due":{"value":1,"currency":"XAU"},"payment":{"type":"card","digits":"1"}}     | due: expected a currency one can pay in, found XAU
            pay     | {"due":{"value":1e20,"currency":"EUR"},"payment":{"type":"card","digits":"1"}}  | due: expected an amount of at most 18 digits before the point
            pay     | {"due":{"value":1,"currency":"EUR"},"payment":{"digits":"1"}}                   | payment.type: required, but missing
            pay     | {"due":{"value":1,"currency":"EUR"},"payment":{"type":"cheque"}}                | payment.type: expected one of card, in_cash, found the text "cheque"
            pay     | {"due":{"value":1,"currency":"EUR"},"payment":{"type":"in_cash","digits":"1"}}  | payment.digits: unknown argument; known are tip
            pay     | {"due":{"value":1,"currency":"EUR"},"payment":7}                                | payment: expected an object, found the number 7
            scalars | {"few":40000,"light":1e39,"id":"1-1-1-1-1","at":"noon","day":"2026-01-31","lasting":"1h"} | few: expected a whole number from -32768 to 32767, found the number 40000; light: expected a number up to 3.4028235E38, found the number 1E+39; id: expected a UUID of 36 characters, found the text "1-1-1-1-1"; at: expected a time of day such as 18:30, found the text "noon"; day: expected a date and time such as 2026-01-31T18:30, found the text "2026-01-31"
            """)
    void saysWhatDoesNotFit(String tool, String arguments, String message) {
        assertThat(calls.outcome(tool, arguments)).isEqualTo("BAD_ARGUMENTS: " + message);
        assertThat(received).isEmpty();
    }

    public sealed interface Odd {
        record Typed(String type) implements Odd {}
    }

    public sealed interface Loop {
        record Again(Optional<Loop> more) implements Loop {}
    }

    @Test
    void refusesTypesItCannotTellApart() {
        var typed = new Object() {
            @Tool("Odd.")
            public void odd(Odd odd) {}
        };
        var loop = new Object() {
            @Tool("Odd.")
            public void odd(Loop loop) {}
        };
        var optionals = new Object() {
            @Tool("Odd.")
            public void odd(List<Optional<String>> list) {}
        };

        assertThatIllegalArgumentException().isThrownBy(() -> Toolbox.of(typed))
                .withMessageContaining("expected no component called type in Typed");
        assertThatIllegalArgumentException().isThrownBy(() -> Toolbox.of(loop))
                .withMessageEndingWith("Loop contains itself");
        assertThatIllegalArgumentException().isThrownBy(() -> Toolbox.of(optionals))
                .withMessageEndingWith("found java.util.Optional<java.lang.String>");
    }
}
