package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.CallerScript.Happening;
import dev.parley.media.Pcm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallerScriptTest {
    private static final int RATE = 16_000;
    private static final FakeCaller.Patience PATIENCE = new FakeCaller.Patience(Duration.ofSeconds(6), Duration.ZERO);
    /// Without the silence a voice begins with, so that its start is known.
    private static final Pcm AGENT = withoutLeadIn(Speech.at(RATE, "i can create payment requests in many currencies"
            + " and tell you how an order is doing and cancel it again if you change your mind"));
    private static final Pcm ANSWER = withoutLeadIn(Speech.at(RATE, "all right then what else"));

    @Test
    void waitsUntilItIsGreeted() {
        var call = new Call(PATIENCE, line("hello", null));

        call.hears(silence(2_000).then(ANSWER).then(silence(1_500)));

        assertThat(call.spokeAt()).hasSize(1);
        // The greeting is over when it has been quiet for 900 ms.
        long greeted = 2_000 + ANSWER.duration().toMillis();
        assertThat(call.spokeAt().getFirst()).isBetween(greeted + 500, greeted + 1_000);
    }

    @Test
    void speaksFirstWhenNobodyGreets() {
        var call = new Call(PATIENCE, line("hello", null));

        call.hears(silence(7_000));

        assertThat(call.spokeAt()).hasSize(1).allSatisfy(at -> assertThat(at).isBetween(6_000L, 6_040L));
    }

    @Test
    void doesNotSpeakIntoALongGreeting() {
        var call = new Call(PATIENCE, line("hello", null));

        call.hears(silence(5_500).then(AGENT));

        assertThat(call.spokeAt()).isEmpty();
    }

    @Test
    void takesAPauseForAPause() {
        var call = new Call(PATIENCE, line("hello", null));

        call.hears(ANSWER.then(silence(600)).then(ANSWER).then(silence(1_500)));

        long end = 2 * ANSWER.duration().toMillis() + 600;
        assertThat(call.spokeAt()).hasSize(1).allSatisfy(at -> assertThat(at).isBetween(end + 500, end + 1_000));
        assertThat(call.answers()).hasSize(1);
    }

    @Test
    void interruptsAtTheMomentItIsGiven() {
        var call = new Call(PATIENCE, line("no stop", Duration.ofMillis(2_500)));

        call.hears(silence(1_000).then(AGENT));

        assertThat(call.spokeAt()).hasSize(1).allSatisfy(at -> assertThat(at).isBetween(3_460L, 3_540L));
    }

    @Test
    void interruptsAnAnswerThatFollowsItsOwnLine() {
        var call = new Call(PATIENCE, line("what can you do", null), line("no stop", Duration.ofMillis(1_500)));
        call.hears(ANSWER.then(silence(1_200)));
        call.hearsUntilItIsQuiet();
        long begun = call.millis();

        call.hears(silence(100).then(AGENT));

        assertThat(call.spokeAt()).hasSize(2);
        assertThat(call.spokeAt().getLast()).isBetween(begun + 1_560, begun + 1_640);
    }

    @Test
    void doesNotInterruptAnAnswerThatIsOverBefore() {
        var call = new Call(PATIENCE, line("no stop", Duration.ofMillis(60_000)));

        call.hears(AGENT.then(silence(3_000)));

        assertThat(call.spokeAt()).isEmpty();
    }

    @Test
    void doesNotTakeTheAnswerItInterruptedForTheAnswerToItsWords() {
        var call = new Call(PATIENCE, line("no stop", Duration.ofMillis(1_000)), line("goodbye", null));

        call.hears(AGENT.slice(0, RATE * 3 / 2).then(silence(3_000)));
        int before = call.spokeAt().size();
        call.hears(ANSWER.then(silence(1_500)));

        assertThat(before).isEqualTo(1);
        assertThat(call.spokeAt()).hasSize(2);
    }

    @Test
    void givesUpWhenItIsNotAnswered() {
        var call = new Call(PATIENCE, line("hello", null), line("are you there", null));
        call.hears(ANSWER.then(silence(1_200)));
        call.hearsUntilItIsQuiet();
        long said = call.millis();

        call.hears(silence(15_500));

        assertThat(call.events()).filteredOn(CallerEvent.IsNotAnswered.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(CallerEvent.IsNotAnswered.class, event -> {
                    assertThat(event.line()).isZero();
                    assertThat(event.at().toMillis()).isBetween(said + 14_900, said + 15_100);
                });
        assertThat(call.events()).last().isInstanceOf(CallerEvent.IsDone.class);
        assertThat(call.spokeAt()).hasSize(1);
    }

    @Test
    void givesUpWhenThereIsNothingToInterrupt() {
        var call = new Call(PATIENCE, line("no stop", Duration.ofMillis(1_000)));

        call.hears(silence(16_000));

        assertThat(call.events()).extracting(Object::getClass)
                .containsExactly(CallerEvent.IsNotAnswered.class, CallerEvent.IsDone.class);
    }

    @Test
    void isDoneAfterTheLastAnswer() {
        var call = new Call(PATIENCE, line("hello", null));
        call.hears(ANSWER.then(silence(1_200)));
        call.hearsUntilItIsQuiet();

        call.hears(silence(300).then(ANSWER).then(silence(1_200)));

        assertThat(call.events()).extracting(Object::getClass)
                .containsExactly(CallerEvent.Speaks.class, CallerEvent.FallsSilent.class, CallerEvent.IsDone.class);
        assertThat(call.answers()).hasSize(2);
    }

    @Test
    void staysOnTheLineAsLongAsItsPatienceSays() {
        var call = new Call(new FakeCaller.Patience(Duration.ofSeconds(6), Duration.ofSeconds(2)), line("hello", null));
        call.hears(ANSWER.then(silence(1_200)));
        call.hearsUntilItIsQuiet();

        call.hears(silence(300).then(ANSWER).then(silence(1_900)));
        var early = call.events();
        call.hears(silence(1_500));

        assertThat(early).noneMatch(CallerEvent.IsDone.class::isInstance);
        assertThat(call.events()).last().isInstanceOf(CallerEvent.IsDone.class);
    }

    @Test
    void saysExactlyItsLine() {
        var line = line("hello", null);
        var call = new Call(PATIENCE, line);

        call.hears(silence(9_000));

        int start = (int) (call.spokeAt().getFirst() * RATE / 1_000) - Call.PIECE;
        assertThat(call.said().slice(start, start + line.sound().frames())).isEqualTo(line.sound());
        assertThat(call.said().slice(0, start).rms()).isZero();
        assertThat(call.said().slice(start + line.sound().frames(), call.said().frames()).rms()).isZero();
    }

    @Test
    void keepsTimeWithWhatItHearsWhateverThePieces() {
        var pieces = new int[]{1, 7, 160, 333, 4_000, 24_000};
        var script = new CallerScript(RATE, List.of(line("hello", null)), PATIENCE);

        for (int frames : pieces) {
            assertThat(script.step(Pcm.silence(RATE, frames)).says().frames()).isEqualTo(frames);
        }
    }

    @Test
    void keepsAnAnswerWithWhatCameJustBeforeIt() {
        var call = new Call(PATIENCE, line("hello", null));

        call.hears(silence(4_000).then(ANSWER).then(silence(1_500)));

        assertThat(call.answers()).singleElement()
                .satisfies(answer -> assertThat(answer.duration())
                        .isBetween(ANSWER.duration().plusMillis(500), ANSWER.duration().plusMillis(1_600)));
    }

    private static CallerScript.Line line(String words, @Nullable Duration interruptAfter) {
        return new CallerScript.Line(words, Speech.at(RATE, words), interruptAfter);
    }

    private static Pcm silence(int millis) {
        return Pcm.silence(RATE, Duration.ofMillis(millis));
    }

    private static Pcm withoutLeadIn(Pcm speech) {
        int start = 0;
        while (Math.abs(speech.sample(start)) < 1_000) {
            start++;
        }
        return speech.slice(start, speech.frames());
    }

    /// A script that is given audio in pieces of 20 ms, and all that came of it.
    private static final class Call {
        static final int PIECE = RATE / 50;

        private final CallerScript script;
        private final List<Happening> happenings = new ArrayList<>();
        private final List<Pcm> said = new ArrayList<>();
        private long position;

        Call(FakeCaller.Patience patience, CallerScript.Line... lines) {
            this.script = new CallerScript(RATE, List.of(lines), patience);
        }

        void hears(Pcm audio) {
            for (int from = 0; from < audio.frames(); from += PIECE) {
                var piece = audio.slice(from, Math.min(from + PIECE, audio.frames()));
                var step = script.step(piece);
                happenings.addAll(step.happenings());
                said.add(step.says());
                position += piece.frames();
            }
        }

        /// Hears silence until the caller has finished its line.
        void hearsUntilItIsQuiet() {
            var before = events().stream().filter(CallerEvent.FallsSilent.class::isInstance).count();
            for (int i = 0; i < 500 && events().stream()
                    .filter(CallerEvent.FallsSilent.class::isInstance)
                    .count() == before && spokeAt().size() > before; i++) {
                hears(silence(20));
            }
        }

        long millis() {
            return position * 1_000 / RATE;
        }

        List<CallerEvent> events() {
            return happenings.stream()
                    .filter(Happening.Noticed.class::isInstance)
                    .map(happening -> ((Happening.Noticed) happening).event())
                    .toList();
        }

        List<Pcm> answers() {
            return happenings.stream()
                    .filter(Happening.Answer.class::isInstance)
                    .map(happening -> ((Happening.Answer) happening).audio())
                    .toList();
        }

        List<Long> spokeAt() {
            return events().stream()
                    .filter(CallerEvent.Speaks.class::isInstance)
                    .map(event -> event.at().toMillis())
                    .toList();
        }

        Pcm said() {
            return said.stream().reduce(Pcm::then).orElseThrow();
        }
    }
}
