package dev.parley.agent;

import static dev.parley.agent.ConversationEvents.argumentsDone;
import static dev.parley.agent.ConversationEvents.aside;
import static dev.parley.agent.ConversationEvents.audio;
import static dev.parley.agent.ConversationEvents.responseCreated;
import static dev.parley.agent.ConversationEvents.responseDone;
import static dev.parley.agent.ConversationScript.aCallPlayedThere;
import static dev.parley.agent.ConversationScript.agent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Item;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionChange;
import dev.parley.realtime.TurnDetection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/// A conversation with a service that plays what the model says by itself, as over WebRTC.
class PlayedThereTest {
    private static final String WORDS = "There are seven of them.";

    private static ConversationScript aCall() {
        return aCallPlayedThere(agent(), ToolPolicy.DEFAULT);
    }

    /// An agent that is interrupted only when the client says so.
    private static Agent leavingItToUs() {
        var vad = new TurnDetection.ServerVad(0.5, Duration.ofMillis(300), Duration.ofMillis(500), false, false);
        return new Agent("Be brief.", null, "marin", "whisper-1", vad, List.of());
    }

    private static ServerEvent.Part part(String responseId, String itemId) {
        return new ServerEvent.Part(responseId, itemId, 0, 0);
    }

    /// An answer that has begun to be heard.
    private static ServerEvent[] speaking(String responseId, String itemId) {
        return new ServerEvent[]{responseCreated(responseId),
                new ServerEvent.ContentPartAdded(part(responseId, itemId),
                        JsonNodeFactory.instance.objectNode().put("type", "audio")),
                new ServerEvent.OutputBufferStarted(responseId)};
    }

    @Test
    void saysWhenTheAgentIsFirstHeard() {
        var call = aCall().callerStarts().callerStops().after(Duration.ofMillis(300)).given();

        call.service(speaking("r1", "m1")).service(new ServerEvent.OutputBufferStarted("r1"));

        assertThat(call.published())
                .containsExactly(new CallEvent.AgentStartedSpeaking("m1", Duration.ofMillis(300)));
    }

    @Test
    void neitherPlaysNorCuts() {
        var call = aCall().service(speaking("r1", "m1")).given();

        // A service that sends its sound twice is not to be heard twice.
        call.service(audio("r1", "m1", 500)).callerStarts().playoutStopped();
        call.service(responseDone("r1", "cancelled"));

        assertThat(call.effects(Effect.Play.class)).isEmpty();
        assertThat(call.sent()).isEmpty();
    }

    @Test
    void isSilentFromTheInterruptionUntilTheServiceIs() {
        var call = aCall().service(speaking("r1", "m1")).given();

        call.callerStarts();

        assertThat(call.effects(Effect.StopPlayout.class)).hasSize(1);
        assertThat(call.effects(Effect.ResumePlayout.class)).isEmpty();
        call.playoutStopped().service(new ServerEvent.OutputBufferCleared("r1"));
        assertThat(call.effects(Effect.ResumePlayout.class)).hasSize(1);
    }

    @Test
    void stopsNothingWhereNothingIsPlayed() {
        var call = aCall().service(speaking("r1", "m1"))
                .service(responseDone("r1", "completed"), new ServerEvent.OutputBufferStopped("r1"))
                .given();

        call.callerStarts();

        assertThat(call.effects(Effect.StopPlayout.class)).isEmpty();
    }

    @Test
    void tellsWhatWasHeardAsTheServiceCountsIt() {
        var call = aCall().service(speaking("r1", "m1"))
                .service(new ServerEvent.ItemAdded(null, Item.message("assistant")
                        .with("m1", "in_progress")),
                        new ServerEvent.OutputTranscriptDone(part("r1", "m1"), WORDS))
                .given();

        call.callerStarts()
                .playoutStopped()
                .service(new ServerEvent.OutputBufferCleared("r1"), new ServerEvent.ItemTruncated("m1", 0, 820),
                        responseDone("r1", "cancelled"));

        assertThat(call.published()).contains(new CallEvent.Interrupted("m1", Duration.ofMillis(820)));
        assertThat(call.sent()).isEmpty();
    }

