package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.Agent;
import dev.parley.agent.AgentCall;
import dev.parley.agent.ToolRunner;
import dev.parley.agent.Toolbox;
import dev.parley.emulator.Emulator;
import dev.parley.emulator.Scenario;
import dev.parley.emulator.SessionLog;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.media.Samples;
import dev.parley.realtime.RealtimeClient;
import dev.parley.speech.FreeTtsVoice;
import dev.parley.speech.Hearing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How fast the agent falls silent when the caller speaks, and how truly the service is told what was heard.
///
/// Measured in real time, since real time is what is measured, on a whole call: detector, socket, conversation, playout.
/// The caller speaks into one long answer after another; each time, the moment at which the emulator's detector decided
/// is compared with the last sound that left for the caller, and the truncation sent with the sound that left.
class InterruptionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String ANSWER = "Once upon a time there was an old payment desk near the sea and every morning"
            + " when the sun came up the people of the town went down to the harbour to look at the ships that came in"
            + " from all over the world with silk and tea and oranges and stories that nobody had ever heard before";

    /// How long the caller listens before each interruption.
    private static final List<Duration> LISTENED = Stream.of(300, 1_210, 650)
            .map(Duration::ofMillis)
            .toList();

    /// How much later than a frame leaves the caller's arrives, in each interruption: the detector decides just after
    /// a frame, between two, or just before the next.
    private static final List<Duration> LAG = Stream.of(0, 13, 19).map(Duration::ofMillis).toList();

    @TempDir
    private Path folder;

    /// What one interruption came to.
    ///
    /// @param silence from the detector's decision to the end of the last frame with sound that left for the caller
    /// @param truncation how far `audio_end_ms` is from what had left of the item
    /// @param answer how the response ended that was spoken into
    private record Cut(Duration silence, Duration truncation, String answer) {}

    @ParameterizedTest
    @CsvSource({
            // The answer is still being written when the caller speaks into it, and has to be cancelled as well.
            "1.5, cancelled",
            // The answer came at once: nothing is left to cancel, all of it waits in the playout.
            "0, completed"})
    void x12FallsSilentAtOnceAndReportsWhatWasHeard(double pace, String answersEnd) throws Exception {
        var cuts = new ArrayList<Cut>();

        try (var emulator = storyteller(pace);
                var caller = new TappedCaller();
                var tools = new ToolRunner(Toolbox.of());
                var client = RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("sk-test").build();
                var call = AgentCall.start(Agent.of("Tell stories.", List.of()), tools, client.connect(), caller,
                        (_, _) -> {}, InstantSource.system())) {
            var interruption = spoken("wait");
            caller.say(interruption);
            var log = emulator.sessions().getFirst();
            for (int i = 0; i < LISTENED.size(); i++) {
                listen(caller, log, i + 1, LISTENED.get(i));
                caller.lagBehind(LAG.get(i));
                caller.say(interruption);
                awaitSent(log, "input_audio_buffer.speech_stopped", i + 2);
                cuts.add(measure(caller, log, i));
            }
            call.hangUp("caller");
            assertThat(call.await(PATIENCE)).as("the call ends").isPresent();
        }

        var silences = cuts.stream().map(Cut::silence).sorted().toList();
        var truncations = cuts.stream().map(Cut::truncation).sorted().toList();
        System.out.printf("Interruptions at pace %s: silent after %s ms, truncated within %s ms of what was heard%n",
                pace, cuts.stream().map(cut -> cut.silence.toNanos() / 1e6).toList(),
                cuts.stream().map(cut -> cut.truncation.toMillis()).toList());
        assertThat(cuts).extracting(Cut::answer).containsOnly(answersEnd);
        // The bar, for the usual case; the slack is for a machine that runs a build beside this and stalls a thread.
        assertThat(silences.get(silences.size() / 2)).as("median time to silence").isLessThan(Duration.ofMillis(40));
        assertThat(silences.getLast()).as("longest time to silence").isLessThan(Duration.ofMillis(140));
        // Counted in samples, so no stall excuses a difference.
        assertThat(truncations.getLast()).as("largest error of a truncation").isLessThan(Duration.ofMillis(20));
    }

    private Emulator storyteller(double pace) throws IOException {
        var file = Files.writeString(folder.resolve("story.yaml"), """
                pace: %s
                answers:
                  - hear: [tell me a story]
                    say: %s
                """.formatted(pace, ANSWER));
        // Ears that understand this whatever is said: what is heard does not matter here.
        return Emulator.start(Emulator.Settings.of(Scenario.load(file))
                .withEars(_ -> new Hearing.Understood("tell me a story", 1)));
    }

    private static Pcm spoken(String words) {
        return Resampler.convert(FreeTtsVoice.caller().speak(words), Pcm.REALTIME_RATE);
    }

    /// Waits until answer number `turn`, counted from 1, has been audible for so long.
    private static void listen(TappedCaller caller, SessionLog log, int turn, Duration time) {
        var turnEnd = awaitSent(log, "input_audio_buffer.speech_stopped", turn);
        Eventually.await("answer " + turn + " to be heard for " + time, PATIENCE.plus(time),
                () -> caller.frames()
                        .stream()
                        .filter(frame -> frame.at().isAfter(turnEnd) && frame.isAudible())
                        .findFirst()
                        .map(first -> first.at().plus(time).isBefore(Instant.now()))
                        .orElse(false),
                log::sentTypes);
    }

    private static Instant awaitSent(SessionLog log, String type, int times) {
        Eventually.await(times + " times " + type, PATIENCE, () -> sent(log, type).size() >= times, log::sentTypes);
        return sent(log, type).get(times - 1).at();
    }

    private static List<SessionLog.Entry> sent(SessionLog log, String type) {
        return log.entries()
                .stream()
                .filter(entry -> entry instanceof SessionLog.Entry.Sent && entry.type().equals(type))
                .toList();
    }

    private static Cut measure(TappedCaller caller, SessionLog log, int interruption) {
        // The first time the caller speaks there is nothing to interrupt.
        var decision = sent(log, "input_audio_buffer.speech_started").get(interruption + 1).at();
        var turnEnd = sent(log, "input_audio_buffer.speech_stopped").get(interruption + 1).at();
        var before = sent(log, "input_audio_buffer.speech_stopped").get(interruption).at();
        var left = caller.frames()
                .stream()
                .filter(frame -> frame.at().isAfter(before) && frame.at().isBefore(turnEnd))
                .dropWhile(frame -> !frame.isAudible())
                .toList();
        var lastSound = left.stream().filter(TappedCaller.Frame::isAudible).toList().getLast();
        var silentAt = lastSound.at().plus(lastSound.audio().duration());
        var truncate = log.received("conversation.item.truncate").get(interruption);
        return new Cut(Duration.between(decision, silentAt),
                distance(left, truncate.path("audio_end_ms").longValue()),
                sent(log, "response.done").get(interruption).event().path("response").path("status").stringValue());
    }

    /// How far `millis` is from what left of the answer: between its last sound, and where it stopped to be the answer. Where the
    /// machine was too busy to have the next piece in time there is silence between.
    private static Duration distance(List<TappedCaller.Frame> left, long millis) {
        var answer = Resampler.convert(FreeTtsVoice.agent().speak(ANSWER), Pcm.REALTIME_RATE);
        int answerFrom = firstSound(answer);
        int from = firstSound(left.getFirst().audio());
        int same = 0;
        int sounding = 0;
        int behind = 0;
        for (var frame : left) {
            var heard = frame.audio();
            int matching = 0;
            while (from + matching < heard.frames()
                    && heard.sample(from + matching) == answer.sample(answerFrom + same + matching)) {
                matching++;
                if (heard.sample(from + matching - 1) != 0) {
                    sounding = same + matching;
                }
            }
            behind = matching;
            if (from + matching == heard.frames()) {
                same += matching;
                behind = 0;
            } else if (frame.isAudible()) {
                break;
            }
            from = 0;
        }
        assertThat(same).as("samples that are those of the answer").isGreaterThan(Pcm.REALTIME_RATE / 4);
        long least = Samples.millis(answerFrom + sounding, Pcm.REALTIME_RATE);
        long most = Samples.millis(answerFrom + same + behind, Pcm.REALTIME_RATE);
        return Duration.ofMillis(Math.max(0, Math.max(least - millis, millis - most)));
    }

    private static int firstSound(Pcm audio) {
        int at = 0;
        while (audio.sample(at) == 0) {
            at++;
        }
        return at;
    }
}
