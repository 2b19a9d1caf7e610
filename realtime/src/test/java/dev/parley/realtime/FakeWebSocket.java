package dev.parley.realtime;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A socket without a network: notes what is sent. It receives nothing: tests give that to the inbox themselves.
///
/// Thread-safe. Sending completes at once unless the network is [stuck][#stuck()] or [gone][#gone()].
final class FakeWebSocket implements WebSocket {
    final List<String> sent = new CopyOnWriteArrayList<>();
    final List<Close> closes = new CopyOnWriteArrayList<>();
    final CompletableFuture<Void> aborted = new CompletableFuture<>();
    final AtomicInteger pings = new AtomicInteger();
    private final Semaphore pinged = new Semaphore(0);
    private volatile Runnable onPing = () -> {};
    private volatile CompletableFuture<Void> flowing = CompletableFuture.completedFuture(null);
    private volatile boolean gone;

    void onPing(Runnable answer) {
        onPing = answer;
    }

    void awaitPings(int count) throws InterruptedException {
        if (!pinged.tryAcquire(count, 10, TimeUnit.SECONDS)) {
            throw new AssertionError("expected " + count + " pings within 10 s, found " + pings);
        }
    }

    void awaitSent(int count) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (sent.size() < count) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("expected " + count + " frames within 10 s, found " + sent.size());
            }
            Thread.onSpinWait();
        }
    }

    FakeWebSocket stuck() {
        flowing = new CompletableFuture<>();
        return this;
    }

    FakeWebSocket gone() {
        gone = true;
        return this;
    }

    /// Takes what it was stuck with, and everything from now on.
    FakeWebSocket flows() {
        flowing.complete(null);
        return this;
    }

    private void awaitTaken() throws IOException {
        if (gone) {
            throw new IOException("broken pipe");
        }
        CompletableFuture.anyOf(flowing, aborted).join();
        if (aborted.isDone()) {
            throw new IOException("socket closed");
        }
    }

    @Override
    public void send(Outgoing what) throws IOException {
        switch (what) {
            case Outgoing.Text(var message) -> sent.add(message);
            case Outgoing.Goodbye(var how) -> closes.add(how);
            case Outgoing.Pong _ -> {
                // Seen by tests with a network.
            }
        }
        awaitTaken();
    }

    @Override
    public void ping() throws IOException {
        pings.incrementAndGet();
        pinged.release();
        onPing.run();
        awaitTaken();
    }

    @Override
    public Incoming receive() throws IOException {
        aborted.join();
        throw new IOException("socket closed");
    }

    @Override
    public void drain() {
        aborted.join();
    }

    @Override
    public void abort() {
        aborted.complete(null);
    }
}
