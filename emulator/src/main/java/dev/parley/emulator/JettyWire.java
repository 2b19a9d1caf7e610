package dev.parley.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.realtime.Close;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.common.WebSocketSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;

/// A WebSocket of the server, from the moment its client was let in: what is sent before it is open waits for that. One
/// frame is on its way at a time; a client that does not take it is given up on.
final class JettyWire implements SessionConnection.Wire {
    private static final Duration GOODBYE = Duration.ofSeconds(1);

    private final CompletableFuture<Session> opening = new CompletableFuture<>();
    private final Duration patience;

    /// @param patience how long a client may take to open the socket, or to read a frame
    /// @param neverOpened called if it does not open in time
    JettyWire(Duration patience, Runnable neverOpened) {
        this.patience = patience;
        opening.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).exceptionally(_ -> {
            neverOpened.run();
            return null;
        });
    }

    /// The socket is open. One that opens after its session has given it up is closed, or its client would wait for ever for
    /// somebody to speak.
    void open(Session socket) {
        if (!opening.complete(socket)) {
            socket.close(Close.SERVER_ERROR, "the connection took too long to open",
                    org.eclipse.jetty.websocket.api.Callback.NOOP);
        }
    }

    /// The socket will not open.
    void abandon() {
        opening.cancel(false);
    }

    @Override
    public void send(Outbox.Frame frame) throws SessionConnection.WireException, InterruptedException {
        var sent = new Callback.Completable();
        try {
            var core = ((WebSocketSession) opening.get()).getCoreSession();
            core.sendFrame(new Frame(OpCode.TEXT, ByteBuffer.wrap(frame.text().getBytes(UTF_8))), sent, false);
            sent.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | CancellationException e) {
            throw new SessionConnection.WireException("the connection is gone: " + Objects.requireNonNullElse(e
                    .getCause(), e));
        } catch (TimeoutException _) {
            throw SessionConnection.WireException.stuck("the client has not read for " + patience);
        }
    }

    @Override
    public void close(int code, String reason) {
        boolean isOpen = opening.isDone();
        var sent = opening.thenCompose(socket -> {
            var written = new org.eclipse.jetty.websocket.api.Callback.Completable();
            socket.close(code, reason, written);
            return written;
        });
        if (!isOpen) {
            // Said as soon as there is somebody to say it to.
            return;
        }
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
        var _ = opening.thenAccept(Session::disconnect);
    }
}
