package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.Agent;
import dev.parley.agent.AgentCall;
import dev.parley.agent.CallEvent;
import dev.parley.agent.Ending;
import dev.parley.agent.ToolRunner;
import dev.parley.agent.Toolbox;
import dev.parley.emulator.Emulator;
import dev.parley.emulator.Fault;
import dev.parley.emulator.Mind;
import dev.parley.emulator.SessionLog;
import dev.parley.emulator.Timekeeper;
import dev.parley.emulator.When;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.realtime.Close;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.ReconnectPolicy;
import dev.parley.realtime.RetryPolicy;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.Session;
import dev.parley.realtime.SessionChange;
import dev.parley.speech.FreeTtsVoice;
import dev.parley.speech.Hearing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Calls and sessions whose connection to the service is lost, or replaced, in the middle.
@Timeout(60)
class ReconnectTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final ReconnectPolicy POLICY = ReconnectPolicy.DEFAULT
            .withRetry(new RetryPolicy(Duration.ofMillis(10), Duration.ofMillis(100)));
    private static final Pcm WORDS = Resampler.convert(FreeTtsVoice.caller().speak("hello there"), Pcm.REALTIME_RATE);
    private static final String TOO_SLOW = "the connection is too slow for the caller's sound: some of it is dropped";
    private static final String GREETING = "Hello.";
    private static final String STORY = "Once upon a time there was an old payment desk near the sea and every morning"
            + " when the sun came up the people of the town went down to the harbour to look at the ships";

    /// Whatever is decided here depends on the conversation alone: a fresh session knows no more than it was given.
    private static void think(Mind.Situation situation, Consumer<Mind.Thought> out) {
        out.accept(thought(situation));
    }

    private static Mind.Thought thought(Mind.Situation situation) {
        if (!situation.toolOutputs().isEmpty()) {
            return new Mind.Thought.Say("The sea is " + situation.toolOutputs().getLast().output() + ".");
        }
        return switch (situation.lastWords().orElse("")) {
            case "" -> new Mind.Thought.Say(GREETING);
            case "tell me a story" -> new Mind.Thought.Say(STORY);
            case "look at the sea" -> new Mind.Thought.CallFunction("look", "{}");
            case String words -> new Mind.Thought.Say("You said " + words + ".");
        };
    }

    private static Emulator.Settings hearing(String... lines) {
        var next = new AtomicInteger();
        var settings = Emulator.Settings.plain();
        return settings.withFaculties(settings.faculties()
                .withMinds(() -> ReconnectTest::think)
                .withEars(_ -> new Hearing.Understood(lines[next.getAndIncrement() % lines.length], 1)));
    }

    private static RealtimeClient client(Emulator emulator) {
        return RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("sk-test").build();
    }

    /// A call over a session that outlives its sockets, and all that is around it.
    private static final class World implements AutoCloseable {
        private final List<CallEvent> events = new CopyOnWriteArrayList<>();
        private final CountDownLatch mayAnswer = new CountDownLatch(1);
        private final AtomicInteger looks = new AtomicInteger();
        private final Toolbox toolbox = Toolbox.builder()
                .tool("look", "Looks at the sea.", "{\"type\":\"object\",\"properties\":{}}", (_, _) -> {
                    looks.incrementAndGet();
                    mayAnswer.await();
                    return "blue";
                })
                .build();
        private final TappedCaller caller = new TappedCaller();
        private final ToolRunner tools = new ToolRunner(toolbox);
        private final Emulator emulator;
        private final RealtimeClient client;
        private final AgentCall call;

        /// A call that has begun.
        static World begun() {
            var world = new World(hearing("good evening"), POLICY);
            world.await(CallEvent.Ready.class);
            return world;
        }

        /// A call whose caller has been greeted, and has heard it all.
        static World greeted(String... heardNext) {
            var world = new World(hearing(heardNext), POLICY);
            world.awaitSaid(GREETING);
            world.await("the greeting to be heard", () -> {
                var silence = world.caller.frames().reversed().stream().takeWhile(frame -> !frame.isAudible()).count();
                return silence > 10 && silence < world.caller.frames().size() - 10;
            });
            return world;
        }

        World(Emulator.Settings settings, ReconnectPolicy policy) {
            emulator = Emulator.start(settings);
            client = client(emulator);
            call = AgentCall.with(Agent.of("Be brief.", toolbox.definitions()).withGreeting("Say hello."), tools)
                    .observer((event, _) -> events.add(event))
                    .start(changes -> client.connect(policy, changes), caller);
        }

        void callerSpeaks() {
            caller.say(WORDS);
        }

        void awaitSaid(String words) {
            await(words, () -> said().contains(words));
        }

        <T extends CallEvent> List<T> all(Class<T> kind) {
            return events.stream().filter(kind::isInstance).map(kind::cast).toList();
        }

        <T extends CallEvent> void await(Class<T> kind) {
            await(kind.getSimpleName(), () -> !all(kind).isEmpty());
        }

        void await(String what, BooleanSupplier holds) {
            Eventually.await(what, PATIENCE, holds, () -> events);
        }

        List<String> said() {
            return all(CallEvent.AgentSaid.class).stream().map(CallEvent.AgentSaid::text).toList();
        }

        List<String> problems() {
            return all(CallEvent.Problem.class).stream()
                    .map(CallEvent.Problem::message)
                    .filter(problem -> !problem.equals(TOO_SLOW))
                    .toList();
        }

        SessionLog session(int index) {
            await("session " + index, () -> emulator.sessions().size() > index);
            return emulator.sessions().get(index);
        }

        /// The items that the client put into a session, each as `type: words`.
        List<String> given(int index) {
            return session(index).received("conversation.item.create").stream().map(World::told).toList();
        }

        private static String told(JsonNode create) {
            var item = create.path("item");
            return switch (item.path("type").asString("")) {
                case "message" -> item.path("role").asString("") + ": "
                        + item.path("content").path(0).path("text").asString("");
                case "function_call" -> "call: " + item.path("name").asString("");
                case "function_call_output" -> "output: " + item.path("output").asString("");
                case String other -> other;
            };
        }

        /// Ids of the items of a session, in order: those it told of, or those it was given.
        List<String> ids(int index) {
            return session(index).entries()
                    .stream()
                    .filter(entry -> entry instanceof SessionLog.Entry.Sent
                            && entry.type().equals("conversation.item.added"))
                    .map(entry -> entry.event().path("item").path("id").asString(""))
                    .toList();
        }

        @Override
        public void close() {
            try (emulator; client; caller; tools; call) {
                mayAnswer.countDown();
            }
        }
    }

    @Test
    void goesOnAfterTheConnectionIsLostInSilence() {
        try (var world = World.greeted("good evening")) {
            world.await("the greeting to end", () -> world.session(0).sentTypes().contains("response.done"));

            world.emulator.cutConnections();
            world.await(CallEvent.SessionReplaced.class);
            world.callerSpeaks();
            world.awaitSaid("You said good evening.");

            assertThat(world.given(1)).containsExactly("assistant: " + GREETING);
            assertThat(world.ids(1)).startsWith(world.ids(0).toArray(String[]::new));
            assertThat(world.all(CallEvent.ConnectionLost.class)).extracting(CallEvent.ConnectionLost::attempt)
                    .containsExactly(1);
            assertThat(world.all(CallEvent.SessionReplaced.class))
                    .containsExactly(new CallEvent.SessionReplaced(SessionChange.Cause.LOST, 1));
            assertThat(world.said()).as("nobody is greeted twice").containsExactly(GREETING, "You said good evening.");
            assertThat(world.problems()).isEmpty();
        }
    }

    @Test
    void goesOnAfterTheConnectionIsLostInAnAnswer() {
        try (var world = World.greeted("tell me a story", "good evening")) {
            world.callerSpeaks();
            world.await("the story to be heard", () -> world.all(CallEvent.AgentStartedSpeaking.class).size() == 2
                    && !world.all(CallEvent.CallerSaid.class).isEmpty());

            world.emulator.cutConnections();
            world.await(CallEvent.SessionReplaced.class);
            // Into what is left of the story.
            world.callerSpeaks();
            world.awaitSaid("You said good evening.");

            assertThat(world.given(1)).hasSize(3)
                    .startsWith("assistant: " + GREETING, "user: tell me a story")
                    .last()
                    .asString()
                    .startsWith("assistant: Once")
                    .hasSizeLessThan(STORY.length());
            assertThat(world.ids(1)).startsWith(world.ids(0).toArray(String[]::new));
            assertThat(world.problems()).singleElement().asString().contains("The connection was lost");
            assertThat(world.session(1).received("response.create")).as("answers asked for").isEmpty();
            assertThat(world.session(1).sentTypes()).doesNotContain("error");
        }
    }

    @Test
    void runsAToolOnceAndTellsItsResultOnceThoughTheConnectionIsLostMeanwhile() {
        try (var world = World.greeted("look at the sea", "good evening")) {
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
            assertThat(world.given(1)).containsExactly("assistant: " + GREETING, "user: look at the sea", "call: look",
                    "output: blue");
            assertThat(world.ids(1)).startsWith(world.ids(0).toArray(String[]::new));
            assertThat(world.session(1).received("response.create")).as("answers asked for").hasSize(1);
            assertThat(world.said()).containsExactly(GREETING, "The sea is blue.", "You said good evening.");
            assertThat(world.session(1).sentTypes()).doesNotContain("error");
        }
    }

    @Test
    void replacesASessionBeforeItExpires() {
        // As the client sees it the first session has some seconds to live; then the emulator's time is set right.
        var behind = new AtomicReference<>(Duration.ofMinutes(60).minusSeconds(3));
        var time = Timekeeper.of(() -> Instant.now().minus(behind.get()));
        var policy = POLICY.withRotation(Duration.ofMillis(1_500), Duration.ofMillis(50));
        try (var world = new World(hearing("good evening").withTime(time), policy)) {
            world.await(CallEvent.Ready.class);
            behind.set(Duration.ofMinutes(1));

            world.await(CallEvent.SessionReplaced.class);
            world.callerSpeaks();
            world.awaitSaid("You said good evening.");

            assertThat(world.session(0).awaitClosed(PATIENCE).code()).isEqualTo(Close.NORMAL);
            assertThat(world.all(CallEvent.SessionReplaced.class))
                    .containsExactly(new CallEvent.SessionReplaced(SessionChange.Cause.EXPIRING, 1));
            assertThat(world.all(CallEvent.ConnectionLost.class)).isEmpty();
            assertThat(world.given(1)).containsExactly("assistant: " + GREETING);
            assertThat(world.problems()).isEmpty();
        }
    }

    @Test
    void asksAgainForAnAnswerThatIsLostBeforeAnythingOfItIsHeard() {
        try (var world = World.greeted("good evening")) {
            var lost = "conversation.item.input_audio_transcription.completed";
            world.emulator.inject(new Fault.Drop().when(When.sent(lost)));

            world.callerSpeaks();
            world.awaitSaid("You said good evening.");

            assertThat(world.given(1)).containsExactly("assistant: " + GREETING, "user: good evening");
            assertThat(world.session(1).received("response.create")).hasSize(1);
        }
    }

    @Test
    void tellsOnceEachTimeThatTheCallerIsNotHeard() {
        try (var world = World.greeted("good evening")) {
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
                    .containsExactly(TOO_SLOW, TOO_SLOW);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3000, 4000})
    void endsTheCallWhenTheServiceEndsItForGood(int code) throws Exception {
        try (var world = World.begun()) {
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
        try (var world = World.begun()) {
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
        try (var emulator = Emulator.start(hearing("good evening"));
                var client = client(emulator);
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
        try (var emulator = Emulator.start(hearing("good evening"));
                var client = client(emulator);
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
