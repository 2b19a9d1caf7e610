package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.Agent;
import dev.parley.agent.AgentCall;
import dev.parley.agent.CallEvent;
import dev.parley.agent.MirroredItem;
import dev.parley.agent.Prices;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolRunner;
import dev.parley.agent.Toolbox;
import dev.parley.emulator.CallerEvent;
import dev.parley.emulator.Emulator;
import dev.parley.emulator.FakeCaller;
import dev.parley.emulator.Scenario;
import dev.parley.media.AudioFormat;
import dev.parley.media.LocalLine;
import dev.parley.realtime.RealtimeClient;
import dev.parley.speech.FreeTtsVoice;
import dev.parley.speech.SphinxEars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tools that misbehave, in the middle of a spoken call: the caller is told, and the call goes on.
class ToolTroubleTest {
    private static final Prices PRICES = Prices.ofJson("""
            {"currency":"USD","text_input":1,"cached_text_input":1,"text_output":1,"audio_input":1,
             "cached_audio_input":1,"audio_output":1,"transcription_text_input":1,"transcription_audio_input":1,
             "transcription_output":1}""");

    @TempDir
    private Path folder;

    /// A tool that never answers, one that breaks, one that says far too much, two that need each other, and one that
    /// works.
    public static final class Tools {
        private final CountDownLatch never = new CountDownLatch(1);
        private final CyclicBarrier meeting = new CyclicBarrier(2);

        @Tool(value = "Never answers.", timeoutMillis = 300)
        public String hang() throws InterruptedException {
            never.await();
            return "{}";
        }

        @Tool("Breaks.")
        public String crash() {
            throw new IllegalStateException("broken on purpose");
        }

        @Tool("Says a megabyte.")
        public String flood() {
            return "x".repeat(1 << 20);
        }

        @Tool("Meets the other one.")
        public String meetFirst() throws Exception {
            meeting.await(5, TimeUnit.SECONDS);
            return "{}";
        }

        @Tool("Meets the other one.")
        public String meetSecond() throws Exception {
            return meetFirst();
        }

        @Tool("Works.")
        public String work() {
            return "{\"state\":\"paid\"}";
        }
    }

    /// A call in which a tool was asked for that misbehaves, and then one that works.
    private record Trouble(List<String> heard, List<String> outputs, int responsesAskedFor, List<CallEvent> events,
            List<MirroredItem> mirrored) {}

    /// The calls are held at once, for each of them takes the time that speaking takes.
    @Test
    void tellsTheCallerAndGoesOn() throws Exception {
        var quiet = Logger.getLogger(ToolRunner.class.getName());
        quiet.setLevel(Level.OFF);
        try (var calls = Executors.newVirtualThreadPerTaskExecutor()) {
            var slow = calls.submit(() -> call("wait a moment"));
            var broken = calls.submit(() -> call("hello there"));
            var flooding = calls.submit(() -> call("what can you do"));
            var together = calls.submit(() -> call("good evening"));

            assertThat(slow.get().heard).containsExactly("sorry that is too slow", "the order is paid");
            assertThat(slow.get().outputs.getFirst()).contains("\"error\"", "hang took longer than 300 ms");
            assertThat(broken.get().heard).containsExactly("sorry that is broken", "the order is paid");
            assertThat(broken.get().outputs.getFirst()).contains("\"error\"", "crash failed unexpectedly")
                    .doesNotContain("on purpose");
            assertThat(flooding.get().heard).containsExactly("sorry that is too much", "the order is paid");
            assertThat(flooding.get().outputs.getFirst()).contains("\"error\"", "too long").hasSizeLessThan(500);
            assertThat(together.get().heard).as("calls of one response run at once")
                    .containsExactly("they have met", "the order is paid");
            assertThat(together.get().outputs).hasSize(3);
            assertThat(List.of(slow.get(), broken.get(), flooding.get(), together.get())).allSatisfy(call -> {
                assertThat(call.outputs.getLast()).contains("paid");
                assertThat(call.responsesAskedFor).as("one response.create for each answer").isEqualTo(2);
                assertThat(call.events).filteredOn(CallEvent.Problem.class::isInstance).isEmpty();
                assertThat(call.mirrored).extracting(MirroredItem::role)
                        .containsSubsequence("user", "function_call", "function_call_output", "assistant", "user",
                                "function_call", "function_call_output", "assistant");
                assertThat(call.mirrored.getLast().text()).isEqualTo("The order is paid.");
                assertThat(call.mirrored.getLast().heard()).isPositive();
                assertThat(call.events).filteredOn(CallEvent.Charged.class::isInstance)
                        .last()
                        .isInstanceOfSatisfying(CallEvent.Charged.class, charged -> {
                            assertThat(charged.total().isComplete()).isTrue();
                            assertThat(charged.total().amount()).isPositive();
                        });
            });
        } finally {
            quiet.setLevel(null);
        }
    }

