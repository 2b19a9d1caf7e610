package dev.parley.media;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/// Speech-like audio with known speech: vowels made of a buzz through formants and fricatives made of shaped noise,
/// in words of one to four syllables with pauses between them. The same seed gives the same words.
final class FakeSpeech {
    /// First three formants of five vowels, in Hz.
    private static final int[][] VOWELS = {{730, 1_090, 2_440}, {270, 2_290, 3_010}, {300, 870, 2_240},
            {530, 1_840, 2_480}, {570, 840, 2_410}};

    private final int rate;
    private final Random random;
    private final List<Double> audio = new ArrayList<>();
    private final BitSet speech = new BitSet();

    private FakeSpeech(int rate, long seed) {
        this.rate = rate;
        this.random = new Random(seed);
    }

    /// Audio, and which of its frames belong to a word.
    record Labelled(Pcm audio, BitSet speech) {
        /// Whether most of the 20 ms from `from` on are speech.
        boolean isSpeech(int from) {
            int length = audio.rate() / 50;
            return speech.get(from, from + length).cardinality() * 2 >= length;
        }

        /// The same with white noise, `decibels` below the speech (measured over the words alone).
        Labelled withNoise(double decibels, long seed) {
            double sum = 0;
            for (int i = speech.nextSetBit(0); i >= 0; i = speech.nextSetBit(i + 1)) {
                sum += (double) audio.sample(i) * audio.sample(i);
            }
            double level = Math.sqrt(sum / speech.cardinality()) * Math.pow(10, -decibels / 20);
            var random = new Random(seed);
            var noisy = audio.toSamples();
            for (int i = 0; i < noisy.length; i++) {
                noisy[i] = (short) Math.clamp(Math.round(noisy[i] + level * random.nextGaussian()), -32_768, 32_767);
            }
            return new Labelled(Pcm.adopt(audio.rate(), 1, noisy), speech);
        }
    }

    /// `words` at `peak` of full scale, after `lead` seconds of digital silence.
    static Labelled of(int rate, long seed, int words, double peak, double lead) {
        var speech = new FakeSpeech(rate, seed);
        speech.pause(lead);
        for (int word = 0; word < words; word++) {
            speech.word();
            speech.pause(0.3 + speech.random.nextDouble() * 0.7);
        }
        return speech.labelled(peak);
    }

    private void word() {
        int from = audio.size();
        double pitch = 90 + random.nextDouble() * 130;
        for (int syllable = 1 + random.nextInt(4); syllable > 0; syllable--) {
            if (random.nextInt(3) > 0) {
                fricative(0.05 + random.nextDouble() * 0.06);
            }
            vowel(VOWELS[random.nextInt(VOWELS.length)], pitch, 0.09 + random.nextDouble() * 0.14);
        }
        speech.set(from, audio.size());
    }

    private void pause(double seconds) {
        for (int i = 0; i < seconds * rate; i++) {
            audio.add(0.0);
        }
    }

    private void vowel(int[] formants, double pitch, double seconds) {
        var resonators = new Resonator[]{new Resonator(formants[0], 70), new Resonator(formants[1], 100),
                new Resonator(formants[2], 150)};
        int length = (int) (seconds * rate);
        double phase = 0;
        double tilt = 0;
        for (int i = 0; i < length; i++) {
            phase += pitch * (1 - 0.15 * i / length) / rate;
            double pulse = phase >= 1 ? 1 : 0;
            phase -= (int) phase;
            tilt += 0.3 * (pulse - tilt);
            double out = 0;
            for (int r = 0; r < resonators.length; r++) {
                out += resonators[r].next(tilt) / (1 + r);
            }
            audio.add(out * fade(i, length) * 6);
        }
    }

    private void fricative(double seconds) {
        var hiss = new Resonator(Math.min(3_000 + random.nextInt(2_000), 0.4 * rate), 1_500);
        int length = (int) (seconds * rate);
        for (int i = 0; i < length; i++) {
            audio.add(hiss.next(random.nextGaussian()) * fade(i, length) * 0.15);
        }
    }

    // 10 ms at both ends.
    private double fade(int i, int length) {
        return Math.min(1, Math.min(i, length - i) / (0.01 * rate));
    }

    private Labelled labelled(double peak) {
        double highest = audio.stream().mapToDouble(Math::abs).max().orElse(1);
        var samples = new short[audio.size()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (audio.get(i) / highest * peak * 32_767);
        }
        return new Labelled(Pcm.adopt(rate, 1, samples), speech);
    }

    /// A two-pole filter with a peak of `width` Hz around `hertz`.
    private final class Resonator {
        private final double a1;
        private final double a2;
        private final double gain;
        private double last;
        private double lastButOne;

        Resonator(double hertz, double width) {
            double radius = Math.exp(-Math.PI * width / rate);
            a1 = 2 * radius * Math.cos(2 * Math.PI * hertz / rate);
            a2 = -radius * radius;
            gain = 1 - radius;
        }

        double next(double in) {
            double out = gain * in + a1 * last + a2 * lastButOne;
            lastButOne = last;
            last = out;
            return out;
        }
    }
}
