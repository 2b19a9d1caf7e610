package dev.parley.emulator;

import io.javalin.websocket.WsContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;

/// A WebSocket of the server. One frame is on its way at a time; a client that does not take it is given up on.
final class JettyWire implements SessionConnection.Wire {
    private static final Duration GOODBYE = Duration.ofSeconds(1);

    private final Session socket;
    private final Duration patience;

    /// @param patience how long a client may take to read a frame
    JettyWire(WsContext context, Duration patience) {
        this.socket = context.session;
        this.patience = patience;
    }

    @Override
    public void send(String frame) throws SessionConnection.WireException, InterruptedException {
        var sent = new CompletableFuture<Void>();
        socket.sendText(frame, Callback.from(() -> sent.complete(null), sent::completeExceptionally));
        try {
            sent.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new SessionConnection.WireException("the connection is gone: " + e.getCause());
        } catch (TimeoutException _) {
            throw new SessionConnection.WireException("the client has not read for " + patience);
        }
    }

    @Override
    public void close(int code, String reason) {
        var sent = new CompletableFuture<Void>();
        socket.close(code, reason, Callback.from(() -> sent.complete(null), sent::completeExceptionally));
        try {
            // A server that stops at once would take the close frame with it.
            sent.get(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException _) {
            cut();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void cut() {
        socket.disconnect();
    }
}
