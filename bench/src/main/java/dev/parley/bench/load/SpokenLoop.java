package dev.parley.bench.load;

import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.media.Samples;
import dev.parley.media.SpeechDetector;
import dev.parley.realtime.TurnDetection;
import dev.parley.speech.FreeTtsVoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A caller's line and a pause, over and over, in chunks of one length; and where in it turns end.
final class SpokenLoop {
    private static final String LINE = "Please create a payment request for forty nine dollars and ninety five cents.";
    private static final Duration PAUSE = Duration.ofMillis(1_500);

    private final Pcm once;
    private final List<byte[]> chunks;
    private final Duration chunk;

    private SpokenLoop(Pcm once, Duration chunk) {
        this.once = once;
        this.chunk = chunk;
        int bytes = (int) Samples.in(chunk, Pcm.REALTIME_RATE) * 2;
        var all = once.toLittleEndian();
        this.chunks = new ArrayList<>();
        for (int at = 0; at < all.length; at += bytes) {
            chunks.add(Arrays.copyOfRange(all, at, at + bytes));
        }
    }

    static SpokenLoop of(Duration chunk) {
        var said = Resampler.convert(FreeTtsVoice.caller().speak(LINE), Pcm.REALTIME_RATE);
        var withPause = said.then(Pcm.silence(Pcm.REALTIME_RATE, PAUSE));
        int whole = (int) Samples.in(chunk, Pcm.REALTIME_RATE);
        int missing = (whole - withPause.frames() % whole) % whole;
        return new SpokenLoop(withPause.then(Pcm.silence(Pcm.REALTIME_RATE, missing)), chunk);
    }

    Duration length() {
        return chunk.multipliedBy(chunks.size());
    }

    Duration chunk() {
        return chunk;
    }

    /// The chunk at this place in a stream of many loops.
    byte[] at(long index) {
        return chunks.get((int) (index % chunks.size()));
    }

    /// Where turns end in so many loops, in milliseconds of the stream, closing silence included.
    List<Long> turnEnds(int loops, TurnDetection.ServerVad vad) {
        var detector = new SpeechDetector(Pcm.REALTIME_RATE, new SpeechDetector.Settings(vad.threshold(), vad
                .prefixPadding(), vad.silence()));
        var ends = new ArrayList<Long>();
        for (int i = 0; i < loops; i++) {
            for (var event : detector.process(once)) {
                if (event instanceof SpeechDetector.Stopped(var at)) {
                    ends.add(Samples.millis(at, Pcm.REALTIME_RATE));
                }
            }
        }
        return List.copyOf(ends);
    }
}
