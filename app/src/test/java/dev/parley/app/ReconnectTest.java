package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.CallEvent;
import dev.parley.agent.Ending;
import dev.parley.emulator.Emulator;
import dev.parley.emulator.Fault;
import dev.parley.emulator.Timekeeper;
import dev.parley.emulator.When;
import dev.parley.realtime.Close;
import dev.parley.realtime.ReconnectPolicy;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.Session;
import dev.parley.realtime.SessionChange;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls and sessions whose connection to the service is lost, or replaced, in the middle.
@Timeout(60)
class ReconnectTest {
    private static final Duration PATIENCE = CallWorld.PATIENCE;
    private static final ReconnectPolicy POLICY = CallWorld.POLICY;
    private static final Way.Over OVER = Way.Over.WEBSOCKET;

    @Test
    void goesOnAfterTheConnectionIsLostInSilence() {
        try (var world = CallWorld.greeted(OVER, "good evening")) {
            world.await("the greeting to end", () -> world.session(0).sentTypes().contains("response.done"));

            world.emulator.cutConnections();
            world.await(CallEvent.SessionReplaced.class);
            world.callerSpeaks();
            world.awaitSaid("You said good evening.");

            assertThat(world.given(1)).containsExactly("assistant: " + CallWorld.GREETING);
            assertThat(world.ids(1)).startsWith(world.ids(0).toArray(String[]::new));
            assertThat(world.all(CallEvent.ConnectionLost.class)).extracting(CallEvent.ConnectionLost::attempt)
                    .containsExactly(1);
            assertThat(world.all(CallEvent.SessionReplaced.class))
                    .containsExactly(new CallEvent.SessionReplaced(SessionChange.Cause.LOST, 1));
            assertThat(world.said()).as("nobody is greeted twice")
                    .containsExactly(CallWorld.GREETING, "You said good evening.");
            assertThat(world.problems()).isEmpty();
        }
    }

    @Test
    void goesOnAfterTheConnectionIsLostInAnAnswer() {
        try (var world = CallWorld.greeted(OVER, "tell me a story", "good evening")) {
            world.callerSpeaks();
            world.await("the story to be heard", () -> world.all(CallEvent.AgentStartedSpeaking.class).size() == 2
                    && !world.all(CallEvent.CallerSaid.class).isEmpty());

            world.emulator.cutConnections();
            world.await(CallEvent.SessionReplaced.class);
            // Into what is left of the story.
            world.callerSpeaks();
            world.awaitSaid("You said good evening.");

            assertThat(world.given(1)).hasSize(3)
                    .startsWith("assistant: " + CallWorld.GREETING, "user: tell me a story")
                    .last()
                    .asString()
                    .startsWith("assistant: Once")
                    .hasSizeLessThan(CallWorld.STORY.length());
            assertThat(world.ids(1)).startsWith(world.ids(0).toArray(String[]::new));
            assertThat(world.problems()).singleElement().asString().contains("The connection was lost");
            assertThat(world.session(1).received("response.create")).as("answers asked for").isEmpty();
            assertThat(world.session(1).sentTypes()).doesNotContain("error");
        }
    }

    @Test
    void runsAToolOnceAndTellsItsResultOnceThoughTheConnectionIsLostMeanwhile() {
        try (var world = CallWorld.greeted(OVER, "look at the sea", "good evening")) {
            world.callerSpeaks();
            world.await("the tool to run", () -> world.looks.get() == 1
                    && !world.all(CallEvent.CallerSaid.class).isEmpty());

            world.emulator.cutConnections();
            world.await(CallEvent.SessionReplaced.class);
            world.mayAnswer.countDown();
            world.awaitSaid("The sea is blue.");
            world.callerSpeaks();
            world.awaitSaid("You said good evening.");

            assertThat(world.looks).hasValue(1);
            assertThat(world.given(1)).containsExactly("assistant: " + CallWorld.GREETING, "user: look at the sea",
                    "call: look",
                    "output: blue");
            assertThat(world.ids(1)).startsWith(world.ids(0).toArray(String[]::new));
            assertThat(world.session(1).received("response.create")).as("answers asked for").hasSize(1);
            assertThat(world.said()).containsExactly(CallWorld.GREETING, "The sea is blue.", "You said good evening.");
            assertThat(world.session(1).sentTypes()).doesNotContain("error");
        }
    }

    @Test
    void replacesASessionBeforeItExpires() {
        // As the client sees it the first session has some seconds to live; then the emulator's time is set right.
        var behind = new AtomicReference<>(Duration.ofMinutes(60).minusSeconds(3));
        var time = Timekeeper.of(() -> Instant.now().minus(behind.get()));
        var policy = POLICY.withRotation(Duration.ofMillis(1_500), Duration.ofMillis(50));
        try (var world = new CallWorld(OVER, CallWorld.hearing("good evening").withTime(time), policy)) {
            world.await(CallEvent.Ready.class);
            behind.set(Duration.ofMinutes(1));

            world.await(CallEvent.SessionReplaced.class);
            world.callerSpeaks();
            world.awaitSaid("You said good evening.");

            assertThat(world.session(0).awaitClosed(PATIENCE).code()).isEqualTo(Close.NORMAL);
            assertThat(world.all(CallEvent.SessionReplaced.class))
                    .containsExactly(new CallEvent.SessionReplaced(SessionChange.Cause.EXPIRING, 1));
            assertThat(world.all(CallEvent.ConnectionLost.class)).isEmpty();
            assertThat(world.given(1)).containsExactly("assistant: " + CallWorld.GREETING);
            assertThat(world.problems()).isEmpty();
        }
    }

