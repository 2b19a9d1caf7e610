package dev.parley.media;

/// How like two recordings of the same thing are, once one is moved to where it fits best.
///
/// @param delay       samples that the second comes later
/// @param correlation 1 where both have the same shape, 0 where they have nothing in common
record Likeness(int delay, double correlation) {
    /// Looks for the delay up to `longest` samples.
    static Likeness of(Pcm original, Pcm heard, int longest) {
        var best = new Likeness(0, -1);
        for (int delay = 0; delay <= longest; delay++) {
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
                best = new Likeness(delay, correlation);
            }
        }
        return best;
    }
}
