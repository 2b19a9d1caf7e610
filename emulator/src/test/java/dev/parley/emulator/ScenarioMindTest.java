package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.Mind.Situation;
import dev.parley.emulator.Mind.Thought;
import dev.parley.emulator.Mind.ToolOutput;
import dev.parley.realtime.FunctionTool;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

class ScenarioMindTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final String YAML = """
            lists: {drinks: [beer, white wine]}
            greeting: Welcome.
            otherwise: Pardon?
            answers:
              - hear: hello
                say: Hi.
              - hear: "pay {price:money} to account {account:digits}"
                call: {tool: pay, with: {amount: "{price.amount}", currency: "{price.currency}", account: "{account}",
                  note: "to {account}, thanks", fixed: always, missing: "{nothing}"}}
                say: "Paid {amount+currency:money}, number {order_id:digits}."
                failed: "No. {error}"
              - hear: "bring me {count:number} {drink:drinks} in {to:currency}"
                call: {tool: bring, with: {count: "{count}", drink: "{drink}", to: "{to}"}}
                say: "{result}"
              - hear: how much is it
                call: {tool: bring}
                say: "That is {bill.total+bill.currency:money}."
              - hear: everything at once
                call:
                  - {tool: pay, with: {amount: "1"}}
                  - {tool: bring, with: {drink: beer}}
                say: "Order {order_id:digits}, {result}."
                failed: "No. {error}"
            """;

    private final ScenarioMind mind = new ScenarioMind(ScenarioReader.read(new ByteArrayInputStream(YAML.getBytes(
            StandardCharsets.UTF_8)), "test.yaml", null));

    @Test
    void greetsOnce() {
        var nothingNew = situation(Optional.empty(), false, List.of(), Set.of());
        respond(nothingNew);

        assertThat(respond(nothingNew)).containsExactly(new Thought.Say("Pardon?"));
    }

    @Test
    void greetsWhoHasNotSpoken() {
        var thoughts = respond(situation(Optional.empty(), false, List.of(), Set.of()));

        assertThat(thoughts).containsExactly(new Thought.Say("Welcome."));
    }

    @Test
    void answersWhatFits() {
        assertThat(hear("Hello!")).containsExactly(new Thought.Say("Hi."));
    }

    @Test
    void asksAgainWhenNothingFits() {
        assertThat(hear("what is the airspeed of a swallow")).containsExactly(new Thought.Say("Pardon?"));
        assertThat(respond(situation(Optional.empty(), true, List.of(), Set.of())))
                .containsExactly(new Thought.Say("Pardon?"));
    }

    @Test
    void asksAgainAfterMoreWordsThanAnyoneSays() {
        assertThat(hear("pay ".repeat(1_000_000))).containsExactly(new Thought.Say("Pardon?"));
    }

    @Test
    void turnsSlotsIntoArgumentsOfTheirTypes() {
        var call = (Thought.CallFunction) hear(
                "pay forty nine dollars and ninety five cents to account zero zero seven").getFirst();

        var arguments = JSON.readTree(call.arguments());
        assertThat(call.name()).isEqualTo("pay");
        assertThat(call.arguments()).contains("\"amount\":49.95,");
        assertThat(arguments.path("amount").decimalValue()).isEqualTo(new BigDecimal("49.95"));
        assertThat(arguments.path("currency").stringValue()).isEqualTo("USD");
        assertThat(arguments.path("account").stringValue()).isEqualTo("007");
        assertThat(arguments.path("note").stringValue()).isEqualTo("to 007, thanks");
        assertThat(arguments.path("fixed").stringValue()).isEqualTo("always");
        assertThat(arguments.has("missing")).isFalse();
    }

    @Test
    void writesArgumentsInTheOrderOfTheScenario() {
        var call = (Thought.CallFunction) hear("pay five euros to account one").getFirst();

        assertThat(JSON.readTree(call.arguments()).propertyNames())
                .containsExactly("amount", "currency", "account", "note", "fixed");
    }

    @Test
    void givesNumbersChoicesAndCurrenciesAsTheToolWantsThem() {
        var arguments = arguments(hear("bring me two white wine in swiss francs").getFirst());

        assertThat(arguments.path("count").intValue()).isEqualTo(2);
        assertThat(arguments.path("count").isNumber()).isTrue();
        assertThat(arguments.path("drink").stringValue()).isEqualTo("white wine");
        assertThat(arguments.path("to").stringValue()).isEqualTo("CHF");
    }

    @Test
    void writesBigAmountsWithoutAnExponent() {
        assertThat(((Thought.CallFunction) hear("pay one billion dollars to account one").getFirst()).arguments())
                .contains("\"amount\":1000000000,");
    }

    @Test
    void speaksAboutTheOutput() {
        hear("pay five euros to account one");

        var said = conclude("{\"amount\":\"5.00\",\"currency\":\"EUR\",\"order_id\":\"1001\"}");

        assertThat(said).containsExactly(new Thought.Say("Paid 5.00 EUR, number 1 0 0 1."));
    }

    @Test
    void readsNumbersInAnOutputToo() {
        hear("pay five euros to account one");

        assertThat(conclude("{\"amount\":5.50,\"currency\":\"EUR\",\"order_id\":1001}"))
                .containsExactly(new Thought.Say("Paid 5.50 EUR, number 1 0 0 1."));
    }

    @Test
    void speaksAboutMembersOfMembers() {
        hear("how much is it");

        assertThat(conclude("{\"bill\":{\"total\":10.75,\"currency\":\"USD\"}}"))
                .containsExactly(new Thought.Say("That is 10.75 USD."));
    }

    @Test
    void speaksAboutAFailure() {
        hear("pay five euros to account one");

        assertThat(conclude("{\"error\":\"The account is closed.\"}"))
                .containsExactly(new Thought.Say("No. The account is closed."));
    }

    @Test
    void takesPlainTextForAnOutput() {
        hear("bring me two beer in euros");

        assertThat(conclude("They are on their way.")).containsExactly(new Thought.Say("They are on their way."));
    }

    @Test
    void callsSeveralFunctionsAndSpeaksOnce() {
        var thoughts = hear("everything at once");

        var said = conclude("{\"order_id\":\"12\"}", "a beer");

        assertThat(thoughts).extracting(thought -> ((Thought.CallFunction) thought).name())
                .containsExactly("pay", "bring");
        assertThat(said).containsExactly(new Thought.Say("Order 1 2, a beer."));
    }

    @Test
    void failsWhenOneOfSeveralFunctionsFails() {
        hear("everything at once");

        assertThat(conclude("{\"error\":\"Too late.\"}", "a beer")).containsExactly(new Thought.Say("No. Too late."));
    }

    @Test
    void callsNothingThatWasNotOffered() {
        var thoughts = respond(situation(Optional.of("everything at once"), true, List.of(), Set.of("pay")));

        assertThat(thoughts).containsExactly(
                new Thought.Say("I cannot do that, because I was given no tool for it."));
    }

    @Test
    void answersNewWordsWhileAFunctionStillRuns() {
        hear("pay five euros to account one");

        assertThat(hear("hello")).containsExactly(new Thought.Say("Hi."));
        assertThat(conclude("{\"amount\":\"5.00\",\"currency\":\"EUR\",\"order_id\":\"7\"}"))
                .containsExactly(new Thought.Say("Paid 5.00 EUR, number 7."));
    }

    private List<Thought> respond(Situation situation) {
        var thoughts = new ArrayList<Thought>();
        mind.respond(situation, thoughts::add);
        return thoughts;
    }

    private static Situation situation(Optional<String> words, boolean spoken, List<ToolOutput> outputs,
            Set<String> tools) {
        var offered = tools.stream()
                .map(name -> new FunctionTool(name, "", JsonNodeFactory.instance.objectNode().put("type", "object")))
                .toList();
        return new Situation("", List.of(), offered, words, spoken, outputs);
    }

    private List<Thought> hear(String words) {
        return respond(situation(Optional.of(words), true, List.of(), Set.of("pay", "bring")));
    }

    private List<Thought> conclude(String... outputs) {
        var answers = List.of(outputs).stream().map(output -> new ToolOutput("call_x", output)).toList();
        return respond(situation(Optional.of("old words"), false, answers, Set.of("pay", "bring")));
    }

    private static JsonNode arguments(Thought thought) {
        return JSON.readTree(((Thought.CallFunction) thought).arguments());
    }
}
