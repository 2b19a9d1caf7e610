package dev.parley.rtc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread that reads the sockets of many connections and keeps their times.
///
/// What it calls must not block, or every connection of the loop waits. An exception is the fault of one connection and is
/// logged; the loop goes on.
final class IoLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IoLoop.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long NANOS_PER_MILLI = 1_000_000;

    /// A socket's owner.
    interface Reader {
        /// Packets are there. Reads some of them, on the loop's thread.
        void onReadable(IoThread io) throws IOException;
    }

    /// Longer than any datagram that is for us: what fills it was cut.
    static final int BUFFER = 2_048;

    private final Selector selector;
    private final IoThread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
    private final Consumer<SelectionKey> reading = this::read;
    private final long origin = System.nanoTime();
    private volatile boolean closed;

    IoLoop(String name) {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("no selector can be opened", e);
        }
        thread = new IoThread(name, this::run);
        thread.start();
    }

    /// Nanoseconds since the loop was made.
    long now() {
        return at(System.nanoTime());
    }

    /// What [#now()] was when the system's clock showed this.
    long at(long nanoTime) {
        return nanoTime - origin;
    }

    /// Reads a socket from now on, until it is closed.
    void register(DatagramChannel channel, Reader reader) {
        execute(() -> {
            try {
                if (channel.isOpen()) {
                    channel.register(selector, SelectionKey.OP_READ, reader);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("a socket cannot be registered", e);
            }
        });
    }

    /// Runs something on the loop's thread, soon.
    void execute(Runnable task) {
        tasks.add(task);
        if (!thread.equals(Thread.currentThread())) {
            selector.wakeup();
        }
    }

    /// Sets an alarm to a time of [#now], from any thread.
    void wake(Alarm alarm, long at) {
        var sooner = at < alarm.at;
        alarm.at = at;
        if (sooner) {
            execute(() -> queue(alarm));
        }
    }

    /// Takes an alarm out of the queue, so that nothing holds on to its owner.
    void forget(Alarm alarm) {
        execute(() -> {
            alarms.remove(alarm);
            alarm.at = Long.MAX_VALUE;
            alarm.queuedAt = Long.MAX_VALUE;
        });
    }

    private void queue(Alarm alarm) {
        if (alarm.at < alarm.queuedAt) {
            alarms.remove(alarm);
            alarm.queuedAt = alarm.at;
            alarms.add(alarm);
        }
    }

    private void run() {
        while (!closed) {
            try {
                if (tasks.isEmpty()) {
                    selector.select(reading, pause());
                } else {
                    selector.selectNow(reading);
                }
                for (var task = tasks.poll(); task != null; task = tasks.poll()) {
                    attempt(task);
                }
                ring();
            } catch (ClosedSelectorException _) {
                return;
            } catch (IOException | RuntimeException e) {
                LOG.error("the loop {} stumbled and goes on", thread.getName(), e);
            }
        }
    }

    /// Milliseconds until the next alarm, rounded up; 0: for as long as nothing happens.
    private long pause() {
        var first = alarms.peek();
        return first == null ? 0 : Math.max(1, (first.queuedAt - now() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
    }

    private void ring() {
        var now = now();
        for (var first = alarms.peek(); first != null && first.queuedAt <= now; first = alarms.peek()) {
            alarms.poll();
            first.queuedAt = Long.MAX_VALUE;
            if (first.at <= now) {
                first.at = Long.MAX_VALUE;
                attempt(first.action);
            } else if (first.at != Long.MAX_VALUE) {
                queue(first);
            }
        }
    }

    private void read(SelectionKey key) {
        try {
            if (key.isValid() && key.attachment() instanceof Reader reader) {
                reader.onReadable(thread);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("a packet could not be read", e);
        }
    }

    private void attempt(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.warn("a connection's task failed", e);
        }
    }

    /// Ends the thread. The sockets are their owners'.
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            if (!thread.equals(Thread.currentThread()) && !thread.join(PATIENCE)) {
                LOG.warn("the loop {} has not ended within {}", thread.getName(), PATIENCE);
            }
            selector.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException("the selector cannot be closed", e);
        }
    }
}
