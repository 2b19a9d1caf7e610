package dev.parley.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.agent.Agent;
import dev.parley.agent.AgentCall;
import dev.parley.agent.CallEvent;
import dev.parley.agent.ToolRunner;
import dev.parley.agent.Toolbox;
import dev.parley.emulator.Emulator;
import dev.parley.emulator.Mind;
import dev.parley.emulator.SessionLog;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.ReconnectPolicy;
import dev.parley.realtime.RetryPolicy;
import dev.parley.speech.FreeTtsVoice;
import dev.parley.speech.Hearing;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// A call that outlives its connections to the service, and all that is around it.
final class CallWorld implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(15);
    static final ReconnectPolicy POLICY = ReconnectPolicy.DEFAULT
            .withRetry(new RetryPolicy(Duration.ofMillis(10), Duration.ofMillis(100)));
    static final String TOO_SLOW = "the connection is too slow for the caller's sound: some of it is dropped";
    static final String GREETING = "Hello.";
    static final String STORY = "Once upon a time there was an old payment desk near the sea and every morning"
            + " when the sun came up the people of the town went down to the harbour to look at the ships";
    private static final Pcm WORDS = Resampler.convert(FreeTtsVoice.caller().speak("hello there"), Pcm.REALTIME_RATE);

    final List<CallEvent> events = new CopyOnWriteArrayList<>();
    final CountDownLatch mayAnswer = new CountDownLatch(1);
    final AtomicInteger looks = new AtomicInteger();
    private final Toolbox toolbox = Toolbox.builder()
            .tool("look", "Looks at the sea.", "{\"type\":\"object\",\"properties\":{}}", (_, _) -> {
                looks.incrementAndGet();
                mayAnswer.await();
                return "blue";
            })
            .build();
    final TappedCaller caller = new TappedCaller();
    private final ToolRunner tools = new ToolRunner(toolbox);
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    final Emulator emulator;
    private final Way way;
    final AgentCall call;

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

    static Emulator.Settings hearing(String... lines) {
        var next = new AtomicInteger();
        var settings = Emulator.Settings.plain();
        return settings.withFaculties(settings.faculties()
                .withMinds(() -> CallWorld::think)
                .withEars(_ -> new Hearing.Understood(lines[next.getAndIncrement() % lines.length], 1)));
    }

    static RealtimeClient.Builder service(Emulator emulator) {
        return RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("sk-test");
    }

    /// A call that has begun.
    static CallWorld begun(Way.Over over) {
        var world = new CallWorld(over, hearing("good evening"), POLICY);
        world.await(CallEvent.Ready.class);
        return world;
    }

    /// A call whose caller has been greeted, and has heard it all.
    static CallWorld greeted(Way.Over over, String... heardNext) {
        var world = new CallWorld(over, hearing(heardNext), POLICY);
        world.awaitSaid(GREETING);
        world.await("the greeting to be heard", () -> switch (over) {
            case WEBSOCKET -> world.hasHeardSomethingAndThenNothing();
            case WEBRTC -> world.session(0).sentTypes().contains("output_audio_buffer.stopped");
        });
        return world;
    }

    /// Of a frame in which there is more than a codec makes of silence.
    static boolean isLoud(TappedCaller.Frame frame) {
        return frame.audio().rms() > 0.01;
    }

    private boolean hasHeardSomethingAndThenNothing() {
        var silence = caller.frames().reversed().stream().takeWhile(frame -> !frame.isAudible()).count();
        return silence > 10 && silence < caller.frames().size() - 10;
    }

    CallWorld(Way.Over over, Emulator.Settings settings, ReconnectPolicy policy) {
        emulator = Emulator.start(settings);
        way = Way.to(service(emulator), over);
        var report = new CallReport(new PrintStream(shown, true, UTF_8), CallReport.Style.TRANSCRIPT, Instant.now());
        call = started(AgentCall.with(Agent.of("Be brief.", toolbox.definitions()).withGreeting("Say hello."), tools)
                .observer((event, _) -> events.add(event))
                .observer(report::on), policy);
    }

    private AgentCall started(AgentCall.Setup setup, ReconnectPolicy policy) {
        try {
            return way.start(setup, caller, policy);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while the call was started", e);
        }
    }

    /// What somebody at a terminal sees.
    String shown() {
        return shown.toString(UTF_8);
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
        return session(index).received("conversation.item.create").stream().map(CallWorld::told).toList();
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
        try (emulator; way; caller; tools; call) {
            mayAnswer.countDown();
        }
    }
}
