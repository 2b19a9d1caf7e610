package dev.parley.media;

import java.util.Arrays;

/// Makes up what a codec without memory has lost: the last period of the voice goes on, as in ITU-T G.711 Appendix I, and
/// where real sound comes back the two are blended. It is up to the owner to let it fade.
///
/// Not thread-safe.
final class PitchRepetition {
    private static final int HIGHEST_VOICE = 400;
    private static final int LOWEST_VOICE = 66;

    private final int shortest;
    private final int longest;
    private final int window;
    private final int blend;
    private final short[] history;

    private short[] period = {};
    private int phase;

    /// Of audio at `rate`.
    PitchRepetition(int rate) {
        shortest = rate / HIGHEST_VOICE;
        longest = rate / LOWEST_VOICE;
        window = rate / 50;
        blend = rate / 200;
        history = new short[longest + window];
    }

    /// Takes note of real sound, and blends its beginning with what was made up before.
    void heard(short[] samples) {
        if (period.length > 0) {
            int overlap = Math.min(blend, samples.length);
            for (int i = 0; i < overlap; i++) {
                int madeUp = period[phase];
                phase = (phase + 1) % period.length;
                samples[i] = (short) (madeUp + (samples[i] - madeUp) * (i + 1) / (overlap + 1));
            }
            period = new short[0];
        }
        remember(samples);
    }

    /// Makes up `count` samples.
    short[] conceal(int count) {
        var samples = new short[count];
        if (period.length == 0) {
            period = lastPeriod();
            phase = 0;
        }
        for (int i = 0; i < count; i++) {
            samples[i] = period[phase];
            phase = (phase + 1) % period.length;
        }
        remember(samples);
        return samples;
    }

    private void remember(short[] samples) {
        int kept = Math.max(0, history.length - samples.length);
        int taken = history.length - kept;
        System.arraycopy(history, taken, history, 0, kept);
        System.arraycopy(samples, samples.length - taken, history, kept, taken);
    }

    private short[] lastPeriod() {
        int length = bestLag();
        int end = history.length;
        var last = Arrays.copyOfRange(history, end - length, end);
        // The end of the period is blended with what came before its beginning, so that going round makes no click.
        int overlap = Math.min(length / 4, end - length);
        for (int i = 0; i < overlap; i++) {
            int before = history[end - length - overlap + i];
            int at = length - overlap + i;
            last[at] = (short) (last[at] + (before - last[at]) * (i + 1) / (overlap + 1));
        }
        return last;
    }

    /// The lag at which the last 20 ms look most like what was before them.
    private int bestLag() {
        int from = history.length - window;
        double best = 0;
        int lag = longest;
        for (int candidate = shortest; candidate <= longest; candidate++) {
            double product = 0;
            double energy = 1;
            for (int i = from; i < history.length; i++) {
                product += history[i] * (double) history[i - candidate];
                energy += history[i - candidate] * (double) history[i - candidate];
            }
            double likeness = product / Math.sqrt(energy);
            if (likeness > best) {
                best = likeness;
                lag = candidate;
            }
        }
        return lag;
    }
}
