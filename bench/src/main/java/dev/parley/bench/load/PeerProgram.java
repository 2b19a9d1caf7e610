package dev.parley.bench.load;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The programs of others that a bridge is measured with, in a folder that is none of ours: `gobridge`, to be compared with,
/// and `loadgen`, which calls.
///
/// @param folder where they are
record PeerProgram(Path folder) {
    private static final Duration START = Duration.ofSeconds(10);

    /// @throws IllegalArgumentException if they are not there
    PeerProgram {
        for (var name : List.of("gobridge", "loadgen")) {
            if (!Files.isExecutable(folder.resolve(name))) {
                throw new IllegalArgumentException("expected the program " + name + " in " + folder
                        + ", found none; bench/README.md says what it does and how to build it");
            }
        }
    }

    /// A bridge that runs.
    ///
    /// @param process its process
    /// @param uri     where it is called
    /// @param ready   milliseconds until it could be
    record Bridge(Process process, URI uri, double ready) implements AutoCloseable {
        @Override
        public void close() {
            process.destroy();
        }
    }

    /// Starts the bridge on ports that are free.
    Bridge bridge() throws IOException {
        var begun = System.nanoTime();
        var http = freePort();
        var builder = new ProcessBuilder(folder.resolve("gobridge").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("HTTP", Integer.toString(http));
        builder.environment().put("UDP", Integer.toString(freeUdpPort()));
        var process = builder.start();
        var line = process.inputReader().readLine();
        if (line == null || !line.startsWith("ready")) {
            process.destroy();
            throw new IllegalStateException("expected the bridge to be ready, found " + line);
        }
        awaitListening(process, http, begun + START.toNanos());
        return new Bridge(process, URI.create("http://127.0.0.1:" + http), (System.nanoTime() - begun) / 1e6);
    }

    /// It says that it is ready shortly before it listens.
    private static void awaitListening(Process process, int port, long deadline) throws IOException {
        while (true) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (IOException e) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    process.destroy();
                    throw new IOException("expected the bridge to listen on port " + port, e);
                }
                Thread.onSpinWait();
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static int freeUdpPort() throws SocketException {
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Runs the load generator to its end.
    ///
    /// @return what it printed
    String load(Duration limit, List<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(folder.resolve("loadgen").toString()));
        command.addAll(arguments);
        var output = Files.createTempFile("loadgen", ".txt");
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IllegalStateException("expected the load to be over within " + limit.toSeconds()
                        + " s, found it running; it printed " + Files.readString(output));
            }
            return Files.readString(output);
        } finally {
            Files.delete(output);
        }
    }
}
