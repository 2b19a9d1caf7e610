package dev.parley.realtime.webrtc;

import dev.parley.media.AudioFormat;
import dev.parley.media.AudioLeg;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.media.RtpCodec;
import dev.parley.media.RtpPacket;
import dev.parley.media.Samples;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sound as PCM over RTP: every 20 ms it hands on what was heard and sends what was said, or silence, as a microphone that is
/// switched on does. So the far side hears that somebody has stopped speaking.
///
/// One virtual thread keeps the pace and calls the listener; packets come on an I/O thread; any thread may send.
final class Track implements AudioLeg {
    /// What may wait when nobody is to be held up: a little more than a slow sound card gives at once.
    private static final Duration MOST_WAITING = Duration.ofMillis(400);
    /// What may wait when whoever speaks can be held up.
    private static final Duration ENOUGH = Duration.ofMillis(60);
    /// How far behind the pace may fall, in a machine that was suspended say, before it starts afresh.
    private static final Duration TOO_LATE = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(Track.class);
    private static final AudioFormat FORMAT = AudioFormat.REALTIME_PCM;

    /// Of the connection of the moment.
    private volatile Coding coding;
    private final Thread pacer = Thread.ofVirtual().name("webrtc-sound").unstarted(this::run);
    private volatile Consumer<Pcm> listener = _ -> {};
    private volatile boolean closed;
    /// Of the pacer.
    private boolean complained;

    /// Guards what is put into the sender, and which that is.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition left = lock.newCondition();
    /// Names what is said until something of it is dropped.
    private int talk;

    Track(Coding coding) {
        this.coding = coding;
    }

    void start() {
        pacer.start();
    }

    /// Goes on over another connection, at the same pace.
    void moveTo(Coding other) {
        lock.lock();
        try {
            coding = other;
            left.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void received(RtpPacket packet, long nanos) {
        coding.receiver().received(packet, nanos);
    }

    @Override
    public AudioFormat format() {
        return FORMAT;
    }

    @Override
    public void onAudio(Consumer<Pcm> other) {
        listener = other;
    }

    @Override
    public void send(Pcm audio) {
        if (audio.rate() != FORMAT.rate() || audio.channels() != FORMAT.channels()) {
            throw new IllegalArgumentException("expected mono audio at " + FORMAT.rate() + " Hz, found " + audio
                    + "; resample or mix it first");
        }
        lock.lock();
        try {
            if (coding.sender().queued() > samples(MOST_WAITING)) {
                LOG.debug("{} ms of sound were dropped, for more comes than time passes", MOST_WAITING.toMillis());
                coding.sender().stop();
                talk++;
            }
            add(audio);
        } finally {
            lock.unlock();
        }
    }

    private void add(Pcm audio) {
        if (!closed) {
            coding.sender().add("talk-" + talk, 0, audio);
        }
    }

    /// Sends audio of any length as there comes room for it.
    ///
    /// @return false if the track was closed first
    boolean say(Pcm audio) throws InterruptedException {
        int piece = samples(RtpCodec.PACKET_TIME);
        for (int from = 0; from < audio.frames(); from += piece) {
            if (!say(audio.slice(from, Math.min(from + piece, audio.frames())), ENOUGH)) {
                return false;
            }
        }
        return !closed;
    }

    /// Sends a stream and waits until it has left.
    ///
    /// @return false if the track was closed first
    boolean say(InputStream stream, AudioFormat format, int pieceBytes) throws IOException, InterruptedException {
        var resampler = new Resampler(format.rate(), FORMAT.rate());
        for (var bytes = stream.readNBytes(pieceBytes); bytes.length > 0; bytes = stream.readNBytes(pieceBytes)) {
            // A stream may end in the middle of a sample, which is none.
            var whole = Arrays.copyOf(bytes, bytes.length - bytes.length % format.bytesPerFrame());
            if (!say(resampler.process(format.decode(whole)), ENOUGH)) {
                return false;
            }
        }
        return say(resampler.flush(), ENOUGH) && say(Pcm.silence(FORMAT.rate(), 0), Duration.ZERO);
    }

    /// Waits until no more than `most` is waiting, and adds.
    private boolean say(Pcm audio, Duration most) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (coding.sender().queued() > samples(most) && !closed) {
                left.await();
            }
            add(audio);
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private static int samples(Duration span) {
        return Math.toIntExact(Samples.in(span, FORMAT.rate()));
    }

    private void run() {
        long due = System.nanoTime();
        while (!closed) {
            tick();
            due += RtpCodec.PACKET_TIME.toNanos();
            if (System.nanoTime() - due > TOO_LATE.toNanos()) {
                LOG.debug("a session's sound fell more than {} ms behind", TOO_LATE.toMillis());
                due = System.nanoTime();
            }
            for (long wait = due - System.nanoTime(); wait > 0 && !closed; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
        }
    }

    /// Listens before it speaks: what a listener answers at once leaves at once.
    private void tick() {
        var current = coding;
        var heard = current.receiver().next(System.nanoTime());
        try {
            listener.accept(heard);
        } catch (RuntimeException e) {
            if (!complained) {
                LOG.warn("the listener to a session's sound fails, and may go on to", e);
            }
            complained = true;
        }
        current.sender().next().ifPresent(current.out());
        lock.lock();
        try {
            left.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(pacer);
        lock.lock();
        try {
            left.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
