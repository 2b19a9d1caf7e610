package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.RealtimeSession;
import dev.parley.realtime.Response;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import dev.parley.speech.Hearing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.JsonNodeFactory;

/// Scenarios of the reference (systems, section 5.9) that take both sides, the client and the emulator, to tell. The others
/// have their tests where the side is that has to bear them.
@Timeout(30)
class TestScenariosTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String BOTH = "What do tea and cake cost?";

    private final Emulator emulator = Emulator.start(Emulator.Settings.of(Scenario.paymentDesk().withPace(0))
            .withFaculties(Faculties.offline(Scenario.paymentDesk())
                    .withEars(_ -> new Hearing.NotUnderstood())
                    .withMinds(() -> TestScenariosTest::think)));
    private final RealtimeClient client = RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("sk-test").build();
    private final RealtimeSession session = client.connect();
    private final List<ServerEvent> received = new ArrayList<>();

    /// Asks for prices when it is asked for them, tells what it learned, and otherwise says all that it knows.
    private static void think(Mind.Situation situation, Consumer<Mind.Thought> out) {
        if (!situation.toolOutputs().isEmpty()) {
            out.accept(new Mind.Thought.Say(String.join(" and ", situation.toolOutputs()
                    .stream()
                    .map(Mind.ToolOutput::output)
                    .toList())));
        } else if (situation.lastWords().filter(BOTH::equals).isPresent()) {
            out.accept(new Mind.Thought.CallFunction("price", "{\"of\":\"tea\"}"));
            out.accept(new Mind.Thought.CallFunction("price", "{\"of\":\"cake\"}"));
        } else {
            out.accept(new Mind.Thought.Say(String.join(" ", situation.conversation()
                    .stream()
                    .map(item -> ((Item.Message) item).text())
                    .toList())));
        }
    }

    @AfterEach
    void hangUp() {
        session.close();
        client.close();
        emulator.close();
    }

    private void configure(SessionConfig.Builder config) {
        session.configure(config.turnDetection(new TurnDetection.Manual()).build());
    }

    /// Waits for the end of a response.
    private Response answer() {
        while (true) {
            var event = session.next(PATIENCE)
                    .orElseThrow(() -> new AssertionError("expected response.done, found only "
                            + received.stream().map(ServerEvent::type).toList() + "; " + session.closed()));
            received.add(event);
            if (event instanceof ServerEvent.ResponseDone done) {
                return done.response();
            }
        }
    }

    private static String said(Response response) {
        return response.messages().getFirst().text();
    }

    private List<Item.FunctionCall> bothCalls() {
        configure(SessionConfig.builder()
                .outputModality("text")
                .tools(List.of(new FunctionTool("price", "What something costs.", JsonNodeFactory.instance.objectNode()
                        .put("type", "object")))));
        session.add(Item.userText(BOTH));
        session.respond();
        return answer().functionCalls();
    }

    @Test
    void twoToolsInOneReplyAreAnsweredByOneReply() {
        var calls = bothCalls();

        assertThat(calls).extracting(Item.FunctionCall::arguments)
                .containsExactly("{\"of\":\"tea\"}", "{\"of\":\"cake\"}");
        assertThat(calls.getFirst().callId()).isNotEqualTo(calls.getLast().callId());
        assertThat(received).filteredOn(ServerEvent.FunctionArgumentsDone.class::isInstance)
                .extracting(event -> event.raw().path("output_index").intValue())
                .containsExactly(0, 1);
        session.add(Item.functionCallOutput(calls.getLast().callId(), "cake is 4"));
        session.add(Item.functionCallOutput(calls.getFirst().callId(), "tea is 2"));
        session.respond();

        assertThat(said(answer())).isEqualTo("cake is 4 and tea is 2");
    }

    @Test
    void aToolOutputThatComesLateIsStillTaken() {
        var calls = bothCalls();
        session.add(Item.functionCallOutput(calls.getFirst().callId(), "tea is 2"));
        session.respond();
        assertThat(said(answer())).as("meanwhile").isEqualTo("tea is 2");

        session.add(Item.functionCallOutput(calls.getLast().callId(), "cake is 4"));
        session.respond();

        assertThat(said(answer())).isEqualTo("cake is 4");
        assertThat(received).noneMatch(ServerEvent.ErrorEvent.class::isInstance);
    }

    @Test
    void theModelDoesNotKnowTheMiddleOfThreeItemsOnceItIsDeleted() {
        configure(SessionConfig.builder().outputModality("text"));
        for (var words : List.of("one", "two", "three")) {
            session.add(Item.userText(words).with("item_" + words, "completed"));
        }
        session.delete("item_two");
        session.respond();

        assertThat(said(answer())).isEqualTo("one three");
        assertThat(received).filteredOn(ServerEvent.ItemDeleted.class::isInstance)
                .extracting(event -> ((ServerEvent.ItemDeleted) event).itemId())
                .containsExactly("item_two");
    }

    @Test
    void oneReplyIsWrittenInASessionThatSpeaks() {
        configure(SessionConfig.builder().outputModality("audio"));
        session.add(Item.userText("one"));
        session.respond(ResponseConfig.builder().outputModality("text").build());
        answer();
        assertThat(received).noneMatch(ServerEvent.OutputAudioDelta.class::isInstance)
                .anyMatch(ServerEvent.OutputTextDone.class::isInstance);
        received.clear();

        session.respond();

        answer();
        assertThat(received).anyMatch(ServerEvent.OutputAudioDelta.class::isInstance)
                .noneMatch(ServerEvent.OutputTextDone.class::isInstance);
    }
}
