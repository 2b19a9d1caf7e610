package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/// What arguments must keep within: told in the schema, and checked.
class ToolBoundsTest {
    public record Line(@Param(value = "What", minLength = 2) String product,
            @Param(value = "How many", min = 1, max = 20) int count) {}

    public final List<Object> received = new ArrayList<>();

    public final class Bar {
        @Tool("Orders.")
        public void order(@Param(value = "The order", minItems = 1, maxItems = 3) List<Line> lines,
                @Param(value = "The tip", above = 0, below = 100.5) Optional<BigDecimal> tip,
                @Param(value = "The code", pattern = "^[A-Z]{2}[0-9]+$", maxLength = 6) Optional<String> code,
                @Param(value = "Ratings", min = 1, max = 5, maxItems = 2) Optional<Map<String, Integer>> ratings) {
            received.add(lines);
        }
    }

    private final ToolCaller calls = ToolCaller.on(new Bar());

    @AfterEach
    void close() {
        calls.close();
    }

    @Test
    void tellsTheModel() {
        assertThat(Toolbox.of(new Bar()).definitions().getFirst().parameters().get("properties"))
                .isEqualTo(JsonMapper.shared().readTree("""
                        {"lines": {"type": "array", "description": "The order", "minItems": 1, "maxItems": 3,
                           "items": {"type": "object",
                             "properties": {
                               "product": {"type": "string", "description": "What", "minLength": 2},
                               "count": {"type": "integer", "description": "How many", "minimum": 1, "maximum": 20}},
                             "required": ["product", "count"], "additionalProperties": false}},
                         "tip": {"type": "number", "description": "The tip", "exclusiveMinimum": 0,
                           "exclusiveMaximum": 100.5},
                         "code": {"type": "string", "description": "The code", "pattern": "^[A-Z]{2}[0-9]+$",
                           "maxLength": 6},
                         "ratings": {"type": "object", "description": "Ratings", "maxProperties": 2,
                           "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 5}}}"""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"lines":[{"product":"tea","count":0}]}  | lines[0].count: expected a number at least 1 and at most 20, found the number 0
            {"lines":[{"product":"tea","count":21}]} | lines[0].count: expected a number at least 1 and at most 20, found the number 21
            {"lines":[{"product":"t","count":1}]}    | lines[0].product: expected a text of at least 2 characters, found 1
            {"lines":[]}                             | lines: expected 1 to 3 entries, found 0
            {"lines":[{"product":"tea","count":1}],"tip":0}         | tip: expected a number above 0 and below 100.5, found the number 0
            {"lines":[{"product":"tea","count":1}],"tip":100.50}    | tip: expected a number above 0 and below 100.5, found the number 100.50
            {"lines":[{"product":"tea","count":1}],"tip":1e999999999} | tip: expected a number of at most 40 digits before and after the point, found the number 1E+999999999
            {"lines":[{"product":"tea","count":1}],"code":"AB1234567"} | code: expected a text of at most 6 characters, found 9
            {"lines":[{"product":"tea","count":1}],"code":"ab1"}    | code: expected a text that matches ^[A-Z]{2}[0-9]+$, found the text "ab1"
            {"lines":[{"product":"tea","count":1}],"ratings":{"a":6}} | ratings.a: expected a number at least 1 and at most 5, found the number 6
            {"lines":[{"product":"tea","count":1}],"ratings":{"a":1,"b":1,"c":1}} | ratings: expected at most 2 entries, found 3
            """)
    void saysWhatIsOutOfBounds(String arguments, String message) {
        assertThat(calls.outcome("order", arguments)).isEqualTo("BAD_ARGUMENTS: " + message);
        assertThat(received).isEmpty();
    }

    @Test
    void letsThroughWhatIsJustWithin() {
        calls.call("order", "{\"lines\":[{\"product\":\"te\",\"count\":20}],\"tip\":0.01,\"code\":\"AB1234\","
                + "\"ratings\":{\"a\":1,\"b\":5}}");

        assertThat(received).containsExactly(List.of(new Line("te", 20)));
    }

    @Test
    void countsCharactersAsPeopleDo() {
        var face = "\uD83D\uDE00";

        assertThat(calls.outcome("order", "{\"lines\":[{\"product\":\"" + face + "\",\"count\":1}]}"))
                .endsWith("expected a text of at least 2 characters, found 1");
    }

    @Test
    void refusesBoundsThatMeanNothing() {
        var onText = new Object() {
            @Tool("Odd.")
            public void odd(@Param(value = "x", min = 1) String text) {}
        };
        var onNumber = new Object() {
            @Tool("Odd.")
            public void odd(@Param(value = "x", maxLength = 1) int number) {}
        };
        var onOne = new Object() {
            @Tool("Odd.")
            public void odd(@Param(value = "x", minItems = 1) String text) {}
        };
        var crossed = new Object() {
            @Tool("Odd.")
            public void odd(@Param(value = "x", min = 2, max = 1) int number) {}
        };
        var pattern = new Object() {
            @Tool("Odd.")
            public void odd(@Param(value = "x", pattern = "(") String text) {}
        };

        assertThatIllegalArgumentException().isThrownBy(() -> Toolbox.of(onText))
                .withMessageEndingWith("expected min, max, above and below on numbers, found them on String");
        assertThatIllegalArgumentException().isThrownBy(() -> Toolbox.of(onNumber))
                .withMessageEndingWith("expected a length or a pattern on a String, found it on int");
        assertThatIllegalArgumentException().isThrownBy(() -> Toolbox.of(onOne))
                .withMessageEndingWith("expected bounds of items on a List, Set or Map, found them on String");
        assertThatIllegalArgumentException().isThrownBy(() -> Toolbox.of(crossed))
                .withMessageEndingWith("expected a least number up to 1, found 2");
        assertThatIllegalArgumentException().isThrownBy(() -> Toolbox.of(pattern))
                .withMessageContaining("expected a regular expression, found \"(\"");
    }
}
