package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.media.AudioLeg;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// The README's snippets, compiled and run. Each of its Java blocks stands in this file, line for line.
class ReadmeTest {
    private static final Logger LOG = Logger.getLogger(ReadmeTest.class.getName());
    private static final Pattern BLOCK = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);
    private static final Path HERE = Path.of("src/test/java/dev/parley/agent/ReadmeTest.java");

    // The page decides where lines break.
    // @formatter:off
    public record Line(@Param(value = "What to bring", minLength = 2) String product,
            @Param(value = "How many", min = 1, max = 20) int count) {}

    @Doc("How much is in the glass")
    public enum Size {
        @Doc("a third of a litre") SMALL,
        @Doc("half a litre") LARGE
    }

    public static final class Bar {
        @Tool("Takes an order. Read it back before you call this.")
        public String order(@Param(value = "The order", minItems = 1) List<Line> lines, Optional<Size> size) {
            return lines.size() + " lines, " + size.map(Size::toString).orElse("any size");
        }

        @Tool("Charges the guest.")
        public String charge(Amount amount, ToolCallContext call) {
            return "charged " + amount + " once for " + call.callId();
        }
    }

    public interface Stock {
        @Tool("Tells how much of a product is left.")
        int left(@Param("The product") String product);
    }

    public static final class Office {
        @Tool(value = "Prints a receipt.", sequential = true, timeoutMillis = 5_000)
        public String print(String text) {
            return "printed";
        }

        @Tool(value = "Looks a guest up.", progress = "One moment, I am looking that up.", progressAfterMillis = 1_500,
                onBargeIn = BargeIn.CANCEL)
        public String findGuest(String name) throws InterruptedException {
            return "a regular";
        }
    }

    static AgentCall answer(Agent agent, ToolRunner tools, Session session, AudioLeg caller, Prices prices) {
        return AgentCall.with(agent, tools)
                .prices(prices)
                .observer((event, at) -> System.out.println(at + " " + line(event)))
                .observer((event, at) -> LOG.fine(event.getClass().getSimpleName()))
                .start(session, caller);
    }

    static String line(CallEvent event) {
        return switch (event) {
            case CallEvent.CallerSaid said -> "caller: " + said.text();
            case CallEvent.AgentSaid said -> "agent: " + said.text();
            case CallEvent.ToolAnswered answer -> answer.name() + " took " + answer.took().toMillis() + " ms";
            case CallEvent.Charged charged -> "so far: " + charged.total().amount() + " " + charged.total().currency();
            default -> event.getClass().getSimpleName();
        };
    }

    static List<ClientEvent> bringBack(ConversationMirror mirror) {
        var kept = mirror.snapshot().toJson().toString();
        return ConversationSnapshot.of(JsonMapper.shared().readTree(kept)).replay();
    }

    @Test
    void toolsComeFromMethodsInterfacesAndSchemas() {
        var toolbox = Toolbox.of(new Bar());
        var agent = Agent.of("You work at a bar. Be brief.", toolbox.definitions());
        Stock stock = product -> product.equals("tea") ? 3 : 0;
        var stockTools = Toolbox.of(stock);
        var combined = Toolbox.builder()
                .methods(new Bar())
                .include(stockTools)
                .tool("book_table", "Books a table.", """
                        {"type": "object",
                         "properties": {"guests": {"type": "integer", "minimum": 1, "maximum": 8}},
                         "required": ["guests"],
                         "additionalProperties": false}""",
                        (arguments, call) -> "booked for " + arguments.get("guests").intValue())
                .build();

        assertThat(agent.tools()).hasSize(2);
        assertThat(combined.definitions()).extracting(FunctionTool::name)
                .containsExactly("book_table", "charge", "left", "order");
        try (var calls = new ToolCaller(new ToolRunner(combined))) {
            assertThat(calls.outcome("book_table", "{\"guests\":3}")).isEqualTo("booked for 3");
            assertThat(calls.outcome("left", "{\"product\":\"tea\"}")).isEqualTo("3");
            assertThat(calls.outcome("order", "{\"lines\":[{\"product\":\"tea\",\"count\":0}]}")).isEqualTo(
                    "BAD_ARGUMENTS: lines[0].count: expected a number at least 1 and at most 20, found the number 0");
        }
    }

    @Test
    void guardsLimitAndRedact() {
        var toolbox = Toolbox.of(new Bar());
        var limit = ToolGuard.ofArguments((call, arguments) -> arguments.at("/amount/value").asDouble(0) > 100
                ? ToolGuard.refuse("Amounts above 100 need a colleague.")
                : ToolGuard.allow());
        var redact = ToolGuard.ofResults((call, output) -> ToolGuard.replace(output.replaceAll("\\d{12,}", "****")));
        var runner = new ToolRunner(toolbox, limit.then(redact));

        try (var calls = new ToolCaller(runner)) {
            assertThat(calls.outcome("charge", "{\"amount\":{\"value\":101,\"currency\":\"EUR\"}}"))
                    .isEqualTo("FORBIDDEN: Amounts above 100 need a colleague.");
            assertThat(calls.outcome("charge", "{\"amount\":{\"value\":9.5,\"currency\":\"EUR\"}}"))
                    .isEqualTo("charged 9.50 EUR once for call_2");
        }
    }

    @Test
    void toolsSayHowTheyAreTreated() {
        var policy = Toolbox.of(new Office()).find("find_guest").orElseThrow().policy();

        assertThat(policy.onBargeIn()).isEqualTo(BargeIn.CANCEL);
        assertThat(policy.progress()).isEqualTo("One moment, I am looking that up.");
    }

    @Test
    void pricesAreGivenByTheUser() {
        var prices = Prices.ofJson("""
                {"currency": "USD", "text_input": 4, "cached_text_input": 0.4, "text_output": 16,
                 "audio_input": 32, "cached_audio_input": 0.4, "audio_output": 64, "transcription_minute": 0.006}""");

        assertThat(prices.prices()).hasSize(7);
    }

    @Test
    void aConversationIsBroughtBack() {
        var mirror = new ConversationMirror(AudioEncoding.PCM);
        mirror.on(new ServerEvent.ItemAdded(null, Item.userText("Tea, please.").with("u1", "completed")));

        assertThat(bringBack(mirror)).singleElement()
                .satisfies(event -> assertThat(event.toJson()).contains("Tea, please."));
    }
    // @formatter:on

    @Test
    void everySnippetOfThePageIsInThisFile() throws IOException {
        var compiled = stripped(Files.readString(HERE));
        var snippets = BLOCK.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map((MatchResult block) -> stripped(block.group(1)))
                .toList();

        assertThat(snippets).hasSizeGreaterThan(8).allSatisfy(snippet -> assertThat(compiled).contains(snippet));
    }

    private static String stripped(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n")).strip();
    }
}
