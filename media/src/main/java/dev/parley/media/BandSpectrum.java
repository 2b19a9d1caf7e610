package dev.parley.media;

/// The power of one 20 ms frame in 12 bands between 100 Hz and 7 kHz, spaced as the ear spaces them.
///
/// Powers are densities: white noise of the same level measures the same in every band, whatever the rate, and noise
/// of rms *r* in a band of 4 kHz measures *r* squared. Not thread-safe: the arrays it works in are its own.
///
/// The transform is that of real values: even and odd samples are the two parts of half as many complex ones, and the
/// spectra of both are taken apart again for the bins that belong to a band.
final class BandSpectrum {
    static final int BANDS = 12;

    private static final double LOWEST = 100;
    private static final double HIGHEST = 7_000;
    private static final double REFERENCE_RATE = 8_000;
    /// How much of a frame counts once its ends are faded by half a sine: sum(w^2)^2 / (n sum(w^4)).
    private static final double WINDOW_EFFICIENCY = 2.0 / 3;

    private final double[] window;
    /// Of the half-length transform.
    private final double[] re;
    private final double[] im;
    private final int[] places;
    /// Of the whole length.
    private final double[] cos;
    private final double[] sin;
    private final int[] edges = new int[BANDS + 1];
    private final double[] freedom = new double[BANDS];
    private final double scale;

    BandSpectrum(int rate) {
        int frame = rate / 50;
        window = new double[frame];
        double energy = 0;
        for (int i = 0; i < frame; i++) {
            window[i] = Math.sin(Math.PI * (i + 0.5) / frame);
            energy += window[i] * window[i];
        }
        int size = Math.max(Integer.highestOneBit(frame - 1) * 2, 256);
        int half = size / 2;
        re = new double[half];
        im = new double[half];
        places = new int[half];
        for (int i = 0; i < half; i++) {
            places[i] = Integer.reverse(i) >>> (Integer.numberOfLeadingZeros(half) + 1);
        }
        cos = new double[size / 2];
        sin = new double[size / 2];
        for (int i = 0; i < size / 2; i++) {
            cos[i] = Math.cos(2 * Math.PI * i / size);
            sin[i] = -Math.sin(2 * Math.PI * i / size);
        }
        scale = REFERENCE_RATE / (rate * energy * 32_768.0 * 32_768.0);
        double top = mel(Math.min(HIGHEST, 0.48 * rate));
        for (int edge = 0; edge <= BANDS; edge++) {
            double hertz = hertz(mel(LOWEST) + (top - mel(LOWEST)) * edge / BANDS);
            int bin = (int) Math.round(hertz * size / rate);
            edges[edge] = edge == 0 ? bin : Math.max(bin, edges[edge - 1] + 1);
        }
        for (int band = 0; band < BANDS; band++) {
            double hertz = (double) (edges[band + 1] - edges[band]) * rate / size;
            freedom[band] = hertz * frame / rate * WINDOW_EFFICIENCY;
        }
    }

    /// Frames of input in 20 ms, rounded down.
    int frame() {
        return window.length;
    }

    /// How many independent values the power of `band` is the mean of: the steadier, the more.
    double freedom(int band) {
        return freedom[band];
    }

    /// Measures `samples`, one frame, into `bands`.
    void measure(short[] samples, double[] bands) {
        for (int i = 0; i < re.length; i++) {
            re[places[i]] = sample(samples, 2 * i);
            im[places[i]] = sample(samples, 2 * i + 1);
        }
        transform();
        for (int band = 0; band < BANDS; band++) {
            double power = 0;
            for (int bin = edges[band]; bin < edges[band + 1]; bin++) {
                power += power(bin);
            }
            bands[band] = power * scale / (edges[band + 1] - edges[band]);
        }
    }

    private double sample(short[] samples, int at) {
        return at < window.length ? samples[at] * window[at] : 0;
    }

    /// Of one bin above 0 and below the Nyquist frequency.
    private double power(int bin) {
        int mirror = re.length - bin;
        double evenRe = (re[bin] + re[mirror]) / 2;
        double evenIm = (im[bin] - im[mirror]) / 2;
        double oddRe = (im[bin] + im[mirror]) / 2;
        double oddIm = (re[mirror] - re[bin]) / 2;
        double sumRe = evenRe + oddRe * cos[bin] - oddIm * sin[bin];
        double sumIm = evenIm + oddRe * sin[bin] + oddIm * cos[bin];
        return sumRe * sumRe + sumIm * sumIm;
    }

    /// Radix-2 fast Fourier transform in place, of values already in bit-reversed order. The first two steps, which turn
    /// by quarters only, are one.
    private void transform() {
        for (int i = 0; i < re.length; i += 4) {
            double sumRe = re[i] + re[i + 1];
            double sumIm = im[i] + im[i + 1];
            double gapRe = re[i] - re[i + 1];
            double gapIm = im[i] - im[i + 1];
            double nextSumRe = re[i + 2] + re[i + 3];
            double nextSumIm = im[i + 2] + im[i + 3];
            double nextGapRe = re[i + 2] - re[i + 3];
            double nextGapIm = im[i + 2] - im[i + 3];
            re[i] = sumRe + nextSumRe;
            im[i] = sumIm + nextSumIm;
            re[i + 1] = gapRe + nextGapIm;
            im[i + 1] = gapIm - nextGapRe;
            re[i + 2] = sumRe - nextSumRe;
            im[i + 2] = sumIm - nextSumIm;
            re[i + 3] = gapRe - nextGapIm;
            im[i + 3] = gapIm + nextGapRe;
        }
        for (int half = 4, stride = re.length / 4; half < re.length; half *= 2, stride /= 2) {
            for (int start = 0; start < re.length; start += 2 * half) {
                for (int i = 0, turn = 0; i < half; i++, turn += stride) {
                    int a = start + i;
                    int b = a + half;
                    double turnedRe = re[b] * cos[turn] - im[b] * sin[turn];
                    double turnedIm = re[b] * sin[turn] + im[b] * cos[turn];
                    re[b] = re[a] - turnedRe;
                    im[b] = im[a] - turnedIm;
                    re[a] += turnedRe;
                    im[a] += turnedIm;
                }
            }
        }
    }

    private static double mel(double hertz) {
        return 1_127 * Math.log1p(hertz / 700);
    }

    private static double hertz(double mel) {
        return 700 * Math.expm1(mel / 1_127);
    }
}
