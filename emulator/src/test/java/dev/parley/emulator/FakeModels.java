package dev.parley.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// A small HTTP server that speaks as a test tells it, in place of a server of local models.
final class FakeModels implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Answering> answers = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);

    /// What came in.
    record Asked(String path, Headers headers, byte[] body) {
        String text() {
            return new String(body, UTF_8);
        }
    }

    /// Writes an answer.
    interface Answering {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private FakeModels() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    static FakeModels open() {
        try {
            return new FakeModels();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    RemoteEndpoint endpoint() {
        return RemoteEndpoint.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1"), "tiny")
                .withPatience(Duration.ofSeconds(5), Duration.ofSeconds(10));
    }

    FakeModels on(String path, Answering answering) {
        answers.put("/v1" + path, answering);
        return this;
    }

    List<Asked> asked() {
        return asked;
    }

    static Answering json(int status, String body) {
        return bytes(status, "application/json", body.getBytes(UTF_8));
    }

    static Answering bytes(int status, String type, byte... body) {
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        };
    }

    /// Sends these as they are, each in a chunk of its own.
    static Answering stream(String type, String... pieces) {
        return exchange -> {
            var out = begin(exchange, type);
            for (var piece : pieces) {
                out.write(piece.getBytes(UTF_8));
                out.flush();
            }
        };
    }

    static OutputStream begin(HttpExchange exchange, String type) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    /// Answers nothing until the test is over.
    Answering silence() {
        return _ -> awaitEnd();
    }

    void awaitEnd() throws InterruptedException {
        closing.await(30, TimeUnit.SECONDS);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            asked.add(new Asked(path, exchange.getRequestHeaders(), exchange.getRequestBody().readAllBytes()));
            answers.getOrDefault(path, json(404, "{\"error\":{\"code\":\"not_found\"}}")).to(exchange);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
