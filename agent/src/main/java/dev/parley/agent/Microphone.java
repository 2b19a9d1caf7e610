package dev.parley.agent;

import dev.parley.media.AudioFormat;
import dev.parley.media.AudioLeg;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.realtime.RealtimeException;
import dev.parley.realtime.RealtimeSession;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets the model hear the caller: takes what the leg delivers and sends it to the session, in order.
///
/// Nothing is sent before [#open()]; until then the newest seconds are kept. When the session cannot keep up the oldest
/// audio is dropped, for late speech is worth less than a gap.
final class Microphone implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Microphone.class);
    private static final int QUEUED_PIECES = 250;

    private final RealtimeSession session;
    private final AudioFormat format;
    private final Resampler toSession;
    private final BlockingQueue<Pcm> heard = new ArrayBlockingQueue<>(QUEUED_PIECES);
    private final CountDownLatch opened = new CountDownLatch(1);
    private final Thread sender;

    Microphone(AudioLeg leg, RealtimeSession session, AudioFormat format) {
        this.session = session;
        this.format = format;
        this.toSession = new Resampler(leg.format().rate(), format.rate());
        this.sender = Thread.ofVirtual().name("microphone").unstarted(this::send);
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

    private void send() {
        try {
            opened.await();
            while (true) {
                session.sendAudio(format.encode(toSession.process(heard.take())));
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

    @Override
    public void close() {
        sender.interrupt();
    }
}
