package dev.parley.media;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The filter of one conversion: a low-pass FIR cut into phases, one for each place an output sample can have between
/// two input samples. Immutable, so calls that convert between the same rates share it.
final class ResamplerKernel {
    private static final int ZERO_CROSSINGS = 16;
    private static final double KAISER_BETA = 8;
    /// Where the filter is 6 dB down, as a part of the lower of both Nyquist frequencies. A little below 1, so that
    /// half of the transition, and with it what folds back, stays narrow and at the very top of the band.
    private static final double ROLL_OFF = 0.95;
    /// 16 MB of coefficients: no pair of rates in use comes near.
    private static final long MAX_COEFFICIENTS = 1 << 22;
    private static final int MAX_SHARED = 64;

    private static final Map<Long, ResamplerKernel> SHARED = new ConcurrentHashMap<>();

    /// The conversion makes `up` output frames of `down` input frames.
    final int up;
    final int down;
    /// Input frames before, and as many after, the place of an output frame that the filter looks at.
    final int reach;

    private final float[] coefficients;

    private ResamplerKernel(int up, int down) {
        this.up = up;
        this.down = down;
        double cutOff = ROLL_OFF * Math.min(1, (double) up / down);
        // Rounded up to an even number, so that taps come in fours.
        this.reach = (int) Math.ceil(ZERO_CROSSINGS / cutOff / 2) * 2;
        if ((long) up * taps() > MAX_COEFFICIENTS) {
            throw new IllegalArgumentException(
                    "expected rates in a simple ratio such as 147:160, found " + down + ":" + up);
        }
        this.coefficients = new float[up * taps()];
        for (int phase = 0; phase < up; phase++) {
            design(phase, cutOff);
        }
    }

    static ResamplerKernel of(int from, int to) {
        int divisor = greatestCommonDivisor(from, to);
        int up = to / divisor;
        int down = from / divisor;
        long key = ((long) up << 32) | down;
        var shared = SHARED.get(key);
        if (shared != null) {
            return shared;
        }
        var kernel = new ResamplerKernel(up, down);
        if (SHARED.size() < MAX_SHARED) {
            SHARED.put(key, kernel);
        }
        return kernel;
    }

    int taps() {
        return 2 * reach;
    }

    /// The filter's output, where the place asked for is `phase / up` behind the frame at `at + reach - 1`.
    float apply(int phase, float[] input, int at) {
        int taps = taps();
        int row = phase * taps;
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        // Four sums, because one would wait for itself.
        for (int tap = 0; tap < taps; tap += 4) {
            a += coefficients[row + tap] * input[at + tap];
            b += coefficients[row + tap + 1] * input[at + tap + 1];
            c += coefficients[row + tap + 2] * input[at + tap + 2];
            d += coefficients[row + tap + 3] * input[at + tap + 3];
        }
        return (a + b) + (c + d);
    }

    private void design(int phase, double cutOff) {
        var row = new double[taps()];
        double sum = 0;
        for (int tap = 0; tap < row.length; tap++) {
            double distance = tap - (reach - 1) - (double) phase / up;
            row[tap] = sinc(cutOff * distance) * kaiser(distance / reach);
            sum += row[tap];
        }
        // Every phase has a gain of exactly 1 at 0 Hz: a constant stays constant.
        for (int tap = 0; tap < row.length; tap++) {
            coefficients[phase * row.length + tap] = (float) (row[tap] / sum);
        }
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    private static double kaiser(double x) {
        return Math.abs(x) >= 1 ? 0 : bessel(KAISER_BETA * Math.sqrt(1 - x * x)) / bessel(KAISER_BETA);
    }

    /// The modified Bessel function of the first kind and order 0, by its power series.
    private static double bessel(double x) {
        double term = 1;
        double sum = 1;
        for (int k = 1; term > 1e-12 * sum; k++) {
            term *= (x / 2 / k) * (x / 2 / k);
            sum += term;
        }
        return sum;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
