package dev.parley.app;

import dev.parley.media.AudioFormat;
import dev.parley.media.AudioLeg;
import dev.parley.media.Pcm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A caller's leg under observation: it notes when each frame left for the caller, and for every frame that leaves lets
/// one of the same length arrive, with the words the caller was told to say or with silence. What arrives may lag behind
/// what leaves, as it does between two clocks that know nothing of each other. Thread-safe.
final class TappedCaller implements AudioLeg {
    private final List<Frame> frames = new ArrayList<>();
    private final ScheduledExecutorService line = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("caller-line").factory());
    private volatile Duration lag = Duration.ZERO;
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

    /// Lets what the caller says arrive so much later than the frame it belongs to.
    void lagBehind(Duration time) {
        lag = time;
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
        var piece = next(new Frame(Instant.now(), audio));
        try {
            line.schedule(() -> listener.accept(piece), lag.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException _) {
            // The caller has left: nothing arrives any more.
        }
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
        line.shutdownNow();
    }
}
