package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.CallEvent;
import dev.parley.agent.Ending;
import dev.parley.emulator.Fault;
import dev.parley.emulator.When;
import dev.parley.realtime.Close;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.SessionChange;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Calls over WebRTC that are lost in the middle, and go on in others: scenario 7 of the payment assistant.
@Timeout(60)
class ReconnectOverWebRtcTest {
    private static final Way.Over OVER = Way.Over.WEBRTC;
    private static final Fault LOSS = new Fault.End(new Close(1011, "a mishap"));

    /// Slow, about 10 s, for a reason: that somebody has vanished shows only after seconds, and RTP keeps real time.
    @Test
    void whenTheServiceVanishesTheCallerIsToldWithinFiveSecondsAndTheToolIsStillThere() {
        try (var world = CallWorld.greeted(OVER, "good evening", "look at the sea")) {
            world.callerSpeaks();
            world.awaitSaid("You said good evening.");
            world.await("silence", () -> world.session(0)
                    .sentTypes()
                    .stream()
                    .filter("output_audio_buffer.stopped"::equals)
                    .count() == 2);
            world.mayAnswer.countDown();

            // It lets what was sent arrive before it falls silent.
            world.emulator.cutConnections();
            var before = System.nanoTime();
            world.await(CallEvent.ConnectionLost.class);
            var told = Duration.ofNanos(System.nanoTime() - before);
            world.await(CallEvent.SessionReplaced.class);
            var soundBefore = world.caller.frames().size();
            world.callerSpeaks();
            world.awaitSaid("The sea is blue.");
            world.await("the answer to be heard", () -> world.session(1)
                    .sentTypes()
                    .contains("output_audio_buffer.stopped"));

            assertThat(told).as("told after").isLessThan(Duration.ofSeconds(5));
            assertThat(world.shown()).contains("(connection lost: nothing was heard of the other side for 4 s; another"
                    + " connection is opened in 0.0 s)",
                    "(the call goes on in a fresh session, which was given 3 items)");
            assertThat(world.given(1)).startsWith("assistant: " + CallWorld.GREETING, "user: good evening",
                    "assistant: You said good evening.");
            assertThat(world.ids(1)).startsWith(world.ids(0).toArray(String[]::new));
            assertThat(world.session(1).received("session.update")).singleElement()
                    .asString()
                    .contains("Be brief.", "Looks at the sea.");
            assertThat(world.session(1).callId()).isPresent().isNotEqualTo(world.session(0).callId());
            assertThat(world.looks).hasValue(1);
            assertThat(world.caller.frames().stream().skip(soundBefore).anyMatch(CallWorld::isLoud)).as("sound")
                    .isTrue();
            assertThat(world.said()).containsExactly(CallWorld.GREETING, "You said good evening.", "The sea is blue.");
            assertThat(world.problems()).isEmpty();
        }
    }

    @Test
    void runsAToolOnceAndTellsItsResultOnceThoughTheCallIsLostMeanwhile() {
        try (var world = CallWorld.greeted(OVER, "look at the sea", "good evening")) {
            world.callerSpeaks();
            world.await("the tool to run", () -> world.looks.get() == 1
                    && !world.all(CallEvent.CallerSaid.class).isEmpty());

            world.emulator.inject(LOSS.when(new When.Now()));
            world.await(CallEvent.SessionReplaced.class);
            world.mayAnswer.countDown();
            world.awaitSaid("The sea is blue.");

            assertThat(world.looks).hasValue(1);
            assertThat(world.given(1)).containsExactly("assistant: " + CallWorld.GREETING, "user: look at the sea",
                    "call: look", "output: blue");
            assertThat(world.session(1).received("response.create")).as("answers asked for").hasSize(1);
            assertThat(world.all(CallEvent.SessionReplaced.class)).singleElement()
                    .extracting(CallEvent.SessionReplaced::cause)
                    .isEqualTo(SessionChange.Cause.LOST);
            assertThat(world.session(1).sentTypes()).doesNotContain("error");
        }
    }

    @Test
    void whatWasNotHeardOfAnAnswerIsNotTakenForHeard() {
        try (var world = CallWorld.greeted(OVER, "tell me a story", "good evening")) {
            world.callerSpeaks();
            world.await("the story to be heard", () -> world.all(CallEvent.AgentStartedSpeaking.class).size() == 2
                    && !world.all(CallEvent.CallerSaid.class).isEmpty());

            world.emulator.inject(LOSS.when(new When.Now()));
            world.await(CallEvent.SessionReplaced.class);
            world.callerSpeaks();
            world.awaitSaid("You said good evening.");

            assertThat(world.given(1).stream().filter(item -> item.startsWith("assistant: Once"))).allSatisfy(
                    item -> assertThat(item).hasSizeLessThan(CallWorld.STORY.length() / 2));
            assertThat(world.session(1).sentTypes()).doesNotContain("error");
        }
    }

    @Test
    void endsTheCallWhenNoOtherIsToBeHad() throws Exception {
        try (var world = CallWorld.begun(OVER)) {
            world.emulator.inject(new Fault.Refuse(401).when(new When.Connecting()));
            world.emulator.inject(LOSS.when(new When.Now()));

            var ending = world.call.await(CallWorld.PATIENCE).orElseThrow();

            assertThat(ending).isInstanceOfSatisfying(Ending.Failed.class,
                    failed -> assertThat(failed.reason()).contains("HTTP 401", "check the API key"));
            assertThat(world.all(CallEvent.ConnectionLost.class)).hasSize(1);
            assertThat(world.emulator.sessions()).hasSize(1);
        }
    }

    @Test
    void endsTheCallWhenTheServiceSaysWhatOnlyAPersonCanMend() throws Exception {
        try (var world = CallWorld.begun(OVER)) {
            world.emulator.inject(new Fault.ErrorEvent(new RealtimeError("insufficient_quota", "insufficient_quota",
                    "You have used up what you paid for.", null, null)).when(new When.Now()));
            world.await(CallEvent.Problem.class);
            world.emulator.inject(LOSS.when(new When.Now()));

            var ending = world.call.await(CallWorld.PATIENCE).orElseThrow();

            assertThat(ending).isInstanceOfSatisfying(Ending.Failed.class,
                    failed -> assertThat(failed.reason()).contains("insufficient_quota"));
            assertThat(world.all(CallEvent.ConnectionLost.class)).isEmpty();
            assertThat(world.emulator.sessions()).hasSize(1);
        }
    }
}