    private Trouble call(String troublesome) throws Exception {
        var scenario = scenario(troublesome);
        var toolbox = Toolbox.of(new Tools());
        var events = new CopyOnWriteArrayList<CallEvent>();
        try (var emulator = Emulator.start(scenario);
                var line = LocalLine.open(AudioFormat.REALTIME_PCM);
                var client = RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("sk-test").build();
                var tools = new ToolRunner(toolbox);
                var caller = FakeCaller.join(line.far(), scenario.caller(), FreeTtsVoice.caller(),
                        SphinxEars.of(scenario.callerGrammar()), _ -> {},
                        new FakeCaller.Patience(Duration.ZERO, Duration.ZERO));
                var call = AgentCall.with(Agent.of("Use the tools.", toolbox.definitions()), tools)
                        .prices(PRICES)
                        .observer((event, _) -> events.add(event))
                        .start(client.connect(), line.near())) {
            var noticed = caller.await(Duration.ofSeconds(60))
                    .orElseThrow(() -> new AssertionError("expected the call to end within 60 s, found " + events));
            call.hangUp("caller");
            assertThat(call.await(Duration.ofSeconds(5))).as("the call ends").isPresent();
            var heard = noticed.stream()
                    .filter(CallerEvent.Hears.class::isInstance)
                    .map(CallerEvent.Hears.class::cast)
                    .map(CallerEvent.Hears::words)
                    .toList();
            return new Trouble(heard, outputs(events),
                    emulator.sessions().getFirst().received("response.create").size(), List.copyOf(events),
                    call.mirror().items());
        }
    }

    private static List<String> outputs(List<CallEvent> events) {
        return events.stream()
                .filter(CallEvent.ToolAnswered.class::isInstance)
                .map(CallEvent.ToolAnswered.class::cast)
                .map(CallEvent.ToolAnswered::output)
                .toList();
    }

    private Scenario scenario(String troublesome) throws IOException {
        return Scenario.load(Files.writeString(folder.resolve(troublesome + ".yaml"), """
                answers:
                  - hear: [wait a moment]
                    call: {tool: hang}
                    say: Done.
                    failed: Sorry, that is too slow.
                  - hear: [hello there]
                    call: {tool: crash}
                    say: Done.
                    failed: Sorry, that is broken.
                  - hear: [what can you do]
                    call: {tool: flood}
                    say: Done.
                    failed: Sorry, that is too much.
                  - hear: [good evening]
                    call: [{tool: meet_first}, {tool: meet_second}]
                    say: They have met.
                    failed: Sorry, they have not met.
                  - hear: [yes please]
                    call: {tool: work}
                    say: "The order is {state}."
                    failed: Sorry, that is broken too.
                caller:
                  - say: %s
                  - say: yes please
                caller_hears:
                  - The order is paid.
                """.formatted(troublesome)));
    }
}
