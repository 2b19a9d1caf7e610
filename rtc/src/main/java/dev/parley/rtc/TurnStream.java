package dev.parley.rtc;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A TCP connection to one TURN server, encrypted or not, with a virtual thread to read and one to write: for networks that
/// let nothing else out. What it reads is handed on by the loop's thread, like what comes in datagrams.
///
/// A slow network makes the queue of what is to be sent grow to [#MOST_WAITING] packets, and then packets are dropped; a
/// slow loop makes the reader wait.
final class TurnStream implements TurnLink {
    private static final int CONNECT_MILLIS = 8_000;
    static final int MOST_WAITING = 256;
    private static final int MOST_UNHANDLED = 64;

    private final TurnServer server;
    private final Optional<InetAddress> bind;
    private final IoLoop loop;
    private final Receiver receiver;
    private final BlockingQueue<byte[]> outgoing = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Semaphore unhandled = new Semaphore(MOST_UNHANDLED);
    private final Socket plain = new Socket();
    private final Thread reader;
    private volatile boolean closed;

    private TurnStream(TurnServer server, Optional<InetAddress> bind, IoLoop loop, Receiver receiver) {
        this.server = server;
        this.bind = bind;
        this.loop = loop;
        this.receiver = receiver;
        reader = Thread.ofVirtual().name("rtc-turn-read").unstarted(this::run);
    }

    /// Begins to connect. What is sent meanwhile waits.
    static TurnStream open(TurnServer server, Optional<InetAddress> bind, IoLoop loop, Receiver receiver) {
        var link = new TurnStream(server, bind, loop, receiver);
        link.reader.start();
        return link;
    }

    @Override
    public boolean send(byte[] bytes, int offset, int length) {
        return !closed && outgoing.offer(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    private void run() {
        try (plain; var socket = connect()) {
            var writer = Thread.ofVirtual().name("rtc-turn-write").start(() -> write(socket));
            try {
                read(new DataInputStream(new BufferedInputStream(socket.getInputStream())));
            } finally {
                writer.interrupt();
            }
        } catch (InterruptedException _) {
            // By close.
        } catch (EOFException _) {
            lost("it has ended");
        } catch (IOException e) {
            lost(String.valueOf(e.getMessage()));
        }
    }

    private void lost(String why) {
        if (!closed) {
            loop.execute(() -> receiver.onLost("the connection to the TURN server is lost: " + why));
        }
    }

    private Socket connect() throws IOException {
        plain.setTcpNoDelay(true);
        if (bind.isPresent()) {
            plain.bind(new InetSocketAddress(bind.get(), 0));
        }
        plain.connect(server.address(), CONNECT_MILLIS);
        if (server.transport() != TurnServer.Transport.TLS) {
            return plain;
        }
        var secure = (SSLSocket) context().getSocketFactory()
                .createSocket(plain, server.address().getHostString(), server.address().getPort(), true);
        var parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.setSoTimeout(CONNECT_MILLIS);
        secure.startHandshake();
        secure.setSoTimeout(0);
        return secure;
    }

    private SSLContext context() {
        try {
            return server.trust().isPresent() ? server.trust().get() : SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    private void read(DataInputStream in) throws IOException, InterruptedException {
        while (!closed) {
            var start = new byte[TurnFrames.START];
            in.readFully(start);
            var frame = TurnFrames.frame(start);
            if (frame > IoLoop.BUFFER) {
                // A peer may send more than anybody needs; that does not end the stream.
                in.skipNBytes(frame - TurnFrames.START);
                continue;
            }
            var message = Arrays.copyOf(start, frame);
            in.readFully(message, TurnFrames.START, frame - TurnFrames.START);
            unhandled.acquire();
            loop.execute(() -> {
                unhandled.release();
                receiver.onMessage(message, message.length);
            });
        }
    }

    private void write(Socket socket) {
        try {
            var out = socket.getOutputStream();
            while (!closed) {
                out.write(outgoing.take());
            }
        } catch (InterruptedException _) {
            // By the reader, at the end.
        } catch (IOException _) {
            // The reader finds it too.
        }
    }

    @Override
    public void close() {
        closed = true;
        reader.interrupt();
        try {
            plain.close();
        } catch (IOException e) {
            throw new RtcException("the connection to the TURN server cannot be closed", e);
        }
    }
}
