package dev.parley.venue;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.ToolCall;
import dev.parley.agent.ToolFailure;
import dev.parley.agent.ToolOutcome.Failed;
import dev.parley.agent.ToolResult;
import dev.parley.agent.ToolRunner;
import dev.parley.agent.Toolbox;
import dev.parley.realtime.FunctionTool;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class PaymentToolsTest {
    private final PaymentLedger ledger = PaymentLedger.inMemory();
    private final Toolbox toolbox = Toolbox.of(new PaymentTools(ledger));
    private final ToolRunner runner = new ToolRunner(toolbox);
    private int calls;

    @AfterEach
    void close() {
        runner.close();
        ledger.close();
    }

    @Test
    void announcesThePaymentToolWithAnAmountAndACurrency() {
        var tool = toolbox.definitions()
                .stream()
                .filter(found -> found.name().equals("create_payment_request"))
                .findFirst()
                .orElseThrow();

        assertThat(tool.parameters()).isEqualTo(JsonMapper.shared().readTree("""
                {"type": "object",
                 "properties": {
                   "amount": {"type": "number",
                     "description": "The amount to pay in major units, as a plain number: 49.95"},
                   "currency": {"type": "string",
                     "description": "The currency: an ISO 4217 code such as USD, or the word that was said"}},
                 "required": ["amount", "currency"],
                 "additionalProperties": false}"""));
        assertThat(toolbox.definitions()).extracting(FunctionTool::name)
                .containsExactly("cancel_payment_request",
                        "create_payment_request", "list_recent_payment_requests", "payment_request_status");
    }

    @Test
    void writesOneRequestAndNamesItsOrder() {
        var result = create("{\"amount\":49.95,\"currency\":\"USD\"}");

        assertThat(result.output()).isEqualTo("{\"order_id\":\"1001\",\"amount\":\"49.95\",\"currency\":\"USD\","
                + "\"state\":\"pending\",\"message\":\"New payment request order ID is 1001.\"}");
        assertThat(ledger.list(10)).singleElement().satisfies(request -> {
            assertThat(request.money().minorUnits()).isEqualTo(4_995);
            assertThat(request.state()).isEqualTo(PaymentState.PENDING);
            assertThat(request.callId()).isEqualTo(result.callId());
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"amount":-5,"currency":"USD"}        | The amount must be above zero. What is the amount?
            {"amount":0,"currency":"USD"}         | The amount must be above zero. What is the amount?
            {"amount":"ten","currency":"USD"}     | amount: expected a number, found the text "ten"
            {"amount":1e9,"currency":"USD"}       | That is too much: one payment request may be at most 10000 USD.
            {"amount":1e30,"currency":"USD"}      | That amount is too large.
            {"amount":0.001,"currency":"USD"}     | An amount in USD has at most 2 decimals. What is the exact amount?
            {"amount":0.5,"currency":"yen"}       | An amount in JPY has no decimals. What is the exact amount?
            {"amount":5,"currency":"XXX"}         | "xxx" is not a currency I know. Which currency is meant: US dollars, euros, pounds, or another?
            {"amount":5,"currency":"crowns"}      | "crowns" could mean several currencies. Which: Swedish, Norwegian, Danish or Czech crowns?
            {"amount":5}                          | currency: required, but missing
            {"amount":5,"currency":null}          | currency: required, but missing
            {"amount":5,"currency":"USD","x":1}   | x: unknown argument; known are amount, currency
            """)
    void answersWhatItCannotGrantWithASentenceAndWritesNothing(String arguments, String sentence) {
        var result = create(arguments);

        assertThat(JsonMapper.shared().readTree(result.output()).get("error").stringValue()).isEqualTo(sentence);
        assertThat(ledger.list(10)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"amount\":5", "", "[]", "nonsense"})
    void writesNothingForArgumentsThatAreNone(String arguments) {
        var result = create(arguments);

        assertThat(result.outcome()).isInstanceOfSatisfying(Failed.class,
                failed -> assertThat(failed.reason()).isEqualTo(ToolFailure.BAD_ARGUMENTS));
        assertThat(ledger.list(10)).isEmpty();
    }

    @Test
    void understandsCurrenciesAsTheyAreSaid() {
        create("{\"amount\":5,\"currency\":\"usd\"}");
        create("{\"amount\":5,\"currency\":\"quid\"}");

        assertThat(ledger.list(10)).extracting(request -> request.money().toString())
                .containsExactly("5.00 GBP", "5.00 USD");
    }

    @Test
    void writesNothingForAToolItDoesNotHave() {
        var result = call("call_1", "delete_everything", "{\"amount\":49.95,\"currency\":\"USD\"}");

        assertThat(result.output()).contains("There is no tool named");
        assertThat(ledger.list(10)).isEmpty();
    }

    @Test
    void makesOneRequestOfACallThatIsDeliveredThreeTimesEvenToAnotherRunner() {
        var arguments = "{\"amount\":49.95,\"currency\":\"USD\"}";

        var first = call("call_1", "create_payment_request", arguments);
        var second = call("call_1", "create_payment_request", arguments);
        try (var reconnected = new ToolRunner(toolbox)) {
            var third = call(reconnected, "call_1", "create_payment_request", arguments);

            assertThat(second).isEqualTo(first);
            assertThat(third.output()).isEqualTo(first.output());
        }
        assertThat(ledger.list(10)).hasSize(1);
    }

    @Test
    void tellsListsAndCancels() {
        create("{\"amount\":49.95,\"currency\":\"USD\"}");

        assertThat(call("a", "payment_request_status", "{\"order_id\":\"1001\"}").output())
                .contains("Payment request 1001 over 49.95 USD is pending.");
        assertThat(call("b", "cancel_payment_request", "{\"order_id\":\"# 1001\"}").output())
                .contains("Payment request 1001 is cancelled.", "\"state\":\"cancelled\"");
        assertThat(call("c", "list_recent_payment_requests", "{}").output())
                .startsWith("{\"requests\":[{\"order_id\":\"1001\"")
                .contains("There is one payment request.");
        assertThat(call("d", "list_recent_payment_requests", "{\"limit\":21}").output())
                .isEqualTo("{\"error\":\"I can list 1 to 20 payment requests at a time.\"}");
    }

    @Test
    void doesNotCancelWhatIsPaidOrUnknown() {
        create("{\"amount\":49.95,\"currency\":\"USD\"}");
        ledger.move(new OrderId(1001), PaymentState.PAID);

        assertThat(call("a", "cancel_payment_request", "{\"order_id\":\"1001\"}").output())
                .isEqualTo("{\"error\":\"Payment request 1001 is paid and cannot become cancelled.\"}");
        assertThat(call("b", "cancel_payment_request", "{\"order_id\":\"1002\"}").output())
                .isEqualTo("{\"error\":\"There is no payment request 1002.\"}");
        assertThat(call("c", "payment_request_status", "{\"order_id\":\"X1234\"}").output())
                .isEqualTo("{\"error\":\"There is no payment request with that number. Which order ID is meant?\"}");
    }

    private ToolResult create(String arguments) {
        return call("call_" + ++calls, "create_payment_request", arguments);
    }

    private ToolResult call(String id, String tool, String arguments) {
        return call(runner, id, tool, arguments);
    }

    private static ToolResult call(ToolRunner runner, String id, String tool, String arguments) {
        var answer = new CompletableFuture<ToolResult>();
        runner.submit(new ToolCall(id, tool, arguments), answer::complete);
        return answer.orTimeout(20, SECONDS).join();
    }
}
