package dev.parley.media;

/// Tells speech from silence and steady noise, 20 ms at a time.
///
/// Each frame is split into 12 bands, each band compared with the background it has learned there, and the evidence
/// of all bands added up: the logarithm of how much likelier the frame's power is if there is more than background.
/// No single band can make up the whole evidence, so a hum or a beep in one of them is not yet a voice. A little
/// evidence is carried over from frame to frame, less than it takes to call a frame speech.
///
/// The same audio always gets the same scores. Not thread-safe: one thread owns it.
final class VoiceActivityDetector {
    /// Evidence that makes a score of one half. Background alone gives 3, give or take 2, and seldom as much as this.
    private static final double EVEN = 9;
    private static final double OF_BACKGROUND = 3;
    private static final double MOST_OF_A_BAND = 0.8 * EVEN;
    private static final double MOST_CARRIED = 0.5 * EVEN;
    /// Below this, a frame is background to learn from.
    private static final double BACKGROUND = 0.6 * EVEN;
    /// Mean density below that of the faintest noise 16 bits can hold.
    private static final double SILENCE = 1e-10;

    private final int rate;
    private final BandSpectrum spectrum;
    private final NoiseFloor noise = new NoiseFloor();
    private final double[] bands = new double[BandSpectrum.BANDS];
    private double before;

    /// A detector for a stream at `rate`, 8 kHz or more.
    VoiceActivityDetector(int rate) {
        if (rate < 8_000 || rate > 384_000) {
            throw new IllegalArgumentException("expected a sample rate of 8000 to 384000 Hz, found " + rate);
        }
        this.rate = rate;
        this.spectrum = new BandSpectrum(rate);
    }

    /// Frames of audio in the 20 ms that are judged at a time, rounded down.
    int frame() {
        return spectrum.frame();
    }

    /// How surely the next 20 ms of the stream are speech, from 0 to 1; 0.5 is as likely as not.
    ///
    /// @param audio [#frame()] frames of any number of channels
    double score(Pcm audio) {
        if (audio.rate() != rate || audio.frames() != frame()) {
            throw new IllegalArgumentException("expected " + frame() + " frames at " + rate + " Hz, found " + audio);
        }
        spectrum.measure(audio.mono().toSamples(), bands);
        if (isSilence()) {
            // Says nothing about the background: gates and muted microphones send it.
            before = 0;
            return 0;
        }
        noise.open(bands);
        double evidence = evidence();
        double total = evidence + Math.clamp(before - OF_BACKGROUND, 0, MOST_CARRIED);
        before = evidence;
        if (total < BACKGROUND) {
            noise.learn(bands);
        }
        noise.watch(bands);
        double ratio = total / EVEN;
        return ratio * ratio / (1 + ratio * ratio);
    }

    private double evidence() {
        double sum = 0;
        for (int band = 0; band < bands.length; band++) {
            double excess = bands[band] / noise.of(band);
            if (excess > 1) {
                sum += Math.min(spectrum.freedom(band) * (excess - 1 - Math.log(excess)), MOST_OF_A_BAND);
            }
        }
        return sum;
    }

    private boolean isSilence() {
        double sum = 0;
        for (double power : bands) {
            sum += power;
        }
        return sum / bands.length < SILENCE;
    }
}
