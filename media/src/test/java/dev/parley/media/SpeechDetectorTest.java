package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.parley.media.SpeechDetector.Event;
import dev.parley.media.SpeechDetector.Settings;
import dev.parley.media.SpeechDetector.Started;
import dev.parley.media.SpeechDetector.Stopped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpeechDetectorTest {
    private static final int RATE = 24_000;
    /// Where a frame begins does not follow the speech, and its first and last 10 ms are faint.
    private static final long TOLERANCE = millis(50);

    @ParameterizedTest
    @CsvSource({"99", "15", "5"})
    void marksEveryWordWithItsPaddingAndTheSilenceAfterIt(double decibels) {
        var words = FakeSpeech.of(RATE, 21, 12, 0.5, 1).withNoise(decibels, 4);
        var settings = new Settings(0.5, Duration.ofMillis(60), Duration.ofMillis(200));

        var events = detect(settings, words.audio());

        assertThat(events).hasSize(24);
        int from = 0;
        for (int i = 0; i < events.size(); i += 2) {
            int onset = words.speech().nextSetBit(from);
            int end = words.speech().nextClearBit(onset);
            // Fricatives drown in noise before vowels do.
            long slack = decibels > 10 ? TOLERANCE : millis(150);
            assertThat(events.get(i)).isInstanceOf(Started.class);
            assertThat(events.get(i).at()).as("start %d", i).isCloseTo(onset - millis(60), within(slack));
            assertThat(events.get(i + 1)).isInstanceOf(Stopped.class);
            assertThat(events.get(i + 1).at()).as("stop %d", i).isCloseTo(end + millis(200), within(slack));
            from = end;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void knowsWithin110MillisecondsThatSomebodySpeaks(long seed) {
        var words = FakeSpeech.of(RATE, seed, 1, 0.5, 0.613);
        var detector = new SpeechDetector(RATE, Settings.DEFAULT);
        int at = 0;

        while (!detector.isSpeaking()) {
            detector.process(words.audio().slice(at, at + 240));
            at += 240;
        }

        // Four frames, the one in which the word begins, and the chunk.
        assertThat(at - words.speech().nextSetBit(0)).isBetween(0, (int) millis(110));
    }

    @Test
    void endsTheSpeechAsSoonAsTheSilenceHasPassed() {
        var words = FakeSpeech.of(RATE, 2, 1, 0.5, 0.5);
        int end = words.speech().length();
        var detector = new SpeechDetector(RATE, Settings.DEFAULT);

        var before = detector.process(words.audio().slice(0, end));
        var silence = detector.process(Pcm.silence(RATE, (int) millis(540)));

        assertThat(before).hasSize(1);
        assertThat(silence).hasSize(1).first().isInstanceOf(Stopped.class);
        assertThat(silence.getFirst().at()).isCloseTo(end + millis(500), within(TOLERANCE));
    }

    @Test
    void startsAtZeroWhenTheStreamOpensWithSpeech() {
        var words = FakeSpeech.of(RATE, 5, 1, 0.5, 0);

        assertThat(detect(Settings.DEFAULT, words.audio().then(Pcm.silence(RATE, RATE))).getFirst())
                .isEqualTo(new Started(0));
    }

    @Test
    void takesNoClickForSpeech() {
        var random = new Random(3);
        for (double noise : new double[]{0, 0.001, 0.02}) {
            for (int offset = 0; offset < 480; offset += 37) {
                var samples = new short[3 * RATE];
                for (int i = 0; i < samples.length; i++) {
                    boolean click = i >= 2 * RATE + offset && i < 2 * RATE + offset + 480;
                    samples[i] = (short) Math.clamp(Math.round(32_767 * (click ? 0.8 : noise) * random.nextGaussian()),
                            -32_768, 32_767);
                }

                assertThat(detect(Settings.DEFAULT, Pcm.copyOf(RATE, samples))).as("noise %s", noise).isEmpty();
            }
        }
    }

    @Test
    void bridgesPausesShorterThanTheSilence() {
        // The pauses between words last up to one second.
        var words = FakeSpeech.of(RATE, 21, 12, 0.5, 1).audio().then(Pcm.silence(RATE, 2 * RATE));
        var patient = new Settings(0.5, Duration.ofMillis(300), Duration.ofMillis(1_200));

        assertThat(detect(patient, words)).hasSize(2);
    }

    @Test
    void hearsFaintSpeechOnlyWithALowThreshold() {
        var faint = FakeSpeech.of(RATE, 21, 12, 0.012, 1).audio();

        assertThat(detect(with(0.2), faint)).isNotEmpty();
        assertThat(detect(with(0.97), faint)).isEmpty();
        assertThat(detect(with(0.97), FakeSpeech.of(RATE, 21, 12, 0.5, 1).audio())).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void findsTheSameHoweverTheAudioIsCut(long seed) {
        var random = new Random(seed);
        int rate = seed % 2 == 0 ? 8_000 : 22_050;
        var audio = FakeSpeech.of(rate, seed, 15, 0.4, 0.3).withNoise(seed * 5, seed).audio();
        // More padding than silence: starts may not reach back into the speech before.
        var settings = new Settings(0.5, Duration.ofMillis(500), Duration.ofMillis(100));
        var detector = new SpeechDetector(rate, settings);

        var events = new ArrayList<Event>();
        for (int at = 0; at < audio.frames();) {
            int end = Math.min(audio.frames(), at + random.nextInt(random.nextBoolean() ? 10 : 3_000));
            events.addAll(detector.process(audio.slice(at, end)));
            at = end;
        }

        assertThat(events).as("seed %d", seed).isEqualTo(new SpeechDetector(rate, settings).process(audio));
        assertThat(events).as("seed %d", seed).hasSizeGreaterThan(10);
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i)).isInstanceOf(i % 2 == 0 ? Started.class : Stopped.class);
            assertThat(events.get(i).at()).isGreaterThanOrEqualTo(i == 0 ? 0 : events.get(i - 1).at());
        }
    }

    @Test
    void takesNewSettingsWhileSomebodySpeaks() {
        var word = FakeSpeech.of(RATE, 2, 1, 0.5, 0.5);
        int end = word.speech().length();
        var detector = new SpeechDetector(RATE, Settings.DEFAULT);
        detector.process(word.audio().slice(0, end));

        detector.configure(new Settings(0.5, Duration.ZERO, Duration.ofMillis(100)));
        var events = detector.process(Pcm.silence(RATE, (int) millis(140)));

        assertThat(events).hasSize(1).first().isInstanceOf(Stopped.class);
    }

    @Test
    void mixesStereoDown() {
        var mono = FakeSpeech.of(RATE, 2, 2, 0.5, 0.5).audio();
        var stereo = new short[mono.frames() * 2];
        for (int i = 0; i < stereo.length; i++) {
            stereo[i] = mono.sample(i / 2);
        }

        assertThat(detect(Settings.DEFAULT, Pcm.copyOf(RATE, 2, stereo))).isEqualTo(detect(Settings.DEFAULT, mono));
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> with(1.1)).withMessageContaining("found 1.1");
        assertThatIllegalArgumentException().isThrownBy(() -> with(Double.NaN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Settings(0.5, Duration.ofMillis(-1), Duration.ZERO))
                .withMessageContaining("prefix padding");
    }

    private static Settings with(double threshold) {
        return new Settings(threshold, Duration.ofMillis(300), Duration.ofMillis(500));
    }

    private static List<Event> detect(Settings settings, Pcm audio) {
        return new SpeechDetector(audio.rate(), settings).process(audio);
    }

    private static long millis(long millis) {
        return Samples.in(Duration.ofMillis(millis), RATE);
    }
}
