package dev.parley.emulator;

import dev.parley.emulator.SessionConnection.Wire;
import dev.parley.emulator.SessionConnection.WireException;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.ServerEvent;
import dev.parley.rtc.DataChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// The data channel of a call, from the moment the offer was answered: what is sent before it is open waits for that.
///
/// A channel carries no close code: whoever is at its other end learns from the events why it ends.
final class ChannelWire implements Wire {
    private static final Duration GOODBYE = Duration.ofSeconds(1);

    private final CompletableFuture<DataChannel> opening = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Ids ids;

    /// @param ids of events it says itself, and nobody else's
    ChannelWire(Ids ids) {
        this.ids = ids;
    }

    /// The channel is open.
    ///
    /// @return false if it is not the first
    boolean open(DataChannel channel) {
        return opening.complete(channel);
    }

    boolean isOpen() {
        return opening.isDone() && !opening.isCancelled();
    }

    /// A channel was closed.
    ///
    /// @return whether it was this one, and not one that was not the first
    boolean closed(DataChannel which) {
        boolean ours = isOpen() && opening.join().equals(which);
        if (ours) {
            closed.countDown();
        }
        return ours;
    }

    @Override
    public void send(Outbox.Frame frame) throws WireException, InterruptedException {
        try {
            send(opening.get(), frame);
        } catch (ExecutionException | IllegalStateException e) {
            // The latter too when it was never opened.
            throw new WireException("the data channel is gone: " + Objects.requireNonNullElse(e.getCause(), e));
        }
    }

    private void send(DataChannel channel, Outbox.Frame frame) throws InterruptedException {
        try {
            channel.send(frame.text());
        } catch (IllegalArgumentException e) {
            channel.send(new ServerEvent.ErrorEvent(new RealtimeError("server_error", "event_too_large", "The event '"
                    + frame.type() + "' cannot be sent on the data channel: " + e.getMessage() + ". A sideband socket"
                    + " receives it.", null, null)).toJson(ids.next("event")));
        }
    }

    /// Lets what was sent arrive.
    @Override
    public void close(int code, String reason) {
        if (!isOpen()) {
            return;
        }
        try {
            opening.join().close();
            var _ = closed.await(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void cut() {
        opening.cancel(false);
    }
}
