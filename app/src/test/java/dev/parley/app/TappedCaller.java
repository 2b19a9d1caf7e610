package dev.parley.app;

import dev.parley.media.AudioFormat;
import dev.parley.media.AudioLeg;
import dev.parley.media.Pcm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A caller's leg under observation: it notes when each frame left for the caller, and for every frame that leaves lets
/// one of the same length arrive, with the words the caller was told to say or with silence. Thread-safe.
final class TappedCaller implements AudioLeg {
    private final List<Frame> frames = new ArrayList<>();
    private volatile Consumer<Pcm> listener = _ -> {};
    private Pcm toSay = Pcm.silence(Pcm.REALTIME_RATE, 0);

    /// What left for the caller, and when.
    record Frame(Instant at, Pcm audio) {
        boolean isAudible() {
            for (int i = 0; i < audio.frames(); i++) {
                if (audio.sample(i) != 0) {
                    return true;
                }
            }
            return false;
        }
    }

    /// Lets the caller say this from the next frame on.
    synchronized void say(Pcm words) {
        toSay = words;
    }

    synchronized List<Frame> frames() {
        return List.copyOf(frames);
    }

    @Override
    public AudioFormat format() {
        return AudioFormat.REALTIME_PCM;
    }

    @Override
    public void onAudio(Consumer<Pcm> hears) {
        listener = hears;
    }

    @Override
    public void send(Pcm audio) {
        listener.accept(next(new Frame(Instant.now(), audio)));
    }

    private synchronized Pcm next(Frame frame) {
        frames.add(frame);
        int wanted = frame.audio().frames();
        int spoken = Math.min(wanted, toSay.frames());
        var piece = toSay.slice(0, spoken).then(Pcm.silence(Pcm.REALTIME_RATE, wanted - spoken));
        toSay = toSay.slice(spoken, toSay.frames());
        return piece;
    }

    @Override
    public void close() {
        listener = _ -> {};
    }
}
