package dev.parley.media;

/// Sines, made and measured.
final class Tone {
    private Tone() {}

    /// A sine of `hertz`, `amplitude` of full scale, `frames` long.
    static Pcm of(int rate, double hertz, double amplitude, int frames) {
        var samples = new short[frames];
        for (int i = 0; i < frames; i++) {
            samples[i] = (short) Math.round(amplitude * 32_767 * Math.sin(2 * Math.PI * hertz * i / rate));
        }
        return Pcm.adopt(rate, 1, samples);
    }

    /// The part of `audio` that a sine of `hertz` explains, and the part that it does not; levels of full scale.
    record Fit(double amplitude, double phase, double rest) {
        double snrDecibels() {
            return decibels(amplitude / Math.sqrt(2) / rest);
        }
    }

    /// Fits a sine by least squares to the middle of `audio`, 20 ms away from both ends.
    static Fit fit(Pcm audio, double hertz) {
        int edge = audio.rate() / 50;
        double ss = 0;
        double cc = 0;
        double sc = 0;
        double sy = 0;
        double cy = 0;
        for (int i = edge; i < audio.frames() - edge; i++) {
            double angle = 2 * Math.PI * hertz * i / audio.rate();
            double sin = Math.sin(angle);
            double cos = Math.cos(angle);
            ss += sin * sin;
            cc += cos * cos;
            sc += sin * cos;
            sy += sin * audio.sample(i);
            cy += cos * audio.sample(i);
        }
        double determinant = ss * cc - sc * sc;
        double a = (sy * cc - cy * sc) / determinant;
        double b = (cy * ss - sy * sc) / determinant;
        double rest = 0;
        for (int i = edge; i < audio.frames() - edge; i++) {
            double angle = 2 * Math.PI * hertz * i / audio.rate();
            double error = audio.sample(i) - a * Math.sin(angle) - b * Math.cos(angle);
            rest += error * error;
        }
        return new Fit(Math.hypot(a, b) / 32_767, Math.atan2(b, a),
                Math.sqrt(rest / (audio.frames() - 2 * edge)) / 32_767);
    }

    static double decibels(double ratio) {
        return 20 * Math.log10(ratio);
    }
}
