package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import dev.parley.emulator.Scenario;
import dev.parley.media.Pcm;
import dev.parley.media.SpeechDetector;
import dev.parley.media.Wav;
import dev.parley.speech.Ears;
import dev.parley.speech.Grammar;
import dev.parley.speech.Hearing;
import dev.parley.speech.SphinxEars;
import dev.parley.venue.PaymentLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The main job, whole: `parley demo` as a newcomer runs it, over WebRTC, and what it leaves behind; and over WebSocket.
///
/// Slow, about 60 s, for a reason: these are conversations, they are spoken, and both sides keep real time. They are
/// therefore held side by side, the bar's in a process of its own, before anything is asked of them.
class DemoTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String NOT_UNDERSTOOD = "(not understood)";

    private static final int MOST_LINES = 10_000;

    @TempDir
    private static Path folder;

    /// An H2 database in memory lasts while somebody has it open.
    private static PaymentLedger ledger;
    private static CommandRun desk;
    private static int barsStatus;
    private static String barsComplaints;
    private static final List<String> BARS_LINES = new ArrayList<>();

    @BeforeAll
    static void holdBothConversations() throws Exception {
        var database = "jdbc:h2:mem:demo_" + UUID.randomUUID().toString().replace("-", "");
        ledger = PaymentLedger.open(database);
        try (var bar = ChildProcess.start(Main.class, "demo", "bar", "--over", "websocket", "--json")) {
            // How soon the other one speaks is measured: this one's start must not get into its way.
            do {
                BARS_LINES.add(bar.line());
            } while (!BARS_LINES.getLast().contains("agent_started_speaking") && BARS_LINES.size() < MOST_LINES);
            var rest = CompletableFuture.supplyAsync(bar::rest, Thread::startVirtualThread);
            desk = CommandRun.of("demo", "--json", "--save", folder.toString(), "--database", database);
            BARS_LINES.addAll(rest.get(60, TimeUnit.SECONDS));
            assertThat(bar.endsWithin(10_000)).as("the demo at the bar ends").isTrue();
            barsStatus = bar.status();
            barsComplaints = bar.complaints();
        }
    }

    @AfterAll
    static void close() {
        ledger.close();
    }

    @Test
    void x10HoldsAWholeConversationAndKeepsWhatWasSaid() {
        assertThat(desk.err()).isEmpty();
        assertThat(desk.status()).isZero();
        var events = desk.out().stream().map(JSON::readTree).toList();
        assertAll(() -> isHeardSoon(events, desk),
                () -> goesAsPlanned(events),
                () -> leavesOnePayment(ledger, events),
                DemoTest::leavesTheCallersWords,
                DemoTest::leavesTheAgentsWords,
                DemoTest::leavesTwoSidesOfOneCall,
                () -> leavesWhatWasPrinted(desk));
    }

    @Test
    void runsABarByVoice() {
        assertThat(barsComplaints).isEmpty();
        assertThat(barsStatus).isZero();
        assertThat(transcript(BARS_LINES.stream().map(JSON::readTree).toList())).containsExactly(
                "agent: Hi, this is the bar. What can I do?",
                "caller: hello there",
                "agent: Hello. What can I get you?",
                "caller: two bud lights please",
                "tool: add_to_cart",
                "agent: Added. That is 10.80 USD so far.",
                "caller: how many bud lights are left",
                "tool: check_inventory",
                "agent: There are 320 left.",
                "caller: open a tab for john",
                "tool: create_tab",
                "agent: The tab is open, with 10.80 USD on it.",
                "caller: put one corona on the tab of john",
                "tool: add_to_cart",
                "agent: The tab is now at 17.28 USD.",
                "caller: close the tab of john",
                "tool: close_tab",
                "agent: The tab is closed and paid, 17.28 USD in all.",
                "caller: thank you very much goodbye",
                "agent: Goodbye.");
    }

    private static void isHeardSoon(List<JsonNode> events, CommandRun run) {
        int firstAnswer = IntStream.range(0, events.size())
                .filter(i -> is(events.get(i), "agent_started_speaking"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("expected the agent to speak, found " + events));
        var after = run.printed().get(firstAnswer);
        System.out.println("The demo's agent was first heard after " + after.toMillis() + " ms");
        assertThat(after).as("time until the agent is first heard").isLessThan(Duration.ofSeconds(10));
    }

    private static void goesAsPlanned(List<JsonNode> events) {
        assertThat(events.stream().map(event -> event.path("at_ms").asLong()).toList()).as("times").isSorted();
        assertThat(events.stream().filter(event -> is(event, "problem"))).as("problems").isEmpty();
        assertThat(transcript(events))
                .as("transcript")
                .containsExactly(
                        "agent: Hello, this is the payment desk. How can I help you?",
                        "caller: hello there",
                        "agent: Hello. Shall I create a payment request for you?",
                        "caller: please create a payment request for forty nine dollars and ninety five cents",
                        "tool: create_payment_request",
                        "agent: Your payment request for 49.95 USD is ready. The order number is #.",
                        "caller: " + NOT_UNDERSTOOD,
                        "agent: Sorry, I did not understand that. You can ask me for a payment request.",
                        "caller: what can you do for me",
                        "agent: I can create payment requests in dollars, euros, pounds and yen, ...",
                        "caller: no stop",
                        "agent: All right. What else can I do for you?",
                        "caller: thank you very much goodbye",
                        "agent: Goodbye, and thank you for calling.");
        assertThat(events.stream().filter(event -> is(event, "interrupted")))
                .as("interruptions")
                .singleElement()
                .satisfies(cut -> assertThat(cut.path("heard_ms").asLong()).isBetween(2_000L, 6_000L));
        assertThat(events.getLast().path("how").asString("")).as("ending").isEqualTo("the caller hung up");
    }

    private static void leavesOnePayment(PaymentLedger ledger, List<JsonNode> events) {
        var callIds = events.stream()
                .filter(event -> is(event, "tool_called"))
                .map(event -> event.path("call_id").asString())
                .toList();
        assertThat(ledger.list(100)).as("payments").singleElement().satisfies(payment -> {
            assertThat(payment.money().minorUnits()).isEqualTo(4_995);
            assertThat(payment.money().currency().getCurrencyCode()).isEqualTo("USD");
            assertThat(callIds).containsExactly(payment.callId());
        });
    }

    private static void leavesTheCallersWords() throws IOException {
        var hear = Scenario.paymentDesk().answers().stream().flatMap(answer -> answer.hear().stream()).toList();
        var lines = recognised("caller.wav", Duration.ofMillis(500), SphinxEars.of(Grammar.of(hear)));

        assertThat(lines)
                .as("what is heard in caller.wav")
                .containsExactly("hello there",
                        "please create a payment request for forty nine dollars and ninety five cents",
                        NOT_UNDERSTOOD,
                        "what can you do for me",
                        "no stop",
                        "thank you very much goodbye");
    }

    private static void leavesTheAgentsWords() throws IOException {
        var lines = recognised("agent.wav", Duration.ofMillis(900),
                SphinxEars.of(Scenario.paymentDesk().callerGrammar()));

        assertThat(lines).as("what is heard in agent.wav").hasSize(7);
        // What was interrupted is half a sentence, which nobody needs to understand.
        var said = List.of("hello this is the payment desk how can i help you",
                "hello shall i create a payment request for you",
                "your payment request for forty nine dollars and ninety five cents is ready the order number is #",
                "sorry i did not understand that you can ask me for a payment request",
                "all right what else can i do for you",
                "goodbye and thank you for calling");
        var heard = lines.stream()
                .map(line -> line.replaceFirst("order number is .*", "order number is #"))
                .filter(said::contains)
                .toList();
        assertThat(said).as("what is heard in agent.wav, in order: " + lines).containsSubsequence(heard);
        // Sound that goes as packets has gaps where the machine is too busy to send or play it in time.
        assertThat(heard).as("what is heard in agent.wav: " + lines).hasSizeGreaterThanOrEqualTo(said.size() - 1);
    }

    private static void leavesTwoSidesOfOneCall() throws IOException {
        var caller = Wav.read(folder.resolve("caller.wav"));
        var agent = Wav.read(folder.resolve("agent.wav"));

        assertThat(caller.frames()).as("length of both sides").isEqualTo(agent.frames());
        for (var side : List.of(caller, agent)) {
            assertThat(side.rate()).isEqualTo(Pcm.REALTIME_RATE);
            assertThat(side.rms()).as("level").isBetween(0.01, 0.3);
            assertThat(IntStream.range(0, side.frames()).map(i -> Math.abs(side.sample(i))).max().orElse(0))
                    .as("peak")
                    .isBetween(3_000, 32_766);
        }
    }

    private static void leavesWhatWasPrinted(CommandRun run) throws IOException {
        assertThat(Files.readAllLines(folder.resolve("events.jsonl"))).as("events.jsonl").isEqualTo(run.out());
        assertThat(folder.resolve("transcript.txt"))
                .content()
                .as("transcript.txt")
                .contains("caller  hello there", "(interrupted: the caller heard", "the caller hung up");
    }

    private static List<String> recognised(String file, Duration silence, Ears ears) throws IOException {
        return segments(Wav.read(folder.resolve(file)), silence).stream()
                .map(ears::hear)
                .map(hearing -> switch (hearing) {
                    case Hearing.Understood understood -> understood.words();
                    case Hearing.NotUnderstood() -> NOT_UNDERSTOOD;
                })
                .toList();
    }

    private static List<Pcm> segments(Pcm audio, Duration silence) {
        var detector = new SpeechDetector(audio.rate(),
                new SpeechDetector.Settings(0.5, Duration.ofMillis(300), silence));
        var segments = new ArrayList<Pcm>();
        int start = 0;
        // The last turn may end with the recording.
        for (var event : detector.process(audio.then(Pcm.silence(audio.rate(), silence.plusMillis(100))))) {
            switch (event) {
                case SpeechDetector.Started(var at) -> start = (int) at;
                case SpeechDetector.Stopped(var at) ->
                    segments.add(audio.slice(start, (int) Math.min(at, audio.frames())));
            }
        }
        return segments;
    }

    private static List<String> transcript(List<JsonNode> events) {
        var lines = new ArrayList<String>();
        for (var event : events) {
            var text = event.path("text").asString("");
            switch (event.path("event").asString("")) {
                case "caller_said" -> lines.add("caller: " + text);
                case "caller_not_understood" -> lines.add("caller: " + NOT_UNDERSTOOD);
                case "agent_said" -> lines.add("agent: " + text.replaceFirst("number is .*", "number is #.")
                        .replaceFirst("(yen,) .*", "$1 ..."));
                case "tool_called" -> lines.add("tool: " + event.path("name").asString(""));
                default -> {
                    // Not part of what was said.
                }
            }
        }
        return lines;
    }

    private static boolean is(JsonNode event, String name) {
        return event.path("event").asString("").equals(name);
    }
}