    @Test
    void interruptsAServiceThatDoesNotDoSoByItself() {
        var call = aCallPlayedThere(leavingItToUs(), ToolPolicy.DEFAULT).service(speaking("r1", "m1")).given();

        call.callerStarts();

        assertThat(call.sent())
                .containsExactly(new ClientEvent.ResponseCancel(), new ClientEvent.OutputBufferClear());
    }

    @Test
    void stopsAlsoWhatIsHeardAfterItsResponseIsDone() {
        var call = aCallPlayedThere(leavingItToUs(), ToolPolicy.DEFAULT).service(speaking("r1", "m1"))
                .service(responseDone("r1", "completed"))
                .given();

        call.callerStarts();

        assertThat(call.sent()).containsExactly(new ClientEvent.OutputBufferClear());
    }

    @Test
    void anAnswerThatBeginsToBePlayedWhileTheCallerSpeaksIsNotHeard() {
        var call = aCall().callerStarts().given();

        call.service(speaking("r1", "m1"));

        assertThat(call.sent()).containsExactly(new ClientEvent.OutputBufferClear());
        assertThat(call.effects(Effect.StopPlayout.class)).hasSize(1);
    }

    @Test
    void asksForTheAnswerToAToolWhileTheLastOneIsStillHeard() {
        var call = aCall().service(speaking("r1", "m1"))
                .service(argumentsDone("r1", "call_1", "lookup", "{}"))
                .toolFinishes("call_1")
                .given();

        call.service(responseDone("r1", "completed"));

        assertThat(call.sentTypes()).containsExactly("response.create");
    }

    @Test
    void saysNothingMeanwhileIntoWhatIsHeard() {
        var policy = ToolPolicy.DEFAULT.withProgress("One moment.", Duration.ofSeconds(2));
        var call = aCallPlayedThere(agent(), policy).service(speaking("r1", "m1"))
                .service(argumentsDone("r1", "call_1", "lookup", "{}"), responseDone("r1", "completed"))
                .tickAfter(Duration.ofSeconds(5))
                .given();

        call.service(new ServerEvent.OutputBufferStopped("r1")).tickAfter(Duration.ofSeconds(1));
        assertThat(call.sent()).as("a second after the silence began").isEmpty();
        call.tickAfter(Duration.ofSeconds(1));

        assertThat(call.sentTypes()).containsExactly("response.create");
    }

    @Test
    void silencesASentenceOfProgressThatIsBeingHeard() {
        var policy = ToolPolicy.DEFAULT.withProgress("One moment.", Duration.ofSeconds(2));
        var labels = JsonNodeFactory.instance.objectNode().put("parley_progress", "call_1");
        var call = aCallPlayedThere(agent(), policy).service(responseCreated("r1"))
                .service(argumentsDone("r1", "call_1", "lookup", "{}"), responseDone("r1", "completed"))
                .tickAfter(Duration.ofSeconds(3))
                .service(aside("response.created", "r_aside", "in_progress", labels),
                        new ServerEvent.OutputBufferStarted("r_aside"))
                .given();

        call.callerStarts();

        assertThat(call.sent())
                .containsExactly(new ClientEvent.ResponseCancel("r_aside"), new ClientEvent.OutputBufferClear());
    }

    @Test
    void anAnswerThatWasLostAfterItBeganToBeHeardIsNotAskedForAgain() {
        var lost = new SessionChange.Replaced(SessionChange.Cause.LOST, 3);

        var heard = aCall().service(speaking("r1", "m1")).given();
        heard.on(new Input.SessionChanged(lost)).service(responseDone("r1", "cancelled"));
        var unheard = aCall().service(responseCreated("r1")).given();
        unheard.on(new Input.SessionChanged(lost)).service(responseDone("r1", "cancelled"));

        assertThat(heard.sentTypes()).isEmpty();
        assertThat(unheard.sentTypes()).containsExactly("response.create");
    }
}
