package dev.parley.emulator;

import dev.parley.media.Pcm;
import dev.parley.media.Samples;
import java.time.Duration;
import java.util.ArrayDeque;

/// Audio received and not yet committed. Positions count all samples ever written, whatever was thrown away since.
/// Bounded: of what was never committed, only the newest [#LIMIT] stays. Confined to the session's thread.
final class SampleBuffer {
    static final Duration LIMIT = Duration.ofMinutes(15);

    private final int rate;
    private final ArrayDeque<Pcm> pieces = new ArrayDeque<>();
    private long start;
    private long end;

    SampleBuffer(int rate) {
        this.rate = rate;
    }

    void append(Pcm audio) {
        pieces.add(audio);
        end += audio.frames();
        forget(end - Samples.in(LIMIT, rate));
    }

    /// Position behind the last sample.
    long end() {
        return end;
    }

    Duration length() {
        return Samples.duration(end - start, rate);
    }

    /// The audio between two positions, as far as it is still there.
    Pcm between(long from, long to) {
        long begin = Math.max(from, start);
        var taken = new short[(int) Math.max(0, Math.min(to, end) - begin)];
        long at = start;
        for (var piece : pieces) {
            long first = Math.max(begin, at);
            long last = Math.min(begin + taken.length, at + piece.frames());
            if (first < last) {
                var samples = piece.toSamples();
                System.arraycopy(samples, (int) (first - at), taken, (int) (first - begin), (int) (last - first));
            }
            at += piece.frames();
        }
        return Pcm.copyOf(rate, taken);
    }

    /// Throws away everything before `position`.
    void forget(long position) {
        while (!pieces.isEmpty() && start < position) {
            var first = pieces.removeFirst();
            if (start + first.frames() > position) {
                int cut = (int) (position - start);
                pieces.addFirst(first.slice(cut, first.frames()));
                start = position;
            } else {
                start += first.frames();
            }
        }
        start = Math.min(Math.max(start, position), end);
    }
}
