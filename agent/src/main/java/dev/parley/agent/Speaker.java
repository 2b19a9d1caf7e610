package dev.parley.agent;

import dev.parley.media.AudioLeg;
import dev.parley.media.Pcm;
import dev.parley.media.Playout;
import dev.parley.media.Resampler;
import dev.parley.media.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets the caller hear the agent: takes audio as fast as the model sends it and gives the leg 20 ms every 20 ms.
///
/// What has left for the leg is what the caller has heard. One thread keeps the pace; any thread may add and stop.
final class Speaker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Speaker.class);
    private static final Duration FRAME = Duration.ofMillis(20);
    /// How far behind the pace may fall, in a machine that was suspended say, before it starts afresh.
    private static final Duration TOO_LATE = Duration.ofMillis(500);

    private final AudioLeg leg;
    private final Playout playout;
    private final Resampler toLeg;
    private final Thread pacer;
    private volatile boolean closed;

    /// @param rate of the audio that will be added
    Speaker(AudioLeg leg, int rate) {
        this.leg = leg;
        this.playout = new Playout(rate);
        this.toLeg = new Resampler(rate, leg.format().rate());
        this.pacer = Thread.ofVirtual().name("speaker").unstarted(this::run);
    }

    void start() {
        pacer.start();
    }

    void add(String itemId, int contentIndex, Pcm audio) {
        playout.add(itemId, contentIndex, audio);
    }

    void finish(String itemId, int contentIndex) {
        playout.finish(itemId, contentIndex);
    }

    /// Falls silent at once.
    ///
    /// @return what was heard of each item that was cut
    List<Playout.Heard> stop() {
        var cut = playout.stop();
        var unheard = Samples.in(leg.flush(), playout.rate());
        if (cut.isEmpty() || unheard == 0) {
            return cut;
        }
        // What the leg still had left for it, but was never heard. It belongs to the part that was played last.
        var current = cut.getFirst();
        var heard = Math.max(0, current.samples() - unheard);
        var all = new ArrayList<>(cut);
        all.set(0, new Playout.Heard(current.itemId(), current.contentIndex(), current.rate(), heard,
                current.dropped() + current.samples() - heard));
        return List.copyOf(all);
    }

    private void run() {
        try {
            keepPace();
        } catch (RuntimeException e) {
            // A leg that fails is deaf; the call itself goes on until somebody hangs up.
            LOG.error("the caller's leg failed", e);
        }
    }

    private void keepPace() {
        int frames = Math.toIntExact(Samples.in(FRAME, playout.rate()));
        long due = System.nanoTime();
        while (!closed) {
            leg.send(toLeg.process(playout.render(frames)));
            due += FRAME.toNanos();
            if (System.nanoTime() - due > TOO_LATE.toNanos()) {
                LOG.debug("the playout fell more than {} ms behind", TOO_LATE.toMillis());
                due = System.nanoTime();
            }
            for (long left = due - System.nanoTime(); left > 0 && !closed; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(pacer);
    }
}