    @Test
    void asksAgainForAnAnswerThatIsLostBeforeAnythingOfItIsHeard() {
        try (var world = CallWorld.greeted(OVER, "good evening")) {
            var lost = "conversation.item.input_audio_transcription.completed";
            world.emulator.inject(new Fault.Drop().when(When.sent(lost)));

            world.callerSpeaks();
            world.awaitSaid("You said good evening.");

            assertThat(world.given(1)).containsExactly("assistant: " + CallWorld.GREETING, "user: good evening");
            assertThat(world.session(1).received("response.create")).hasSize(1);
        }
    }

    @Test
    void tellsOnceEachTimeThatTheCallerIsNotHeard() {
        try (var world = CallWorld.greeted(OVER, "good evening")) {
            for (int outage = 1; outage <= 2; outage++) {
                int soFar = outage;
                for (int i = 0; i < 4; i++) {
                    world.emulator.inject(new Fault.Refuse(503).when(new When.Connecting()));
                }
                world.emulator.cutConnections();
                world.await("the caller to be heard again",
                        () -> world.all(CallEvent.SessionReplaced.class).size() == soFar);
                int since = world.caller.frames().size();
                world.await("more than a second to pass", () -> world.caller.frames().size() > since + 60);
            }

            assertThat(world.all(CallEvent.ConnectionLost.class)).hasSize(10);
            assertThat(world.all(CallEvent.Problem.class)).extracting(CallEvent.Problem::message)
                    .containsExactly(CallWorld.TOO_SLOW, CallWorld.TOO_SLOW);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3000, 4000})
    void endsTheCallWhenTheServiceEndsItForGood(int code) throws Exception {
        try (var world = CallWorld.begun(OVER)) {
            world.emulator.inject(new Fault.End(new Close(code, "for good")).when(new When.Now()));

            var ending = world.call.await(PATIENCE).orElseThrow();

            assertThat(ending).isInstanceOfSatisfying(Ending.Failed.class,
                    failed -> assertThat(failed.reason()).contains("close code " + code));
            assertThat(world.events).last().isEqualTo(new CallEvent.Ended(ending));
            assertThat(world.all(CallEvent.ConnectionLost.class)).isEmpty();
            assertThat(world.emulator.sessions()).hasSize(1);
        }
    }

    @Test
    void endsTheCallWhenTheKeyIsRefused() throws Exception {
        try (var world = CallWorld.begun(OVER)) {
            world.emulator.inject(new Fault.Refuse(401).when(new When.Connecting()));
            world.emulator.cutConnections();

            var ending = world.call.await(PATIENCE).orElseThrow();

            assertThat(ending).isInstanceOfSatisfying(Ending.Failed.class,
                    failed -> assertThat(failed.reason()).contains("check the API key"));
            assertThat(world.all(CallEvent.ConnectionLost.class)).hasSize(1);
            assertThat(world.emulator.faults()).as("refusals left").isEmpty();
            assertThat(world.emulator.sessions()).hasSize(1);
        }
    }

    @Test
    void triesAgainWhatPasses() {
        var changes = new CopyOnWriteArrayList<SessionChange>();
        try (var emulator = Emulator.start(CallWorld.hearing("good evening"));
                var client = CallWorld.service(emulator).build();
                var session = client.connect(POLICY, changes::add)) {
            assertThat(session.next(PATIENCE)).get().isInstanceOf(ServerEvent.SessionCreated.class);

            emulator.inject(new Fault.Refuse(429).when(new When.Connecting()));
            emulator.inject(new Fault.Refuse(503).when(new When.Connecting()));
            emulator.inject(new Fault.End(new Close(1011, "a mishap")).when(new When.Now()));
            emulator.inject(new Fault.UnknownEvent("first.surprise").when(new When.Sent("session.created", 1)));
            assertThat(next(session)).isEqualTo("first.surprise");
            emulator.inject(new Fault.UnknownEvent("second.surprise").when(new When.Sent("session.created", 1)));
            emulator.cutConnections();
            assertThat(next(session)).isEqualTo("second.surprise");

            assertThat(changes).extracting(ReconnectTest::told)
                    .containsExactly("lost 1011", "lost 1006", "lost 1006", "replaced", "lost 1006", "replaced");
        }
    }

    @Test
    void eventsNobodyKnowsReachWhoeverReads() {
        try (var emulator = Emulator.start(CallWorld.hearing("good evening"));
                var client = CallWorld.service(emulator).build();
                var session = client.connect(POLICY)) {
            assertThat(session.next(PATIENCE)).get().isInstanceOf(ServerEvent.SessionCreated.class);

            emulator.inject(new Fault.UnknownEvent("parley.surprise").when(new When.Now()));

            assertThat(session.next(PATIENCE)).get()
                    .isInstanceOfSatisfying(ServerEvent.Unknown.class, surprise -> {
                        assertThat(surprise.type()).isEqualTo("parley.surprise");
                        assertThat(surprise.raw().path("type").asString("")).isEqualTo("parley.surprise");
                    });
        }
    }

    private static String next(Session session) {
        return session.next(PATIENCE).orElseThrow(() -> new AssertionError("no event came")).type();
    }

    private static String told(SessionChange change) {
        return switch (change) {
            case SessionChange.Lost lost -> "lost " + lost.close().code();
            case SessionChange.Replaced _ -> "replaced";
            case SessionChange.GaveUp _ -> "gave up";
        };
    }
}
