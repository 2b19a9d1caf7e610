package dev.parley.agent;

import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.RealtimeException;
import dev.parley.realtime.Session;
import dev.parley.realtime.SessionClosedException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the session what a call has to say, in order, so that the call's owner never waits for the network: sending waits
/// while a connection is slow, or while a lost one is replaced. Any thread may add. What waits when it is closed is not
/// sent.
final class Sender implements AutoCloseable {
    /// A call says a few events each turn: so many wait only where nothing is sent any more.
    static final int QUEUED_EVENTS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

    private final Session session;
    private final BlockingQueue<ClientEvent> waiting = new ArrayBlockingQueue<>(QUEUED_EVENTS);
    private final Thread sender;

    Sender(Session session) {
        this.session = session;
        this.sender = Thread.ofVirtual().name("call-sender").unstarted(this::run);
    }

    void start() {
        sender.start();
    }

    /// False when too many wait already.
    boolean add(ClientEvent event) {
        return waiting.offer(event);
    }

    private void run() {
        try {
            while (true) {
                send(waiting.take());
            }
        } catch (InterruptedException | RealtimeException _) {
            // The call has ended, and interrupted the waiting or the sending.
            Thread.currentThread().interrupt();
        }
    }

    private void send(ClientEvent event) {
        try {
            session.send(event);
        } catch (SessionClosedException _) {
            // The call learns how it ended from the session itself.
            LOG.debug("not sent, the session has ended: {}", event.type());
        } catch (IllegalArgumentException e) {
            // One event that is too long for what carries the session is not the end of the call.
            LOG.error("an event of type {} cannot be sent: {}", event.type(), e.getMessage());
        }
    }

    @Override
    public void close() {
        sender.interrupt();
    }
}
