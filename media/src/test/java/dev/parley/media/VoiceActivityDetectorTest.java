package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VoiceActivityDetectorTest {
    private static final int[] RATES = {8_000, 16_000, 22_050, 24_000, 48_000};

    @ParameterizedTest
    @CsvSource({"60, 0.98", "15, 0.97", "5, 0.93", "0, 0.875"})
    void tellsWordsFromWhiteNoise(double decibels, double accuracy) {
        for (int rate : RATES) {
            var words = FakeSpeech.of(rate, 7, 40, 0.5, 0.6).withNoise(decibels, 3);

            assertThat(accuracy(words)).as("accuracy at %d Hz", rate).isGreaterThan(accuracy);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.2, 0.9})
    void hearsWordsAtUsualLevelsAfterDigitalSilence(double peak) {
        assertThat(accuracy(FakeSpeech.of(24_000, 11, 30, peak, 1))).isGreaterThan(0.95);
    }

    @Test
    void hearsAWordThatOpensTheStream() {
        for (int rate : RATES) {
            var word = FakeSpeech.of(rate, 5, 1, 0.3, 0);

            var scores = scores(word.audio()).limit(8).boxed().toList();

            assertThat(scores).as("at %d Hz", rate).allMatch(score -> score > 0.5);
        }
    }

    @Test
    void neverHearsSpeechInDigitalSilence() {
        assertThat(scores(Pcm.silence(8_000, 80_000))).containsOnly(0.0);
    }

    @Test
    void takesFaintNoiseForSilence() {
        var random = new Random(6);

        var scores = scores(made(24_000, 10, i -> 0.0008 * random.nextGaussian()));

        assertThat(scores).allMatch(score -> score < 0.5);
    }

    @Test
    void learnsAHum() {
        var hum = made(16_000, 6, i -> 0.1 * Math.sin(2 * Math.PI * 100 * i / 16_000)
                + 0.05 * Math.sin(2 * Math.PI * 200 * i / 16_000) + 0.02 * Math.sin(2 * Math.PI * 700 * i / 16_000));

        assertThat(scores(hum).skip(150)).allMatch(score -> score < 0.5);
    }

    @Test
    void knowsWhiteNoiseFromTheFirstFrameOn() {
        var random = new Random(8);

        var scores = scores(made(24_000, 20, i -> 0.05 * random.nextGaussian())).toArray();

        assertThat(DoubleStream.of(scores).limit(100).filter(score -> score >= 0.5).count()).isLessThan(8);
        assertThat(DoubleStream.of(scores).filter(score -> score >= 0.5).count()).isLessThan(scores.length * 3 / 100);
    }

    @Test
    void learnsARumbleThatSetsInLater() {
        var random = new Random(9);
        var low = new double[1];

        var scores = scores(made(24_000, 12, i -> {
            low[0] += 0.05 * (random.nextGaussian() - low[0]);
            return (i < 72_000 ? 0.01 : 0.5) * low[0];
        })).skip(150 + 130).toArray();

        assertThat(DoubleStream.of(scores).filter(score -> score >= 0.5).count()).isLessThan(scores.length * 4 / 100);
    }

    @Test
    void scoresTheSameAudioAlike() {
        var audio = FakeSpeech.of(8_000, 1, 5, 0.5, 0.1).withNoise(10, 2).audio();

        assertThat(scores(audio).toArray()).isEqualTo(scores(audio).toArray());
    }

    @Test
    void asksForWholeFramesOfItsRate() {
        var detector = new VoiceActivityDetector(24_000);

        assertThat(detector.frame()).isEqualTo(480);
        assertThatIllegalArgumentException().isThrownBy(() -> detector.score(Pcm.silence(24_000, 479)));
        assertThatIllegalArgumentException().isThrownBy(() -> detector.score(Pcm.silence(48_000, 480)));
        assertThatIllegalArgumentException().isThrownBy(() -> new VoiceActivityDetector(4_000));
    }

    /// The part of frames judged rightly, after half a second to settle.
    private static double accuracy(FakeSpeech.Labelled words) {
        var scores = scores(words.audio()).toArray();
        int frame = words.audio().rate() / 50;
        int right = 0;
        for (int i = 25; i < scores.length; i++) {
            right += words.isSpeech(i * frame) == scores[i] >= 0.5 ? 1 : 0;
        }
        return (double) right / (scores.length - 25);
    }

    private static DoubleStream scores(Pcm audio) {
        var detector = new VoiceActivityDetector(audio.rate());
        var scores = DoubleStream.builder();
        for (int at = 0; at + detector.frame() <= audio.frames(); at += detector.frame()) {
            scores.add(detector.score(audio.slice(at, at + detector.frame())));
        }
        return scores.build();
    }

    private static Pcm made(int rate, int seconds, IntToDoubleFunction level) {
        var samples = new short[rate * seconds];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) Math.clamp(Math.round(32_767 * level.applyAsDouble(i)), -32_768, 32_767);
        }
        return Pcm.adopt(rate, 1, samples);
    }
}
