package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.Agent;
import dev.parley.agent.AgentCall;
import dev.parley.agent.CallEvent;
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
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tools that misbehave, in the middle of a spoken call: the caller is told, and the call goes on.
class ToolTroubleTest {
    @TempDir
    private Path folder;

    /// A tool that never answers, one that breaks, one that says far too much, and one that works.
    public static final class Tools {
        private final CountDownLatch never = new CountDownLatch(1);

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

        @Tool("Works.")
        public String work() {
            return "{\"state\":\"paid\"}";
        }
    }

    @Test
    void tellsTheCallerAndGoesOn() throws Exception {
        var scenario = scenario();
        var events = new CopyOnWriteArrayList<CallEvent>();
        var quiet = Logger.getLogger(ToolRunner.class.getName());
        quiet.setLevel(Level.OFF);

        List<CallerEvent> noticed;
        List<String> asked;
        try (var emulator = Emulator.start(scenario);
                var line = LocalLine.open(AudioFormat.REALTIME_PCM);
                var client = RealtimeClient.builder().baseUrl(emulator.uri()).build();
                var tools = new ToolRunner(Toolbox.of(new Tools()));
                var caller = FakeCaller.join(line.far(), scenario.caller(), FreeTtsVoice.caller(),
                        SphinxEars.of(scenario.callerGrammar()), _ -> {},
                        new FakeCaller.Patience(Duration.ZERO, Duration.ZERO));
                var call = AgentCall.start(
                        Agent.of("Use the tools.", Toolbox.of(new Tools()).definitions()), tools, client.connect(), line
                                .near(), (event, _) -> events.add(event), InstantSource.system())) {
            emulator.warmUp();
            noticed = caller.await(Duration.ofSeconds(60))
                    .orElseThrow(() -> new AssertionError("expected the call to end within 60 s, found " + events));
            call.hangUp("caller");
            call.await(Duration.ofSeconds(5));
            asked = emulator.sessions()
                    .getFirst()
                    .received("response.create")
                    .stream()
                    .map(Object::toString)
                    .toList();
        } finally {
            quiet.setLevel(null);
        }

        assertThat(noticed.stream().filter(CallerEvent.Hears.class::isInstance).map(CallerEvent.Hears.class::cast))
                .extracting(CallerEvent.Hears::words)
                .containsExactly("sorry that is too slow", "sorry that is broken", "sorry that is too much",
                        "the order is paid");
        assertThat(outputs(events)).satisfiesExactly(
                hung -> assertThat(hung).contains("\"error\"", "hang took longer than 300 ms"),
                crashed -> assertThat(crashed).contains("\"error\"", "crash failed unexpectedly")
                        .doesNotContain("on purpose"),
                flooded -> assertThat(flooded).contains("\"error\"", "too long").hasSizeLessThan(500),
                worked -> assertThat(worked).contains("paid"));
        assertThat(asked).as("one response.create for each tool's answer, found %s", asked).hasSize(4);
        assertThat(events).filteredOn(CallEvent.Problem.class::isInstance).isEmpty();
    }

    private static List<String> outputs(List<CallEvent> events) {
        return events.stream()
                .filter(CallEvent.ToolAnswered.class::isInstance)
                .map(CallEvent.ToolAnswered.class::cast)
                .map(CallEvent.ToolAnswered::output)
                .toList();
    }

    private Scenario scenario() throws IOException {
        return Scenario.load(Files.writeString(folder.resolve("trouble.yaml"), """
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
                  - hear: [yes please]
                    call: {tool: work}
                    say: "The order is {state}."
                    failed: Sorry, that is broken too.
                caller:
                  - say: wait a moment
                  - say: hello there
                  - say: what can you do
                  - say: yes please
                caller_hears:
                  - The order is paid.
                """));
    }
}
