package dev.parley.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A service that upgrades a connection, begins the session, and never reads again.
final class DeafPeer implements AutoCloseable {
    /// RFC 6455 section 1.3.
    private static final String ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String CREATED = """
            {"type":"session.created","event_id":"event_1","session":{"type":"realtime","id":"sess_1",\
            "object":"realtime.session","model":"gpt-realtime"}}""";
    /// Small, so that it does not take the network's buffers minutes to fill.
    private static final int RECEIVE_BUFFER = 4_096;

    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private DeafPeer(ServerSocket server) {
        this.server = server;
    }

    static DeafPeer start() throws IOException {
        var server = new ServerSocket();
        server.setReceiveBufferSize(RECEIVE_BUFFER);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var peer = new DeafPeer(server);
        Thread.ofVirtual().name("deaf-peer").start(peer::accept);
        return peer;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1");
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                sockets.add(socket);
                upgrade(socket);
            }
        } catch (IOException _) {
            // Closed, or the client left while it was upgraded; there is nobody to be deaf to any more.
        }
    }

    private static void upgrade(Socket socket) throws IOException {
        var request = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        var key = "";
        for (var line = request.readLine(); line != null && !line.isEmpty(); line = request.readLine()) {
            if (line.regionMatches(true, 0, "Sec-WebSocket-Key:", 0, 18)) {
                key = line.substring(18).strip();
            }
        }
        var response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + accepted(key) + "\r\n\r\n";
        socket.getOutputStream().write(response.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(textFrame(CREATED));
    }

    private static String accepted(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + ACCEPT_GUID).getBytes(
                            StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /// RFC 6455 section 5.2: final, text, not masked, a length of 16 bits.
    private static byte[] textFrame(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + bytes.length)
                .put((byte) 0x81)
                .put((byte) 126)
                .putShort((short) bytes.length)
                .put(bytes)
                .array();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}
