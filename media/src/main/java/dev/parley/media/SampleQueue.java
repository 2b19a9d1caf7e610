package dev.parley.media;

import java.util.Arrays;

/// Samples first in, first out, of one rate. Grows to what is put in.
final class SampleQueue {
    private short[] samples = new short[1_024];
    private int from;
    private int size;

    int size() {
        return size;
    }

    void add(Pcm audio) {
        int fresh = audio.frames();
        if (from + size + fresh > samples.length) {
            var roomy = size + fresh > samples.length ? new short[2 * (size + fresh)] : samples;
            System.arraycopy(samples, from, roomy, 0, size);
            samples = roomy;
            from = 0;
        }
        audio.copyTo(0, samples, from + size, fresh);
        size += fresh;
    }

    /// The next `count`, which are there.
    short[] take(int count) {
        var taken = Arrays.copyOfRange(samples, from, from + count);
        from += count;
        size -= count;
        return taken;
    }
}
