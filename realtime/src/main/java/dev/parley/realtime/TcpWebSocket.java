package dev.parley.realtime;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.logging.Level;
import java.util.logging.Logger;

/// A WebSocket over a socket, plain or TLS, that has been upgraded.
final class TcpWebSocket implements WebSocket {
    private static final Logger LOG = Logger.getLogger(TcpWebSocket.class.getName());

    private final Socket tcp;
    private final InputStream in;
    private final MessageReader reader;
    private final FrameWriter writer;

    /// @param tcp the socket itself, in whatever `channel` is wrapped
    /// @param channel what bytes travel through
    TcpWebSocket(Socket tcp, Socket channel, MessageReader reader) throws IOException {
        this.tcp = tcp;
        this.in = channel.getInputStream();
        this.reader = reader;
        this.writer = new FrameWriter(channel.getOutputStream(), new MaskKeys());
    }

    @Override
    public Incoming receive() throws IOException {
        var next = reader.next();
        while (next == null) {
            reader.fill(in);
            next = reader.next();
        }
        return next;
    }

    @Override
    public void drain() throws IOException {
        var nowhere = new byte[MessageReader.BUFFER];
        int read;
        do {
            read = in.read(nowhere);
        } while (read >= 0);
    }

    @Override
    public void send(Outgoing what) throws IOException {
        switch (what) {
            case Outgoing.Text(var message) -> writer.text(message);
            case Outgoing.Pong(var payload) -> writer.pong(payload);
            case Outgoing.Goodbye(var how) -> writer.close(how);
        }
    }

    @Override
    public void ping() throws IOException {
        writer.ping();
    }

    @Override
    public void abort() {
        try {
            // Closing TLS would first wait for whoever is writing, who may be stuck.
            tcp.close();
        } catch (IOException e) {
            LOG.log(Level.FINE, "closing a socket failed", e);
        }
    }
}
