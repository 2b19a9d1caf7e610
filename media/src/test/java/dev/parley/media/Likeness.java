package dev.parley.media;

/// How like two recordings of the same thing are, once one is moved to where it fits best.
///
/// @param delay       milliseconds that the second comes later
/// @param correlation 1 where both have the same shape, 0 where they have nothing in common
record Likeness(double delay, double correlation) {
    private static final int RATE = 8_000;

    /// Compares what both have below 4 kHz, with a delay of up to `longest` ms.
    static Likeness of(Pcm first, Pcm second, int longest) {
        var original = Resampler.convert(first, RATE);
        var heard = Resampler.convert(second, RATE);
        var best = new Likeness(0, -1);
        for (int delay = 0; delay <= longest * RATE / 1_000; delay++) {
            int count = Math.min(original.frames(), heard.frames() - delay);
            double product = 0;
            double energy = 1;
            double otherEnergy = 1;
            for (int i = 0; i < count; i++) {
                double a = original.sample(i);
                double b = heard.sample(i + delay);
                product += a * b;
                energy += a * a;
                otherEnergy += b * b;
            }
            double correlation = product / Math.sqrt(energy * otherEnergy);
            if (correlation > best.correlation) {
                best = new Likeness(delay * 1_000.0 / RATE, correlation);
            }
        }
        return best;
    }
}
