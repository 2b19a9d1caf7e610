package dev.parley.emulator;

import dev.parley.emulator.SessionConnection.Wire;
import dev.parley.emulator.SessionConnection.WireException;
import dev.parley.realtime.Close;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One of those who follow a call's session: its caller, by data channel, or a sideband socket.
///
/// What is to be sent waits in a queue, bounded in number and size, for a virtual thread of its own, so that whoever is slow
/// holds up neither the sound nor the others. One that is further behind than the queue is long is cut.
final class Outlet {
    private static final Logger LOG = LoggerFactory.getLogger(Outlet.class);
    private static final int QUEUE = 4_096;
    private static final int QUEUED_CHARS = 32 << 20;

    private final Wire wire;
    private final BlockingQueue<Step> steps = new ArrayBlockingQueue<>(QUEUE);
    private final Semaphore room = new Semaphore(QUEUED_CHARS);
    private final Thread sender;

    private sealed interface Step {
        record Send(Outbox.Frame frame) implements Step {}

        record End(Close how) implements Step {}

        record Cut() implements Step {}
    }

    private Outlet(String name, Wire wire) {
        this.wire = wire;
        this.sender = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    /// @param name of its thread
    static Outlet open(String name, Wire wire) {
        var outlet = new Outlet(name, wire);
        outlet.sender.start();
        return outlet;
    }

    /// Has a frame sent. Does not wait.
    void send(Outbox.Frame frame) {
        if (!room.tryAcquire(size(frame)) || !steps.offer(new Step.Send(frame))) {
            LOG.debug("{} does not read, and is cut", sender.getName());
            cut();
        }
    }

    private static int size(Outbox.Frame frame) {
        return Math.min(frame.text().length(), QUEUED_CHARS);
    }

    /// Ends it behind all that is to be sent. Does not wait.
    void close(Close how) {
        if (!steps.offer(new Step.End(how))) {
            cut();
        }
    }

    /// Ends it behind all that is to be sent, without a word. Does not wait.
    void cutBehind() {
        if (!steps.offer(new Step.Cut())) {
            cut();
        }
    }

    /// Ends it at once, without a word.
    void cut() {
        sender.interrupt();
        wire.cut();
    }

    /// Whether nothing is sent any more.
    boolean isOver() {
        return !sender.isAlive();
    }

    /// Waits until it has ended, or is cut because it takes too long.
    void awaitEnd(Duration patience) throws InterruptedException {
        if (!sender.join(patience)) {
            cut();
        }
    }

    private void run() {
        try {
            while (true) {
                switch (steps.take()) {
                    case Step.Send(var frame) -> {
                        wire.send(frame);
                        room.release(size(frame));
                    }
                    case Step.End(var how) -> {
                        wire.close(how.code(), how.reason());
                        return;
                    }
                    case Step.Cut() -> {
                        wire.cut();
                        return;
                    }
                }
            }
        } catch (WireException e) {
            LOG.debug("{} is gone: {}", sender.getName(), e.getMessage());
            wire.giveUp(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
