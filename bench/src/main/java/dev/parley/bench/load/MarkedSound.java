package dev.parley.bench.load;

import dev.parley.media.Pcm;
import dev.parley.media.Samples;
import java.time.Duration;
import java.util.Random;

/// Sound in which every piece begins with its number, so that whoever receives it can tell what is missing or misplaced.
final class MarkedSound {
    private MarkedSound() {}

    static Pcm of(Duration piece, Duration length) {
        var random = new Random(7);
        int frames = (int) Samples.in(piece, Pcm.REALTIME_RATE);
        var samples = new short[(int) Samples.in(length, Pcm.REALTIME_RATE)];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (i % frames == 0 ? i / frames : random.nextInt());
        }
        return Pcm.copyOf(Pcm.REALTIME_RATE, samples);
    }

    /// The number of a piece.
    static int mark(byte[] piece) {
        return (piece[0] & 0xFF) | (piece[1] & 0xFF) << 8;
    }
}
