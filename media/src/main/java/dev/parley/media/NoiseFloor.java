package dev.parley.media;

import java.util.Arrays;

/// What is always there: the power of the background in each band of a [BandSpectrum].
///
/// Three rules set it. At first it is flat and as low as the quietest bands, so that a stream may open with speech:
/// noise is rather flat, speech is not. While nobody speaks it follows the mean. And it never stays below what each
/// band has not fallen under for 2.4 s: that is how it rises when a fan is switched on, for speech has gaps.
final class NoiseFloor {
    /// Level that counts as silence in any case: white noise at -60 dBFS, in 4 kHz.
    static final double LOWEST = 1e-6;

    private static final int BANDS = BandSpectrum.BANDS;
    private static final int FLAT_FRAMES = 2;
    private static final int QUIETEST = 4;
    /// The mean of the quietest bands is below the mean of all, as is a minimum below the mean of what it is from.
    private static final double QUIETEST_TO_MEAN = 1.6;
    private static final double LEAST_TO_MEAN = 1.3;
    private static final int PERIODS = 12;
    private static final int PERIOD_FRAMES = 10;
    private static final double SMOOTHING = 0.3;
    private static final double LEARNING = 0.06;
    /// Noise hardly ever falls this far below its mean: where power does, the floor was never noise.
    private static final double FAR_BELOW = 1.0 / 8;
    private static final double FALLING = 0.3;

    private final double[] floor = new double[BANDS];
    private final double[] smooth = new double[BANDS];
    /// The least smoothed power of each band in each of the last periods; 0 where none has passed yet.
    private final double[][] least = new double[PERIODS][BANDS];
    private final double[] leastNow = new double[BANDS];
    private int frames;

    NoiseFloor() {
        Arrays.fill(floor, LOWEST);
        Arrays.fill(leastNow, Double.MAX_VALUE);
    }

    double of(int band) {
        return floor[band];
    }

    /// Takes in the first frames before they are judged, so that steady noise at the start is known as such.
    void open(double[] bands) {
        if (frames >= FLAT_FRAMES) {
            return;
        }
        var sorted = bands.clone();
        Arrays.sort(sorted);
        double flat = QUIETEST_TO_MEAN * Arrays.stream(sorted, 0, QUIETEST).average().orElse(0);
        for (int band = 0; band < BANDS; band++) {
            floor[band] = Math.max(floor[band], flat);
        }
    }

    /// Takes in a frame that holds nothing but background.
    void learn(double[] bands) {
        for (int band = 0; band < BANDS; band++) {
            floor[band] = Math.max(LOWEST, floor[band] + LEARNING * (bands[band] - floor[band]));
        }
    }

    /// Takes in any frame, once it has been judged.
    void watch(double[] bands) {
        int period = frames / PERIOD_FRAMES % PERIODS;
        boolean ends = frames % PERIOD_FRAMES == PERIOD_FRAMES - 1;
        for (int band = 0; band < BANDS; band++) {
            smooth[band] = frames == 0 ? bands[band] : smooth[band] + SMOOTHING * (bands[band] - smooth[band]);
            leastNow[band] = Math.min(leastNow[band], smooth[band]);
            if (bands[band] < FAR_BELOW * floor[band]) {
                floor[band] = Math.max(LOWEST, floor[band] + FALLING * (bands[band] - floor[band]));
            }
            if (ends) {
                least[period][band] = leastNow[band];
                leastNow[band] = Double.MAX_VALUE;
                floor[band] = Math.max(floor[band], LEAST_TO_MEAN * leastOfAll(band));
            }
        }
        // Wraps to a value whose period and place in it are the same, and which is past the opening.
        frames = frames + 1 == 2 * PERIODS * PERIOD_FRAMES ? PERIODS * PERIOD_FRAMES : frames + 1;
    }

    private double leastOfAll(int band) {
        double minimum = Double.MAX_VALUE;
        for (var period : least) {
            minimum = Math.min(minimum, period[band]);
        }
        return minimum;
    }
}
