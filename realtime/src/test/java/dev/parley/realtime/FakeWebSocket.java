package dev.parley.realtime;

import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A socket without a network: notes what is sent and asked for, and refuses what the JDK's own refuses.
///
/// Thread-safe. Sending completes at once unless the network is [stuck][#stuck()] or [gone][#gone()].
final class FakeWebSocket implements WebSocket {
    /// Close codes the JDK lets a client send.
    private static final List<Integer> CLIENT_CODES = List.of(1000, 1001, 1008, 1011);

    final AtomicLong requested = new AtomicLong();
    final List<String> sent = new CopyOnWriteArrayList<>();
    final List<Close> closes = new CopyOnWriteArrayList<>();
    final CompletableFuture<Void> aborted = new CompletableFuture<>();
    final AtomicInteger pings = new AtomicInteger();
    private final Semaphore pinged = new Semaphore(0);
    private volatile Runnable onPing = () -> {};
    private final List<CompletableFuture<WebSocket>> held = new CopyOnWriteArrayList<>();
    private volatile boolean stuck;
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
        stuck = true;
        return this;
    }

    FakeWebSocket gone() {
        gone = true;
        return this;
    }

    /// Takes what it was stuck with, and everything from now on.
    FakeWebSocket flows() {
        stuck = false;
        held.forEach(one -> one.complete(this));
        return this;
    }

    private CompletableFuture<WebSocket> outcome() {
        if (gone) {
            return CompletableFuture.failedFuture(new IOException("broken pipe"));
        }
        if (!stuck) {
            return CompletableFuture.completedFuture(this);
        }
        var taken = new CompletableFuture<WebSocket>();
        held.add(taken);
        return taken;
    }

    @Override
    public CompletableFuture<WebSocket> sendText(CharSequence data, boolean last) {
        sent.add(data.toString());
        return outcome();
    }

    @Override
    public CompletableFuture<WebSocket> sendClose(int code, String reason) {
        if (!CLIENT_CODES.contains(code) && (code < 3000 || code > 4999)) {
            return CompletableFuture.failedFuture(new IllegalArgumentException("statusCode"));
        }
        closes.add(new Close(code, reason));
        return outcome();
    }

    @Override
    public void request(long n) {
        requested.addAndGet(n);
    }

    @Override
    public void abort() {
        aborted.complete(null);
    }

    @Override
    public CompletableFuture<WebSocket> sendBinary(ByteBuffer data, boolean last) {
        throw new AssertionError("the protocol has no binary frames");
    }

    @Override
    public CompletableFuture<WebSocket> sendPing(ByteBuffer message) {
        pings.incrementAndGet();
        pinged.release();
        onPing.run();
        return outcome();
    }

    @Override
    public CompletableFuture<WebSocket> sendPong(ByteBuffer message) {
        return outcome();
    }

    @Override
    public String getSubprotocol() {
        return "";
    }

    @Override
    public boolean isOutputClosed() {
        return !closes.isEmpty();
    }

    @Override
    public boolean isInputClosed() {
        return aborted.isDone();
    }
}
