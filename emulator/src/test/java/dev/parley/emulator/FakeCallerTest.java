package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.media.AudioFormat;
import dev.parley.media.LocalLine;
import dev.parley.media.Pcm;
import dev.parley.media.Wav;
import dev.parley.speech.Ears;
import dev.parley.speech.FreeTtsVoice;
import dev.parley.speech.Hearing;
import dev.parley.speech.SphinxEars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FakeCallerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int RATE = AudioFormat.REALTIME_PCM.rate();
    private static final Pcm GREETING = agent("Hello, this is the payment desk. How can I help you?");

    private final LocalLine line = LocalLine.open(AudioFormat.REALTIME_PCM);
    private final List<Pcm> said = Collections.synchronizedList(new ArrayList<>());

    @TempDir
    private Path folder;

    @Test
    void holdsAConversationFasterThanItSounds() throws InterruptedException {
        var answers = new ArrayDeque<>(List.of(GREETING, agent("Hello. Shall I create a payment request for you?"),
                agent("Goodbye, and thank you for calling.")));
        var lines = List.of(new Scenario.CallerLine("hello there", null, null),
                new Scenario.CallerLine("goodbye", null, null));
        var heard = new ArrayDeque<>(List.of("welcome", "shall i", "goodbye"));
        long begun = System.nanoTime();

        try (var caller = join(lines, _ -> new Hearing.Understood(heard.remove(), 1))) {
            long millis = converse(answers);
            var events = caller.await(PATIENCE).orElseThrow();

            assertThat(events).filteredOn(CallerEvent.Hears.class::isInstance)
                    .extracting(event -> ((CallerEvent.Hears) event).words())
                    .containsExactly("welcome", "shall i", "goodbye");
            assertThat(events).filteredOn(CallerEvent.Speaks.class::isInstance)
                    .extracting(event -> ((CallerEvent.Speaks) event).words())
                    .containsExactly("hello there", "goodbye");
            assertThat(events).extracting(CallerEvent::at).isSorted();
            assertThat(events).last().isInstanceOf(CallerEvent.IsDone.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(millis));
        }
    }

    @Test
    void understandsWhatTheAgentSays() throws InterruptedException {
        var ears = SphinxEars.of(Scenario.paymentDesk().callerGrammar());
        var answers = new ArrayDeque<>(List.of(GREETING,
                agent("Your payment request for $49.95 is ready. The order number is 1 0 0 1.")));

        try (var caller = join(List.of(new Scenario.CallerLine("hello there", null, null)), ears)) {
            converse(answers);
            var events = caller.await(PATIENCE).orElseThrow();

            assertThat(events).filteredOn(CallerEvent.Hears.class::isInstance)
                    .extracting(event -> ((CallerEvent.Hears) event).words())
                    .containsExactly("hello this is the payment desk how can i help you",
                            "your payment request for forty nine dollars and ninety five cents is ready the order"
                                    + " number is one zero zero one");
        }
    }

    @Test
    void reportsWhatItDoesNotUnderstand() throws InterruptedException {
        try (var caller = join(List.of(), _ -> new Hearing.NotUnderstood())) {
            converse(new ArrayDeque<>(List.of(GREETING)));

            assertThat(caller.await(PATIENCE).orElseThrow()).extracting(Object::getClass)
                    .containsExactly(CallerEvent.HearsSomething.class, CallerEvent.IsDone.class);
        }
    }

    @Test
    void tellsItsObserverAllOfItAndWhatItDoesInOrder() throws InterruptedException {
        var told = Collections.synchronizedList(new ArrayList<CallerEvent>());
        line.far().onAudio(said::add);

        try (var caller = FakeCaller.join(line.near(), List.of(new Scenario.CallerLine("hello", null, null)),
                FreeTtsVoice.caller(), _ -> new Hearing.NotUnderstood(), told::add)) {
            converse(new ArrayDeque<>(List.of(GREETING, GREETING)));

            assertThat(caller.await(PATIENCE).orElseThrow()).containsExactlyInAnyOrderElementsOf(told);
            assertThat(told).filteredOn(event -> !(event instanceof CallerEvent.HearsSomething))
                    .extracting(CallerEvent::at)
                    .isSorted();
        }
    }

    @Test
    void playsARecordingAtTheRateOfTheLine() throws IOException, InterruptedException {
        var recording = folder.resolve("hello.wav");
        var speech = Speech.at(8_000, "hello there");
        Wav.write(recording, speech);

        try (var caller = join(List.of(new Scenario.CallerLine("hello there", recording, null)),
                _ -> new Hearing.NotUnderstood())) {
            converse(new ArrayDeque<>(List.of(GREETING, GREETING)));
            caller.await(PATIENCE).orElseThrow();
        }

        var loud = said.stream().filter(piece -> piece.rms() > 0).mapToInt(Pcm::frames).sum();
        assertThat(said).allSatisfy(piece -> assertThat(piece.rate()).isEqualTo(RATE));
        assertThat(loud * 1_000L / RATE).isBetween(speech.duration().toMillis() - 300,
                speech.duration().toMillis() + 60);
    }

    @Test
    void saysThatARecordingIsMissing() {
        var recording = folder.resolve("nowhere.wav");

        assertThatThrownBy(() -> join(List.of(new Scenario.CallerLine("", recording, null)),
                _ -> new Hearing.NotUnderstood())).isInstanceOf(ScenarioException.class)
                .hasMessage("cannot play " + recording + ": no such file");
    }

    @Test
    void saysThatARecordingIsNoSound() throws IOException {
        for (var bytes : List.of(new byte[0], "RIFF".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                new byte[100])) {
            var recording = Files.write(folder.resolve("broken.wav"), bytes);

            assertThatThrownBy(() -> join(List.of(new Scenario.CallerLine("", recording, null)),
                    _ -> new Hearing.NotUnderstood())).isInstanceOf(ScenarioException.class)
                    .hasMessageStartingWith("cannot play " + recording + ": ")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void isNotDoneBeforeItIsDone() throws InterruptedException {
        try (var caller = join(List.of(), _ -> new Hearing.NotUnderstood())) {
            assertThat(caller.await(Duration.ofMillis(20))).isEmpty();
        }
    }

    @Test
    void saysSoWhenItsEarsFail() {
        try (var caller = join(List.of(), _ -> {
            throw new IllegalStateException("no ears");
        })) {
            converse(new ArrayDeque<>(List.of(GREETING)));

            assertThatThrownBy(() -> caller.await(PATIENCE)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("the fake caller failed")
                    .hasRootCauseMessage("no ears");
        }
    }

    @Test
    void leavesTheCallWhenClosed() throws InterruptedException {
        var caller = join(List.of(new Scenario.CallerLine("hello", null, null)), _ -> new Hearing.NotUnderstood());

        caller.close();
        caller.close();
        said.clear();
        line.far().send(Pcm.silence(RATE, 480));

        assertThat(said).isEmpty();
        assertThat(caller.await(PATIENCE)).hasValue(List.of());
    }

    private FakeCaller join(List<Scenario.CallerLine> lines, Ears ears) {
        line.far().onAudio(said::add);
        return FakeCaller.join(line.near(), lines, FreeTtsVoice.caller(), ears, _ -> {});
    }

    /// Plays the agent: the next answer whenever the caller has been quiet for half a second. Gives how long it lasted.
    private long converse(Deque<Pcm> answers) {
        long millis = 0;
        int quiet = 500;
        boolean callerMaySpeak = false;
        while (!answers.isEmpty()) {
            if (quiet >= 500 && (said.isEmpty() || callerMaySpeak)) {
                millis += play(answers.remove());
                callerMaySpeak = false;
            }
            millis += play(Pcm.silence(RATE, Duration.ofMillis(20)));
            boolean loud = said.getLast().rms() > 0.01;
            callerMaySpeak |= loud;
            quiet = loud ? 0 : quiet + 20;
            assertThat(millis).as("length of the call in ms").isLessThan(60_000);
        }
        return millis + play(Pcm.silence(RATE, Duration.ofMillis(1_500)));
    }

    private long play(Pcm audio) {
        for (int from = 0; from < audio.frames(); from += 480) {
            line.far().send(audio.slice(from, Math.min(from + 480, audio.frames())));
        }
        return audio.duration().toMillis();
    }

    private static Pcm agent(String words) {
        return dev.parley.media.Resampler.convert(FreeTtsVoice.agent().speak(words), RATE);
    }
}
