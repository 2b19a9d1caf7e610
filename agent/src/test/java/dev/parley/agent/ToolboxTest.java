package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.realtime.FunctionTool;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ToolboxTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    public static class Payments {
        @Tool("Creates a payment request.")
        public String createPaymentRequest(BigDecimal amount, String currency, ToolCallContext call) {
            return amount + currency + call;
        }
    }

    public enum Size {
        SMALL, LARGE
    }

    public record Line(@Param("What to bring") String product, int count, Optional<Size> size) {}

    public static class Everything {
        @Tool(value = "Takes everything.", name = "everything")
        public void take(boolean flag, long number, @Param(value = "How heavy", name = "kg") double weight,
                @Param("Currency to pay in") Currency currency, LocalDate day, Instant atTime, List<Line> orderLines,
                Optional<String> note) {}
    }

    @Test
    void derivesTheSchemaOfThePaymentTool() {
        var definition = Toolbox.of(new Payments()).definitions().getFirst();

        assertThat(definition.name()).isEqualTo("create_payment_request");
        assertThat(definition.description()).isEqualTo("Creates a payment request.");
        assertThat(definition.parameters()).isEqualTo(JSON.readTree("""
                {"type": "object",
                 "properties": {"amount": {"type": "number"}, "currency": {"type": "string"}},
                 "required": ["amount", "currency"],
                 "additionalProperties": false}"""));
    }

    @Test
    void derivesASchemaForEveryKindOfParameter() {
        var definition = Toolbox.of(new Everything()).definitions().getFirst();

        assertThat(definition.parameters()).isEqualTo(JSON.readTree("""
                {"type": "object",
                 "properties": {
                   "flag": {"type": "boolean"},
                   "number": {"type": "integer"},
                   "kg": {"type": "number", "description": "How heavy"},
                   "currency": {"type": "string", "pattern": "^[A-Za-z]{3}$",
                                "description": "Currency to pay in. ISO 4217 currency code, such as EUR"},
                   "day": {"type": "string", "format": "date"},
                   "at_time": {"type": "string", "format": "date-time"},
                   "order_lines": {"type": "array", "items": {
                     "type": "object",
                     "properties": {
                       "product": {"type": "string", "description": "What to bring"},
                       "count": {"type": "integer"},
                       "size": {"type": "string", "enum": ["SMALL", "LARGE"]}},
                     "required": ["product", "count"],
                     "additionalProperties": false}},
                   "note": {"type": "string"}},
                 "required": ["flag", "number", "kg", "currency", "day", "at_time", "order_lines"],
                 "additionalProperties": false}"""));
    }

    @Test
    void handsOutSchemasThatNobodyCanChange() {
        var definition = Toolbox.of(new Payments()).definitions().getFirst();

        definition.parameters().withObject("/properties").removeAll();

        assertThat(definition.parameters().get("properties").size()).isEqualTo(2);
    }

    @Test
    void findsToolsInAClassThatIsNotPublic() {
        var hidden = new Object() {
            @Tool("Greets.")
            public String greet() {
                return "hello";
            }
        };

        assertThat(Toolbox.of(hidden).definitions()).extracting(FunctionTool::name).containsExactly("greet");
    }

    @Test
    void refusesTwoToolsWithOneName() {
        assertThatIllegalArgumentException().isThrownBy(() -> Toolbox.of(new Payments(), new Payments()))
                .withMessage("expected different tool names, found \"create_payment_request\" twice; "
                        + "set @Tool(name) on one of them");
    }

    @Test
    void refusesAParameterItHasNoSchemaFor() {
        var odd = new Object() {
            @Tool("Odd.")
            public void odd(List<StringBuilder> parts) {}
        };

        assertThatIllegalArgumentException().isThrownBy(() -> Toolbox.of(odd))
                .withMessageContaining("odd: argument "
                        + "\"parts\": expected String, boolean")
                .withMessageEndingWith("found java.lang.StringBuilder");
    }

    public record Tree(List<Tree> branches) {}

    @Test
    void refusesARecordThatContainsItself() {
        var odd = new Object() {
            @Tool("Odd.")
            public void odd(Tree tree) {}
        };

        assertThatIllegalArgumentException().isThrownBy(() -> Toolbox.of(odd))
                .withMessageEndingWith("record Tree contains itself");
    }

    @Test
    void refusesAnInstanceWithoutTools() {
        assertThatIllegalArgumentException().isThrownBy(() -> Toolbox.of("no tool"))
                .withMessage("expected at least one public method with @Tool in java.lang.String, found none");
    }

    @Test
    void refusesAToolNobodyMayCall() {
        var odd = new Object() {
            @Tool("Odd.")
            void hidden() {}
        };

        assertThatIllegalArgumentException().isThrownBy(() -> Toolbox.of(odd))
                .withMessageStartingWith("expected @Tool on public methods only")
                .withMessageEndingWith(".hidden");
    }

    @Test
    void refusesANameTheProtocolDoesNotAllow() {
        var odd = new Object() {
            @Tool(value = "Odd.", name = "not a name")
            public void odd() {}
        };

        assertThatIllegalArgumentException().isThrownBy(() -> Toolbox.of(odd))
                .withMessage("expected a tool name of 1 to 64 letters, digits, _ or -, found \"not a name\"");
    }
}
