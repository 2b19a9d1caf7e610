package dev.parley.agent;

import dev.parley.media.AudioFormat;
import dev.parley.media.AudioLeg;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.RealtimeException;
import dev.parley.realtime.Session;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets the model hear the caller: takes what the leg delivers and sends it to the session, in order.
///
/// Nothing is sent before [#open()]; until then the newest seconds are kept. A piece that the session does not take by the
/// time the next one is due is dropped: late speech is worth less than a gap. The call is told when that begins, and again
/// only after a second without it.
final class Microphone implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Microphone.class);
    private static final int QUEUED_PIECES = 250;
    private static final Duration PATIENCE = Duration.ofMillis(20);
    /// How many pieces in a row must be taken until all is well again; a second of them.
    private static final int ALL_WELL = 50;

    private final Session session;
    private final AudioFormat format;
    private final Runnable onDropping;
    private final Resampler toSession;
    private final BlockingQueue<Pcm> heard = new ArrayBlockingQueue<>(QUEUED_PIECES);
    private final CountDownLatch opened = new CountDownLatch(1);
    private final Thread sender;

    // Confined to the sender.
    private int dropped;
    private int takenSince;

    /// @param onDropping is told, on the sending thread, when pieces begin to be dropped
    Microphone(AudioLeg leg, Session session, AudioFormat format, Runnable onDropping) {
        this.session = session;
        this.format = format;
        this.onDropping = onDropping;
        this.toSession = new Resampler(leg.format().rate(), format.rate());
        this.sender = Thread.ofVirtual().name("microphone").unstarted(this::run);
        leg.onAudio(this::accept);
    }

    void start() {
        sender.start();
    }

    /// Lets the caller's audio through from now on.
    void open() {
        opened.countDown();
    }

    private void accept(Pcm audio) {
        while (!heard.offer(audio)) {
            heard.poll();
        }
    }

    private void run() {
        try {
            opened.await();
            while (true) {
                send(format.encode(toSession.process(heard.take())));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RealtimeException _) {
            // The session has ended, and the call learns how from the session itself; or the call has, and interrupted
            // the sending.
        } catch (RuntimeException e) {
            LOG.error("the caller is not heard any more", e);
        }
    }

    private void send(byte[] piece) {
        if (!session.trySend(new ClientEvent.InputAppend(piece), PATIENCE).isQueued()) {
            takenSince = 0;
            if (++dropped == 1) {
                onDropping.run();
            }
        } else if (dropped > 0 && ++takenSince == ALL_WELL) {
            LOG.info("{} pieces of a caller's sound were dropped, for the session did not take them", dropped);
            dropped = 0;
        }
    }

    @Override
    public void close() {
        sender.interrupt();
    }
}
