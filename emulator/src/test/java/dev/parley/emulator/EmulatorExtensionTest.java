package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.media.Wav;
import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import dev.parley.speech.Hearing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// The extension, the client that comes with it, and the emulator without a scenario, over loopback.
@Timeout(30)
class EmulatorExtensionTest {
    private static final FunctionTool WEATHER = new FunctionTool("get_weather", "Gets the weather forecast for a city",
            new JsonMapper().readTree(
                    "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}"));

    @RegisterExtension
    static final EmulatorExtension SERVICE = EmulatorExtension.scripted("what is the weather in Paris",
            "say good night",
            Faculties.NOT_UNDERSTOOD);

    @Test
    void callsAFunctionForWhatIsSaidAndSpeaksItsResult(SpeakingClient caller) {
        var asked = caller.offer(WEATHER).say("what is the weather in paris");

        assertThat(asked.heard()).hasValue("what is the weather in Paris");
        assertThat(asked.calls()).singleElement().satisfies(call -> {
            assertThat(call.name()).isEqualTo("get_weather");
            assertThat(call.arguments()).isEqualTo("{\"city\":\"Paris\"}");
        });

        var told = caller.giveBack(asked.calls().getFirst(), "{\"temperature\":21,\"sky\":\"clear\"}");

        assertThat(told.words()).isEqualTo("Temperature 21, sky clear.");
        assertThat(told.audio().duration()).isGreaterThan(Duration.ofSeconds(1));
        assertThat(told.failure()).isEmpty();
    }

    @Test
    void saysTheScriptAnewInEachSession(SpeakingClient first, SpeakingClient second) {
        assertThat(first.say("hello").words()).isEqualTo("I heard \"what is the weather in Paris\".");
        assertThat(first.say("hello").words()).isEqualTo("good night");
        assertThat(second.say("hello").heard()).hasValue("what is the weather in Paris");
    }

    @Test
    void understandsNothingWhereTheScriptSaysSoAndAfterItsEnd(SpeakingClient caller) {
        caller.say("hello");
        caller.say("hello");

        for (int turn = 0; turn < 2; turn++) {
            var answer = caller.say("hello");

            assertThat(answer.heard()).isEmpty();
            assertThat(answer.words()).isEqualTo("I heard you, but I could not make out the words.");
        }
    }

    @Test
    void answersInWritingToo(SpeakingClient caller) {
        var answer = caller.configure(SessionConfig.builder().outputModality("text").build())
                .write("repeat after me: one two");

        assertThat(answer.words()).isEqualTo("one two");
        assertThat(answer.audio().isEmpty()).isTrue();
    }

    @Test
    void playsARecording(SpeakingClient caller, @TempDir Path folder) throws IOException {
        var recording = folder.resolve("hello.wav");
        Wav.write(recording, Speech.at(16_000, "hello there"));

        assertThat(caller.play(recording).heard()).isPresent();
    }

    @RepeatedTest(2)
    void forgetsTheSessionsOfTheTestBefore(Emulator emulator) {
        assertThat(emulator.sessions()).isEmpty();
        assertThat(emulator).isSameAs(SERVICE.emulator());

        try (var caller = SpeakingClient.connect(emulator)) {
            caller.write("hello");

            assertThat(emulator.sessions()).singleElement()
                    .satisfies(session -> assertThat(session.received("response.create")).hasSize(1));
        }
    }

    @Test
    void saysWhatHappenedInsteadWhenNothingIsAnswered(SpeakingClient caller) {
        caller.configure(SessionConfig.builder().turnDetection(new TurnDetection.Manual()).build())
                .withPatience(Duration.ofMillis(100));

        assertThatThrownBy(() -> caller.say("hello")).isInstanceOf(AssertionError.class)
                .hasMessage("expected ResponseDone within 100 ms, found nothing");
    }

    @Test
    void refusesToGiveItsEmulatorWhenNoTestRuns() {
        assertThatThrownBy(() -> EmulatorExtension.plain().emulator()).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("expected a test to be running");
    }

    @Nested
    class InsideAnotherClass {
        @Test
        void usesTheSameEmulator(Emulator emulator) {
            assertThat(emulator).isSameAs(SERVICE.emulator());
        }
    }

    @Nested
    class InAnInstanceField {
        @RegisterExtension
        private final EmulatorExtension own = EmulatorExtension.scenario(Scenario.paymentDesk().withPace(0));

        @Test
        void startsForEachTestAndPlaysAScenario() {
            try (var caller = SpeakingClient.connect(own.emulator())) {
                assertThat(own.emulator()).isNotSameAs(SERVICE.emulator());
                assertThat(caller.write("hello there").words()).isEqualTo(
                        "Hello. Shall I create a payment request for you?");
            }
        }
    }

    @Test
    void hearsALittleSmallTalkWithoutAScenarioAndNothingElse() {
        var ears = Faculties.plain().ears().get();

        assertThat(ears.hear(Speech.of("what can you do"))).isInstanceOfSatisfying(Hearing.Understood.class,
                heard -> assertThat(heard.words()).isEqualTo("what can you do"));
        assertThat(ears.hear(Speech.of("turn on the light in the kitchen"))).isEqualTo(new Hearing.NotUnderstood());
    }

    @Test
    void startsWithoutAScenario() {
        try (var emulator = Emulator.start(); var caller = SpeakingClient.connect(emulator)) {
            assertThat(caller.write("hello there").words()).isEqualTo("I heard \"hello there\".");
        }
    }
}
