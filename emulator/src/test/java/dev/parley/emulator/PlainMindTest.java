package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.Mind.Situation;
import dev.parley.emulator.Mind.Thought;
import dev.parley.emulator.Mind.ToolOutput;
import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import dev.parley.realtime.ToolChoice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PlainMindTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant TUESDAY = Instant.parse("2026-11-24T15:00:00Z");
    private static final List<FunctionTool> TOOLS = tools();

    private final Mind mind = new PlainMind(() -> TUESDAY);

    /// A line of the table.
    record Case(String words, String function, String arguments) {
        @Override
        public String toString() {
            return words + " -> " + function;
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void callsTheFunctionThatFitsTheWordsAndFillsItsParameters(Case one) {
        var thought = respond(said(one.words, new ToolChoice.Auto()));

        if (one.function.equals("-")) {
            assertThat(thought).isEqualTo(new Thought.Say("I heard \"" + one.words + "\"."));
        } else {
            assertThat(thought).isInstanceOfSatisfying(Thought.CallFunction.class, call -> {
                assertThat(call.name()).isEqualTo(one.function);
                assertThat(normal(call.arguments())).isEqualTo(normal(one.arguments));
            });
        }
    }

    @Test
    void hasATableWorthTheName() {
        assertThat(cases()).hasSizeGreaterThan(60).filteredOn(one -> one.function.equals("-")).hasSizeGreaterThan(10);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            say hello world                              | hello world
            Repeat after me: The quick brown fox.        | The quick brown fox.
            repeat after me one two three                | one two three
            Can you say "good night"?                    | good night
            please repeat the words red green blue       | red green blue
            Say exactly: I'm here.                       | I'm here.
            Could you please repeat: it's 5 o'clock      | it's 5 o'clock
            """)
    void repeatsWhatItIsAskedToRepeat(String words, String repeated) {
        assertThat(answer(words)).isEqualTo(repeated);
    }

    @Test
    void repeatsWhatItSaidLast() {
        var conversation = List.<Item>of(Item.userText("hi"), Item.assistantText("The code is 42."), Item.userText(
                "?"));
        var situation = new Situation("", conversation, List.of(), Optional.of("Can you repeat that, please?"), true,
                List.of());

        assertThat(respond(situation)).isEqualTo(new Thought.Say("The code is 42."));
    }

    @Test
    void saysWhatItHeardWhenNothingFits() {
        assertThat(answer("what is the airspeed of a swallow")).isEqualTo(
                "I heard \"what is the airspeed of a swallow\".");
    }

    @Test
    void saysSoWhenItCouldNotMakeOutTheWords() {
        var situation = new Situation("", List.of(), TOOLS, Optional.empty(), true, List.of());

        assertThat(respond(situation)).isEqualTo(new Thought.Say("I heard you, but I could not make out the words."));
    }

    @Test
    void greetsWhoeverHasNotSpokenInTheWordsOfItsInstructions() {
        assertThat(respond(new Situation("", List.of(), TOOLS, Optional.empty(), false, List.of())))
                .isEqualTo(new Thought.Say("Hello. How can I help you?"));
        assertThat(respond(new Situation("You are kind. Greet the caller with \"Welcome to Acme!\" and wait.", List
                .of(),
                TOOLS, Optional.empty(), false, List.of()))).isEqualTo(new Thought.Say("Welcome to Acme!"));
    }

    @Test
    void callsNothingWhenTheClientForbidsIt() {
        assertThat(respond(said("what is the weather in Paris", new ToolChoice.None())))
                .isEqualTo(new Thought.Say("I heard \"what is the weather in Paris\"."));
    }

    @Test
    void callsTheNearestFunctionWhenOneIsRequired() {
        assertThat(respond(said("rain", new ToolChoice.Required()))).isInstanceOfSatisfying(Thought.CallFunction.class,
                call -> assertThat(call.name()).isEqualTo("get_weather"));
        assertThat(respond(said("mumble", new ToolChoice.Required()))).isInstanceOf(Thought.CallFunction.class);
    }

    @Test
    void callsTheFunctionThatIsNamed() {
        assertThat(respond(said("say it is raining in Paris", new ToolChoice.Function("set_timer"))))
                .isEqualTo(new Thought.CallFunction("set_timer", "{\"minutes\":1,\"label\":\"timer\"}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"order_id":1001,"state":"pending"}               | Order id 1001, state pending.
            {"orderId":"A17","paid":true,"note":null}         | Order id A17, paid yes.
            {"error":"No such order."}                        | Sorry, that did not work: No such order.
            {"error":{"code":"x","message":"Too expensive"}}  | Sorry, that did not work: Too expensive.
            {"success":false}                                 | Sorry, that did not work.
            {"error":null,"total":5}                          | Total 5.
            it is sunny                                       | It is sunny.
            "Done!"                                           | Done!
            {}                                                | Done.
            null                                              | Done.
            ["tea","coffee","milk"]                           | Tea, coffee and milk.
            [1,2,3,4,5,6,7]                                   | 1, 2, 3, 4, 5 and 2 more.
            {"items":[{"name":"tea"},{"name":"milk"}]}        | Items name tea; name milk.
            {"weather":{"temp":21.5,"sky":"clear"}}           | Weather temp 21.5, sky clear.
            []                                                | None.
            """)
    void speaksWhatAFunctionAnswered(String output, String sentence) {
        var situation = new Situation("", List.of(), TOOLS, Optional.of("go on"), false,
                List.of(new ToolOutput("call_1", output)));

        assertThat(respond(situation)).isEqualTo(new Thought.Say(sentence));
    }

    @Test
    void speaksAllAnswersAtOnce() {
        var situation = new Situation("", List.of(), TOOLS, Optional.of("go on"), false,
                List.of(new ToolOutput("call_1", "{\"a\":1}"), new ToolOutput("call_2", "two")));

        assertThat(respond(situation)).isEqualTo(new Thought.Say("A 1. Two."));
    }

    @Test
    void fillsEveryRequiredParameterWithinItsBoundsWhateverIsSaid() {
        var random = new SplittableRandom(42);
        var vocabulary = List.of("book", "a", "table", "for", "minus", "ninety", "nine", "$", "\"", "tomorrow", "may",
                "31st",
                "february", "o'clock", "at", "and", "", ",", "the", "of", "to", "x9", "€5", "9999999999999999999999",
                "in",
                "yesterday", "25:99", "\uD83D", "emoji😀", "list", "email", "'", "a", "-", "--5", "1e9", "weeks");
        for (int i = 0; i < 200; i++) {
            var words = new ArrayList<String>();
            for (int length = random.nextInt(1, 14); length > 0; length--) {
                words.add(vocabulary.get(random.nextInt(vocabulary.size())));
            }
            var tool = TOOLS.get(random.nextInt(TOOLS.size()));
            var said = String.join(" ", words) + ".";

            var thought = respond(said(said, new ToolChoice.Function(tool.name())));

            assertThat(thought).as("said \"%s\" to %s", said, tool.name()).isInstanceOf(Thought.CallFunction.class);
            var arguments = JSON.readTree(((Thought.CallFunction) thought).arguments());
            tool.parameters()
                    .path("required")
                    .forEach(name -> assertThat(arguments.has(name.stringValue())).as(
                            "\"%s\" to %s gives %s", said, tool.name(), arguments).isTrue());
            if (tool.name().equals("bookTable")) {
                assertThat(arguments.path("guests").intValue()).isBetween(1, 12);
            }
        }
    }

    @Test
    void takesItsTimeWithNobodysThousandWords() {
        long begun = System.nanoTime();

        respond(said("ninety nine dollars and ".repeat(500), new ToolChoice.Auto()));

        assertThat((System.nanoTime() - begun) / 1_000_000).isLessThan(5_000);
    }

    @Test
    void survivesSchemasThatLeadNowhere() {
        for (var schema : List.of("{}", "{\"type\":\"object\"}",
                "{\"properties\":{\"a\":{\"$ref\":\"#/properties/a\"}},\"required\":[\"a\"]}",
                "{\"properties\":{\"a\":{\"$ref\":\"#/nowhere\"}},\"required\":[\"a\"]}",
                "{\"properties\":{\"a\":true},\"required\":[\"a\"]}",
                "{\"$ref\":\"#/$defs/p\",\"$defs\":{\"p\":{\"properties\":{\"a\":{\"$ref\":\"#/$defs/p\"},\"b\":{\"$ref\":\"#/$defs/p\"},"
                        + "\"c\":{\"$ref\":\"#/$defs/p\"},\"d\":{\"type\":\"string\"}},\"required\":[\"a\",\"b\",\"c\",\"d\"]}}}",
                "{\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/nowhere\"}}},\"required\":[\"a\"]}",
                "{\"properties\":{\"a\":{\"enum\":[null]}},\"required\":[\"a\"]}",
                "{\"properties\":{\"a\":{\"type\":\"integer\",\"minimum\":5,\"maximum\":1}},\"required\":[\"a\"]}",
                "{\"properties\":{\"a\":{\"type\":\"array\",\"minItems\":2,\"items\":{\"type\":\"boolean\"}}},\"required\":[\"a\"]}")) {
            var tool = new FunctionTool("anything", "", JSON.readTree(schema));
            var situation = new Situation("", List.of(), List.of(tool), Optional.of("do anything"), true, List.of(),
                    new ToolChoice.Required());

            assertThat(respond(situation)).as(schema).isInstanceOf(Thought.CallFunction.class);
        }
    }

    private String answer(String words) {
        return respond(said(words, new ToolChoice.Auto())) instanceof Thought.Say say ? say.text() : "a call";
    }

    private static Situation said(String words, ToolChoice choice) {
        return new Situation("", List.of(Item.userText(words)), TOOLS, Optional.of(words), true, List.of(), choice);
    }

    private Thought respond(Situation situation) {
        var thoughts = new ArrayList<Thought>();
        try {
            mind.respond(situation, thoughts::add);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(thoughts).hasSize(1);
        return thoughts.getFirst();
    }

    /// Numbers compare by value, members in any order.
    private static String normal(String json) {
        return normal(JSON.readTree(json));
    }

    private static String normal(JsonNode node) {
        if (node.isObject()) {
            return "{" + String.join(",", node.properties()
                    .stream()
                    .map(member -> member.getKey() + ":" + normal(member.getValue()))
                    .sorted()
                    .toList()) + "}";
        }
        if (node.isArray()) {
            return "[" + String.join(",", node.valueStream().map(PlainMindTest::normal).toList()) + "]";
        }
        return node.isNumber() ? node.decimalValue().stripTrailingZeros().toPlainString() : node.toString();
    }

    static List<Case> cases() {
        return resource("plain-mind-cases.txt").filter(line -> !line.isBlank() && !line.startsWith("#")).map(line -> {
            var columns = line.split("\\|", 3);
            return new Case(columns[0].strip(), columns[1].strip(), columns.length > 2 ? columns[2].strip() : "");
        }).toList();
    }

    private static List<FunctionTool> tools() {
        return JSON.readTree(String.join("\n", resource("plain-mind-tools.json").toList()))
                .valueStream()
                .map(tool -> new FunctionTool(tool.path("name").stringValue(), tool.path("description").stringValue(),
                        tool
                                .path("parameters")))
                .toList();
    }

    private static Stream<String> resource(String name) {
        try (var in = Objects.requireNonNull(PlainMindTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
