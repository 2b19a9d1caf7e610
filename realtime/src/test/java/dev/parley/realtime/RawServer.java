package dev.parley.realtime;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A WebSocket server one byte at a time, for what no server library would send. One connection after another, each handled by
/// a [Script] on a thread of its own.
final class RawServer implements AutoCloseable {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private final ServerSocket listening;
    private final Thread thread;

    /// What is done with a connection; it is cut when this returns.
    @FunctionalInterface
    interface Script {
        void run(Peer peer) throws Exception;
    }

    /// A frame that came, unmasked.
    record Frame(int opcode, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    RawServer(Script script) throws IOException {
        listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        thread = Thread.ofVirtual().start(() -> serve(script));
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + listening.getLocalPort() + "/v1");
    }

    private void serve(Script script) {
        while (!listening.isClosed()) {
            try (var socket = listening.accept()) {
                script.run(new Peer(socket));
            } catch (IOException | IllegalStateException | InterruptedException _) {
                // The client has left, or the test is over.
            } catch (Exception e) {
                throw new AssertionError("the script failed", e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        thread.interrupt();
    }

    /// The far end of a connection. What arrives is read on a thread of its own.
    static final class Peer {
        private final DataInputStream in;
        private final OutputStream out;
        final LinkedBlockingQueue<Frame> received = new LinkedBlockingQueue<>();

        Peer(Socket socket) throws IOException {
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            out = socket.getOutputStream();
            upgrade();
            Thread.ofVirtual().start(this::read);
        }

        private void upgrade() throws IOException {
            var key = "";
            for (var line = line(); !line.isEmpty(); line = line()) {
                if (line.regionMatches(true, 0, "sec-websocket-key:", 0, 18)) {
                    key = line.substring(18).strip();
                }
            }
            try {
                var sha1 = MessageDigest.getInstance("SHA-1");
                var accept = Base64.getEncoder()
                        .encodeToString(sha1.digest(
                                (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII)));
                out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: " + accept + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        private String line() throws IOException {
            var line = new ByteArrayOutputStream();
            for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
                if (c != '\r') {
                    line.write(c);
                }
            }
            return line.toString(StandardCharsets.US_ASCII);
        }

        private void read() {
            try {
                while (true) {
                    int opcode = in.readUnsignedByte() & 0x0f;
                    long length = in.readUnsignedByte() & 0x7f;
                    length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
                    var mask = in.readNBytes(4);
                    var payload = in.readNBytes(Math.toIntExact(length));
                    for (int i = 0; i < payload.length; i++) {
                        payload[i] ^= mask[i % 4];
                    }
                    received.add(new Frame(opcode, payload));
                }
            } catch (IOException _) {
                // The client has left.
            }
        }

        Frame next() throws InterruptedException {
            var frame = received.poll(10, TimeUnit.SECONDS);
            if (frame == null) {
                throw new IllegalStateException("nothing came within 10 s");
            }
            return frame;
        }

        void says(String json) throws IOException {
            frame(true, TEXT, json.getBytes(StandardCharsets.UTF_8));
        }

        void begins() throws IOException {
            says("{\"type\":\"session.created\",\"session\":{\"type\":\"realtime\"}}");
        }

        void frame(boolean last, int opcode, byte[] payload) throws IOException {
            var head = ByteBuffer.allocate(10).put((byte) ((last ? 0x80 : 0) | opcode));
            if (payload.length < 126) {
                head.put((byte) payload.length);
            } else if (payload.length < 65_536) {
                head.put((byte) 126).putShort((short) payload.length);
            } else {
                head.put((byte) 127).putLong(payload.length);
            }
            out.write(head.array(), 0, head.position());
            out.write(payload);
        }

        void closes(int code, String reason) throws IOException {
            var bytes = reason.getBytes(StandardCharsets.UTF_8);
            frame(true, CLOSE, ByteBuffer.allocate(2 + bytes.length).putShort((short) code).put(bytes).array());
        }

        void raw(byte... bytes) throws IOException {
            out.write(bytes);
        }
    }
}
