package dev.parley.realtime;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Somebody's [Transport] as a connection wants it. There are no pings: a transport learns by itself whether its far side is
/// there, and while it has nothing to say the connection is told that it is.
final class TransportSocket implements WebSocket {
    private final Transport transport;
    private final int maxMessageChars;
    private final Duration patience;
    /// What we said goodbye with: the far side's answer has no code of its own.
    private volatile @Nullable Close goodbye;

    TransportSocket(Transport transport, RealtimeSession.Limits limits) {
        this.transport = transport;
        this.maxMessageChars = limits.maxMessageChars();
        // Twice for each time the connection asks.
        this.patience = limits.keepAlive().dividedBy(2);
    }

    @Override
    public Incoming receive() throws IOException, InterruptedException {
        var message = transport.receive(patience);
        if (message.isPresent()) {
            return new Incoming.Text(checked(message.get()));
        }
        var closed = transport.closed();
        if (closed.isEmpty()) {
            return new Incoming.Pong();
        }
        var said = goodbye;
        return new Incoming.Goodbye(said != null && closed.get().code() == Close.NO_CODE ? said : closed.get());
    }

    private String checked(String message) throws BadFrameException {
        if (message.length() > maxMessageChars) {
            throw new BadFrameException(new Close(Close.TOO_BIG, "expected a message of at most " + maxMessageChars
                    + " characters, found " + message.length()));
        }
        return message;
    }

    @Override
    public void drain() throws InterruptedException {
        while (transport.closed().isEmpty()) {
            var _ = transport.receive(patience);
        }
    }

    @Override
    public void send(Outgoing what) throws IOException, InterruptedException {
        switch (what) {
            case Outgoing.Text(var message) -> transport.send(message);
            case Outgoing.Goodbye(var how) -> {
                goodbye = how;
                transport.close();
            }
            case Outgoing.Pong _ -> {
                // There was no ping.
            }
        }
    }

    @Override
    public void ping() {
        // See above.
    }

    @Override
    public void abort() {
        transport.abort();
    }
}
