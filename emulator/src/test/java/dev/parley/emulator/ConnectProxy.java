package dev.parley.emulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// An HTTP proxy that opens tunnels (RFC 9110 section 9.3.6), or says why not.
final class ConnectProxy implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<List<String>> requests = new CopyOnWriteArrayList<>();
    private final String answer;

    /// @param answer the status line and fields of what it says instead of opening a tunnel; empty to open them
    ConnectProxy(String answer) throws IOException {
        this.answer = answer;
        Thread.ofVirtual().name("proxy").start(this::accept);
    }

    ProxySelector selector() {
        return ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort()));
    }

    /// The lines of what was asked of it, request by request.
    List<List<String>> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        try {
            while (!listening.isClosed()) {
                var client = listening.accept();
                sockets.add(client);
                Thread.ofVirtual().name("proxy-client").start(() -> serve(client));
            }
        } catch (IOException _) {
            // It is closed.
        }
    }

    private void serve(Socket client) {
        try {
            var lines = head(client);
            requests.add(lines);
            if (!answer.isEmpty()) {
                client.getOutputStream().write((answer + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                client.close();
                return;
            }
            var target = lines.getFirst().split(" ", -1)[1];
            int colon = target.lastIndexOf(':');
            var far = new Socket(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)));
            sockets.add(far);
            client.getOutputStream().write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Thread.ofVirtual().name("proxy-back").start(() -> pump(far, client));
            pump(client, far);
        } catch (IOException _) {
            // One of the two has gone.
        }
    }

    /// A client waits for the answer before it says more.
    private static List<String> head(Socket client) throws IOException {
        var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        var lines = new ArrayList<String>();
        for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            lines.add(line);
        }
        return List.copyOf(lines);
    }

    private static void pump(Socket from, Socket to) {
        try (from; to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException _) {
            // One of the two has gone.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        hangUp();
    }

    /// Ends all tunnels.
    void hangUp() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
    }
}
