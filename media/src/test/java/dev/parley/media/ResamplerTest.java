package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ResamplerTest {
    private static final int[] RATES = {8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000};

    record Rates(int from, int to) {
        int lower() {
            return Math.min(from, to);
        }
    }

    static List<Rates> pairs() {
        var pairs = new ArrayList<Rates>();
        for (int from : RATES) {
            for (int to : RATES) {
                if (from != to) {
                    pairs.add(new Rates(from, to));
                }
            }
        }
        return pairs;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void carriesTonesOfThePassBandCleanlyAndInPlace(Rates rates) {
        // Up to three quarters of the lower Nyquist frequency.
        for (double part : new double[]{0.01, 0.05, 0.1, 0.25, 0.4, 0.55, 0.65, 0.75}) {
            double hertz = part * rates.lower() / 2;
            var tone = Tone.of(rates.from(), hertz, 0.9, rates.from() / 2);

            var fit = Tone.fit(Resampler.convert(tone, rates.to()), hertz);

            assertThat(fit.snrDecibels()).as("SNR at %s Hz", hertz).isGreaterThan(85);
            assertThat(Tone.decibels(fit.amplitude() / 0.9)).as("gain at %s Hz", hertz).isCloseTo(0, within(0.01));
            assertThat(fit.phase()).as("phase at %s Hz", hertz).isCloseTo(0, within(0.001));
        }
    }

    @ParameterizedTest
    @CsvSource({"48000, 8000", "48000, 16000", "44100, 8000", "24000, 8000", "16000, 8000", "48000, 24000"})
    void foldsNothingBackWhenGoingDown(int from, int to) {
        for (double hertz = 1.12 * to / 2; hertz < from / 2.0; hertz += 0.037 * to) {
            var tone = Tone.of(from, hertz, 0.9, from / 4);

            var alias = Resampler.convert(tone, to).slice(to / 50, to / 5);

            assertThat(Tone.decibels((alias.rms() + 1e-9) / (0.9 / Math.sqrt(2)))).as("alias of %s Hz", hertz)
                    .isLessThan(-80);
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void leavesAConstantAsItIs(Rates rates) {
        var constant = new short[rates.from() / 10];
        Arrays.fill(constant, (short) 12_345);

        var converted = Resampler.convert(Pcm.copyOf(rates.from(), constant), rates.to());

        var middle = converted.slice(rates.to() / 100, converted.frames() - rates.to() / 100);
        assertThat(IntStream.range(0, middle.frames()).map(middle::sample)).containsOnly(12_345);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void keepsTheLength(Rates rates) {
        for (int frames : new int[]{0, 1, 2, 7, 100, 479, 480, 1_001}) {
            var converted = Resampler.convert(Pcm.silence(rates.from(), frames), rates.to());

            assertThat(converted.frames()).isEqualTo((int) Math.ceil((double) frames * rates.to() / rates.from()));
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void givesTheSameInPiecesAsAtOnce(Rates rates) {
        long seed = rates.hashCode();
        var random = new Random(seed);
        var noise = noise(random, rates.from(), 2, 5_000);
        var resampler = new Resampler(rates.from(), rates.to(), 2);

        // The second round shows that flushing leaves nothing behind.
        for (int round = 0; round < 2; round++) {
            var pieces = Pcm.copyOf(rates.to(), 2, new short[0]);
            int at = 0;
            while (at < noise.frames()) {
                int end = Math.min(noise.frames(), at + random.nextInt(random.nextBoolean() ? 3 : 700));
                pieces = pieces.then(resampler.process(noise.slice(at, end)));
                at = end;
            }
            pieces = pieces.then(resampler.flush());

            assertThat(pieces).as("seed %d", seed).isEqualTo(Resampler.convert(noise, rates.to()));
        }
    }

    @Test
    void holdsBackNoMoreThanItsLatency() {
        var resampler = new Resampler(24_000, 8_000);

        var converted = resampler.process(Pcm.silence(24_000, 480));

        assertThat(converted.frames()).isEqualTo((480 - resampler.latency() + 2) / 3);
        assertThat(Samples.duration(resampler.latency(), 24_000)).isLessThan(Duration.ofMillis(3));
    }

    @Test
    void keepsChannelsApart() {
        var left = Tone.of(48_000, 440, 0.5, 4_800);
        var right = Tone.of(48_000, 1_000, 0.5, 4_800);
        var stereo = new short[9_600];
        for (int i = 0; i < 4_800; i++) {
            stereo[2 * i] = left.sample(i);
            stereo[2 * i + 1] = right.sample(i);
        }

        var converted = Resampler.convert(Pcm.copyOf(48_000, 2, stereo), 16_000);

        var expected = Resampler.convert(right, 16_000);
        for (int i = 0; i < expected.frames(); i++) {
            assertThat(converted.sample(2 * i + 1)).isEqualTo(expected.sample(i));
        }
    }

    @Test
    void passesAudioOfTheSameRateThrough() {
        var audio = noise(new Random(1), 16_000, 1, 100);
        var resampler = new Resampler(16_000, 16_000);

        assertThat(resampler.process(audio)).isSameAs(audio);
        assertThat(resampler.flush().isEmpty()).isTrue();
        assertThat(resampler.latency()).isZero();
        assertThat(Resampler.convert(audio, 16_000)).isSameAs(audio);
    }

    @Test
    void clipsWhereTheFilterSwingsBeyondFullScale() {
        var square = new short[4_800];
        for (int i = 0; i < square.length; i++) {
            square[i] = i / 60 % 2 == 0 ? Short.MAX_VALUE : Short.MIN_VALUE;
        }

        var converted = Resampler.convert(Pcm.copyOf(48_000, square), 8_000);

        for (int i = 31; i < 770; i++) {
            if (i % 10 != 0) {
                assertThat(converted.sample(i) > 0).as("sign of frame %d", i).isEqualTo(i / 10 % 2 == 0);
            }
        }
    }

    @Test
    void refusesRatesWithoutAUsualRatio() {
        assertThatThrownBy(() -> new Resampler(383_998, 383_999)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("simple ratio");
    }

    private static Pcm noise(Random random, int rate, int channels, int frames) {
        var samples = new short[frames * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) random.nextInt(-32_768, 32_768);
        }
        return Pcm.copyOf(rate, channels, samples);
    }
}
