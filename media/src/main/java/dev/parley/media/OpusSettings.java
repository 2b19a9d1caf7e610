package dev.parley.media;

/// How speech is coded with Opus: always for conversation (`VOIP`), with variable rate, in-band forward error correction
/// when loss is expected, and without gaps in silence (no DTX).
///
/// @param bitrate      bits a second, 6,000 to 128,000. Below 24,000 the encoder leaves the error correction out
/// @param complexity   0 (cheapest) to 10 (best)
/// @param expectedLoss packets in a hundred expected to be lost, 0 to 100; more of them make error correction stronger and
///                     what is left for the sound less
public record OpusSettings(int bitrate, int complexity, int expectedLoss) {
    /// Speech of good quality that survives the loss of single packets.
    public static final OpusSettings SPEECH = new OpusSettings(32_000, 5, 10);

    public OpusSettings {
        if (bitrate < 6_000 || bitrate > 128_000) {
            throw new IllegalArgumentException("expected 6000 to 128000 bits a second, found " + bitrate);
        }
        if (complexity < 0 || complexity > 10) {
            throw new IllegalArgumentException("expected a complexity of 0 to 10, found " + complexity);
        }
        if (expectedLoss < 0 || expectedLoss > 100) {
            throw new IllegalArgumentException("expected a loss of 0 to 100 in a hundred, found " + expectedLoss);
        }
    }
}
