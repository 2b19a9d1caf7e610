package dev.parley.emulator;

import static dev.parley.emulator.VirtualSession.ladder;
import static dev.parley.emulator.VirtualSession.types;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.EmulatedSession.Opening;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import dev.parley.realtime.Response;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.ToolChoice;
import dev.parley.realtime.TurnDetection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;

/// What a client can ask of one response: section 4 of the protocol's reference, and the account of it, section 9.
class EmulatedResponseTest {
    private static final Opening OPENING = Opening.of("gpt-realtime");
    private static final FunctionTool LOOKUP = new FunctionTool("lookup", "", JsonNodeFactory.instance.objectNode());
    private static final FunctionTool ORDER = new FunctionTool("order", "", JsonNodeFactory.instance.objectNode());

    // Overrides

    @Test
    void isAsItWasAskedFor() {
        var mind = Minds.saying("one two three");
        var session = VirtualSession.open(OPENING, mind);

        session.send(new ClientEvent.ResponseCreate(ResponseConfig.builder()
                .instructions("Count.")
                .voice("sage")
                .outputEncoding(AudioEncoding.PCMU)
                .tools(List.of(LOOKUP))
                .maxOutputTokens(500)
                .metadata(Map.of("topic", "numbers"))
                .build()));

        var done = session.last(ServerEvent.ResponseDone.class).response().raw();
        assertThat(done.path("audio").toString()).isEqualTo(
                "{\"output\":{\"format\":{\"type\":\"audio/pcmu\"},\"voice\":\"sage\"}}");
        assertThat(done.path("max_output_tokens").intValue()).isEqualTo(500);
        assertThat(done.path("metadata").toString()).isEqualTo("{\"topic\":\"numbers\"}");
        assertThat(mind.lastAsked().instructions()).isEqualTo("Count.");
        assertThat(mind.lastAsked().toolNames()).containsExactly("lookup");
        assertThat(sound(session)).as("600 ms at 8 kHz").isEqualTo(600 * 8);
        assertThat(session.last(ServerEvent.SessionCreated.class).session().voice()).hasValue("alloy");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"none\" |", "\"auto\" | lookup order", "\"required\" | lookup order",
            "{\"type\":\"function\",\"name\":\"order\"} | order"})
    void offersTheToolsTheClientChooses(String choice, @org.jspecify.annotations.Nullable String offered) {
        var mind = Minds.saying("yes");
        var session = VirtualSession.open(OPENING, mind);
        session.send(new ClientEvent.SessionUpdate(SessionConfig.builder().tools(List.of(LOOKUP, ORDER)).build()));

        session.frame("{\"type\":\"response.create\",\"response\":{\"tool_choice\":" + choice + "}}");

        var names = offered == null ? List.<String>of() : List.of(offered.split(" "));
        assertThat(mind.lastAsked().toolNames()).containsExactlyInAnyOrderElementsOf(names);
        assertThat(mind.lastAsked().toolChoice().toJson().toString()).isEqualTo(choice);
    }

    @Test
    void leavesTheChoiceToTheSession() {
        var mind = Minds.saying("yes");
        var session = VirtualSession.open(OPENING, mind);
        session.send(new ClientEvent.SessionUpdate(SessionConfig.builder()
                .toolChoice(new ToolChoice.Required())
                .build()));

        session.send(new ClientEvent.ResponseCreate());

        assertThat(mind.lastAsked().toolChoice()).isEqualTo(new ToolChoice.Required());
    }

    @Test
    void knowsOnlyWhatTheClientSaysItShould() {
        var mind = Minds.saying("yes");
        var session = VirtualSession.open(OPENING, mind);
        session.frame(item("first", "good morning"));
        session.frame(item("second", "good evening"));

        session.send(new ClientEvent.ResponseCreate(ResponseConfig.builder()
                .outOfBand()
                .input(List.of(Item.reference("first"), Item.userText("what did I say")))
                .build()));

        assertThat(mind.lastAsked().conversation().stream().map(known -> ((Item.Message) known).text()))
                .containsExactly("good morning", "what did I say");
        assertThat(mind.lastAsked().lastWords()).hasValue("what did I say");
    }

    @Test
    void knowsNothingWhenTheClientSaysSo() {
        var mind = Minds.saying("yes");
        var session = VirtualSession.open(OPENING, mind);
        session.frame(item("first", "good morning"));

        session.send(new ClientEvent.ResponseCreate(ResponseConfig.builder().outOfBand().input(List.of()).build()));

        assertThat(mind.lastAsked().conversation()).isEmpty();
        assertThat(mind.lastAsked().lastWords()).isEmpty();
        assertThat(mind.lastAsked().callerHasSpoken()).isFalse();
    }

    @Test
    void takesAFunctionsOutputFromTheInput() {
        var mind = Minds.saying("yes");
        var session = VirtualSession.open(OPENING, mind);

        session.send(new ClientEvent.ResponseCreate(ResponseConfig.builder()
                .outOfBand()
                .input(List.of(Item.functionCall("call_a", "lookup", "{}"), Item.functionCallOutput("call_a", "7")))
                .build()));

        assertThat(mind.lastAsked().toolOutputs()).containsExactly(new Mind.ToolOutput("call_a", "7"));
    }

    @Test
    void refusesAReferenceToNothing() {
        var session = VirtualSession.open(OPENING, Minds.saying("yes"));

        var refused = session.send(new ClientEvent.ResponseCreate(ResponseConfig.builder()
                .input(List.of(Item.reference("nobody")))
                .build()));

        assertThat(types(refused)).containsExactly("error");
        assertThat(refused.getFirst().raw().path("error").path("param").stringValue())
                .isEqualTo("response.input[0].id");
    }

    @Test
    void keepsTheVoiceItHasSpokenIn() {
        var session = VirtualSession.open(OPENING, Minds.saying("yes"));
        session.send(new ClientEvent.ResponseCreate());

        var other = session.send(new ClientEvent.ResponseCreate(ResponseConfig.builder().voice("sage").build()));
        var same = session.send(new ClientEvent.ResponseCreate(ResponseConfig.builder().voice("alloy").build()));

        assertThat(other.getFirst().raw().path("error").path("code").stringValue()).isEqualTo("cannot_update_voice");
        assertThat(types(same)).startsWith("response.created");
    }

    @Test
    void cancelsTheOneThatIsNamedAndNoOther() {
        var session = VirtualSession.open(Scenario.paymentDesk());
        session.textTurnBegins("what can you do for me");
        session.send(new ClientEvent.ResponseCreate(ResponseConfig.builder().outOfBand().build()));
        var ids = session.all(ServerEvent.ResponseCreated.class)
                .stream()
                .map(created -> created.response().id())
                .toList();

        session.send(new ClientEvent.ResponseCancel(ids.getLast()));
        session.passUntilQuiet();

        var statuses = session.all(ServerEvent.ResponseDone.class)
                .stream()
                .collect(Collectors.toMap(done -> done.response().id(), done -> done.response().status()));
        assertThat(statuses).isEqualTo(Map.of(ids.getFirst(), Response.Status.COMPLETED, ids.getLast(),
                Response.Status.CANCELLED));
    }

    // What it is made of

    @Test
    void holdsACommentaryAndAnAnswer() {
        var session = VirtualSession.open(Opening.of("gpt-realtime-2.1"), Minds.thinking(
                Mind.Thought.Say.commentary("One moment."), Mind.Thought.Say.commentary("I am looking."),
                Mind.Thought.Say.finalAnswer("It is seven.")));

        session.send(new ClientEvent.ResponseCreate());

        var messages = session.last(ServerEvent.ResponseDone.class).response().messages();
        assertThat(messages).extracting(message -> message.phase().orElseThrow())
                .containsExactly("commentary", "final_answer");
        assertThat(messages).extracting(Item.Message::text)
                .containsExactly("One moment. I am looking.", "It is seven.");
        assertThat(session.all(ServerEvent.OutputItemAdded.class)).extracting(ServerEvent.OutputItemAdded::outputIndex)
                .containsExactly(0, 1);
        assertThat(session.all(ServerEvent.OutputItemAdded.class))
                .allSatisfy(added -> assertThat(added.item().raw().has("phase")).isTrue());
    }

    @Test
    void tellsNoPhasesApartBeforeTheSecondModel() {
        for (var model : List.of("gpt-realtime", "gpt-realtime-1.5", "gpt-realtime-2025-08-28", "gpt-realtime-mini")) {
            var session = VirtualSession.open(Opening.of(model), Minds.thinking(
                    Mind.Thought.Say.commentary("One moment."), Mind.Thought.Say.finalAnswer("It is seven.")));

            session.send(new ClientEvent.ResponseCreate());

            var messages = session.last(ServerEvent.ResponseDone.class).response().messages();
            assertThat(messages).as(model).singleElement().satisfies(message -> {
                assertThat(message.phase()).isEmpty();
                assertThat(message.text()).isEqualTo("One moment. It is seven.");
            });
        }
    }

    @Test
    void writesArgumentsInPieces() {
        var arguments = "{\"name\":\"Zoë \ud83d\ude00\ud83d\ude00\ud83d\ude00 of the long name\",\"amount\":20}";
        var session = VirtualSession.open(OPENING, Minds.thinking(new Mind.Thought.CallFunction("order", arguments)));

        session.send(new ClientEvent.ResponseCreate());

        var deltas = session.all(ServerEvent.FunctionArgumentsDelta.class);
        assertThat(deltas).hasSizeGreaterThan(2);
        assertThat(deltas.stream().map(ServerEvent.FunctionArgumentsDelta::delta).collect(Collectors.joining()))
                .isEqualTo(arguments)
                .isEqualTo(session.last(ServerEvent.FunctionArgumentsDone.class).arguments());
    }

    @Test
    void callsOneFunctionAtATimeWhenToldSo() {
        var mind = Minds.thinking(new Mind.Thought.CallFunction("lookup", "{}"),
                new Mind.Thought.CallFunction("order", "{}"));
        var both = VirtualSession.open(OPENING, mind);
        var one = VirtualSession.open(OPENING, mind);

        both.send(new ClientEvent.ResponseCreate());
        one.send(new ClientEvent.ResponseCreate(ResponseConfig.builder().parallelToolCalls(false).build()));

        assertThat(both.last(ServerEvent.ResponseDone.class).response().functionCalls()).hasSize(2);
        assertThat(one.last(ServerEvent.ResponseDone.class).response().functionCalls()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"0.25, 2400", "0.5, 1200", "1, 600", "1.5, 400"})
    void speaksAsFastAsTheSessionWants(double speed, long millis) {
        var session = VirtualSession.open(OPENING, Minds.saying("one two three"));
        session.send(new ClientEvent.SessionUpdate(SessionConfig.builder().speed(speed).build()));

        session.send(new ClientEvent.ResponseCreate());

        assertThat(sound(session) / 48).isBetween(millis - 3, millis + 3);
    }

    // Its limit

    @ParameterizedTest
    @CsvSource({"1", "10", "40"})
    void stopsAtItsLimit(int limit) {
        var session = VirtualSession.open(OPENING, Minds.saying("word ".repeat(100).strip()));

        var events = session.send(new ClientEvent.ResponseCreate(ResponseConfig.builder()
                .maxOutputTokens(limit)
                .build()));

        var response = session.last(ServerEvent.ResponseDone.class).response();
        assertThat(ladder(events)).endsWith("response.output_item.done", "conversation.item.done", "response.done",
                "rate_limits.updated");
        assertThat(response.status()).isEqualTo(Response.Status.INCOMPLETE);
        assertThat(response.reason()).hasValue("max_output_tokens");
        assertThat(response.output()).singleElement()
                .satisfies(item -> assertThat(item.status()).hasValue("incomplete"));
        assertThat(response.usage().outputTokens()).isBetween((long) limit - 6, (long) limit);
    }

    @Test
    void cutsACallShortAtItsLimit() {
        var session = VirtualSession.open(OPENING, Minds.thinking(new Mind.Thought.CallFunction("order",
                "{\"text\":\"" + "long ".repeat(40) + "\"}")));

        var events = session.send(new ClientEvent.ResponseCreate(ResponseConfig.builder().maxOutputTokens(9).build()));

        assertThat(types(events)).contains("response.function_call_arguments.delta")
                .doesNotContain("response.function_call_arguments.done");
        assertThat(session.last(ServerEvent.ResponseDone.class).response().functionCalls().getFirst().status())
                .hasValue("incomplete");
    }

    @Test
    void takesItsLimitFromTheSession() {
        var session = VirtualSession.open(OPENING, Minds.saying("word ".repeat(100).strip()));
        session.send(new ClientEvent.SessionUpdate(SessionConfig.builder().maxOutputTokens(10).build()));

        session.send(new ClientEvent.ResponseCreate());
        session.frame("{\"type\":\"response.create\",\"response\":{\"max_output_tokens\":\"inf\"}}");

        assertThat(session.all(ServerEvent.ResponseDone.class)).extracting(done -> done.response().status())
                .containsExactly(Response.Status.INCOMPLETE, Response.Status.COMPLETED);
    }

    // What it costs

    @Test
    void billsTheWholeContextEachTimeAndSaysWhatWasCached() {
        var session = VirtualSession.open(OPENING, Minds.saying("one two three"));
        session.send(new ClientEvent.SessionUpdate(SessionConfig.builder()
                .instructions("x".repeat(40))
                .turnDetection(new TurnDetection.Manual())
                .build()));
        session.play(Speech.silence(1_000));
        session.send(new ClientEvent.InputCommit());
        session.send(new ClientEvent.ResponseCreate());
        session.frame(item("more", "x".repeat(16)));

        session.send(new ClientEvent.ResponseCreate());

        var usages = session.all(ServerEvent.ResponseDone.class).stream().map(done -> done.response().usage()).toList();
        // 40 characters of instructions, a second of the caller.
        assertThat(usages.getFirst().inputTextTokens()).isEqualTo(10);
        assertThat(usages.getFirst().inputAudioTokens()).isEqualTo(10);
        assertThat(usages.getFirst().cachedTokens()).isZero();
        // "one two three" is 13 characters and 600 ms.
        assertThat(usages.getFirst().outputTextTokens()).isEqualTo(4);
        assertThat(usages.getFirst().outputAudioTokens()).isEqualTo(12);
        assertThat(usages.getLast().inputTextTokens()).isEqualTo(10 + 4 + 4);
        assertThat(usages.getLast().inputAudioTokens()).isEqualTo(10 + 12);
        assertThat(usages.getLast().cachedTextTokens()).isEqualTo(10);
        assertThat(usages.getLast().cachedAudioTokens()).isEqualTo(10);
        assertThat(usages).allSatisfy(usage -> {
            var raw = usage.raw();
            assertThat(raw.path("total_tokens").longValue()).isEqualTo(usage.inputTokens() + usage.outputTokens());
            assertThat(usage.inputTokens()).isEqualTo(usage.inputTextTokens() + usage.inputAudioTokens()
                    + usage.inputImageTokens());
            assertThat(usage.outputTokens()).isEqualTo(usage.outputTextTokens() + usage.outputAudioTokens());
            assertThat(usage.cachedTokens()).isEqualTo(usage.cachedTextTokens() + usage.cachedAudioTokens()
                    + usage.cachedImageTokens());
        });
    }

    @Test
    void tellsWhatIsLeftOfTheLastMinute() {
        var session = VirtualSession.open(OPENING.counting(RateWindow.told(1_000)), Minds.saying("one two three"));
        session.send(new ClientEvent.ResponseCreate());
        session.pass(java.time.Duration.ofSeconds(30));
        session.send(new ClientEvent.ResponseCreate());
        session.pass(java.time.Duration.ofSeconds(31));

        session.send(new ClientEvent.ResponseCreate());

        var used = session.all(ServerEvent.ResponseDone.class)
                .stream()
                .map(done -> done.response().usage().totalTokens())
                .toList();
        var limits = session.all(ServerEvent.RateLimitsUpdated.class)
                .stream()
                .map(updated -> updated.rateLimits().getFirst())
                .toList();
        assertThat(limits).extracting(limit -> limit.limit()).containsOnly(1_000L);
        assertThat(limits).extracting(limit -> limit.remaining())
                .containsExactly(1_000 - used.get(0), 1_000 - used.get(0) - used.get(1),
                        1_000 - used.get(1) - used.get(2));
        assertThat(limits.getFirst().reset().toMillis()).isEqualTo(used.get(0) * 60);
    }

    @Test
    void forgetsTheOldestWhenTheContextIsFull() {
        var mind = Minds.saying("yes");
        var session = VirtualSession.open(OPENING, mind);
        IntStream.range(0, 4).forEach(i -> session.frame(item("item" + i, "x".repeat(40_000))));

        session.send(new ClientEvent.ResponseCreate());

        assertThat(mind.lastAsked().conversation()).extracting(item -> item.id().orElseThrow())
                .containsExactly("item2", "item3");
        assertThat(session.last(ServerEvent.ResponseDone.class).response().usage().inputTokens())
                .isBetween(20_000L, 28_224L);
        assertThat(types(session.send(new ClientEvent.ItemRetrieve("item0"))))
                .containsExactly("conversation.item.retrieved");
    }

    @Test
    void failsWhenTheContextIsFullAndMayNotBeCut() {
        var session = VirtualSession.open(OPENING, Minds.saying("yes"));
        session.frame("{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"truncation\":\"disabled\"}}");
        IntStream.range(0, 4).forEach(i -> session.frame(item("item" + i, "x".repeat(40_000))));

        session.send(new ClientEvent.ResponseCreate());

        var response = session.last(ServerEvent.ResponseDone.class).response();
        assertThat(response.status()).isEqualTo(Response.Status.FAILED);
        assertThat(response.usage().totalTokens()).isZero();
    }

    private static long sound(VirtualSession session) {
        return session.all(ServerEvent.OutputAudioDelta.class).stream().mapToLong(delta -> delta.audio().length).sum();
    }

    private static String item(String id, String text) {
        return "{\"type\":\"conversation.item.create\",\"item\":{\"id\":\"" + id
                + "\",\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"" + text
                + "\"}]}}";
    }
}
