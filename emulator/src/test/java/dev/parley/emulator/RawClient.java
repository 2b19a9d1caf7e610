package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.realtime.Close;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client without manners of its own: the JDK's, so that a test sees each frame and each header.
final class RawClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI root;

    RawClient(Emulator emulator) {
        this.root = emulator.uri().resolve("/");
    }

    /// An answer over HTTP.
    record Answer(int status, String text, JsonNode json, Map<String, List<String>> headers) {
        JsonNode error() {
            return json.path("error");
        }

        @Nullable
        String header(String name) {
            return headers.getOrDefault(name, List.of()).stream().findFirst().orElse(null);
        }
    }

    Answer get(String path, String... headers) throws IOException, InterruptedException {
        return request("GET", path, "", headers);
    }

    Answer post(String path, String body, String... headers) throws IOException, InterruptedException {
        return request("POST", path, body, headers);
    }

    /// A body is JSON unless a header says otherwise.
    Answer request(String method, String path, String body, String... headers) throws IOException,
            InterruptedException {
        var request = HttpRequest.newBuilder(root.resolve(path))
                .timeout(PATIENCE)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty() && !List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        var json = response.body().startsWith("{") ? JSON.readTree(response.body()) : JSON.createObjectNode();
        return new Answer(response.statusCode(), response.body(), json, response.headers().map());
    }

    /// The answer of a server that opens no socket.
    Answer refused(String path, String... headers) throws Exception {
        try {
            open(path, List.of(), headers).abort();
            throw new AssertionError("expected " + path + " to be refused, found an open socket");
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(WebSocketHandshakeException.class);
            var response = ((WebSocketHandshakeException) e.getCause()).getResponse();
            return new Answer(response.statusCode(), "", JSON.createObjectNode(), response.headers().map());
        }
    }

    Socket open(String path, String... headers) throws Exception {
        return open(path, List.of(), headers);
    }

    /// With a key that is accepted.
    Socket openWithKey(String path) throws Exception {
        return open(path, "Authorization", "Bearer sk-test");
    }

    Socket open(String path, List<String> protocols, String... headers) throws Exception {
        var socket = new Socket();
        var builder = http.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        if (!protocols.isEmpty()) {
            builder.subprotocols(protocols.getFirst(), protocols.subList(1, protocols.size()).toArray(String[]::new));
        }
        socket.webSocket = builder.buildAsync(URI.create(root.toString().replaceFirst("http", "ws")).resolve(path),
                socket).get(10, TimeUnit.SECONDS);
        return socket;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    /// An open socket, and what has come over it.
    static final class Socket implements WebSocket.Listener {
        private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
        private final CompletableFuture<Close> end = new CompletableFuture<>();
        private final CompletableFuture<String> pong = new CompletableFuture<>();
        private final StringBuilder message = new StringBuilder();
        private @Nullable WebSocket webSocket;

        WebSocket socket() {
            return java.util.Objects.requireNonNull(webSocket);
        }

        void send(String frame) throws Exception {
            socket().sendText(frame, true).get(10, TimeUnit.SECONDS);
        }

        String text() throws InterruptedException {
            var frame = frames.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(frame).as("a frame within " + PATIENCE + "; ended: " + end).isNotNull();
            return java.util.Objects.requireNonNull(frame);
        }

        JsonNode next() throws InterruptedException {
            return JSON.readTree(text());
        }

        /// The next event of a type; at most 1,000 others come before it.
        JsonNode next(String type) throws InterruptedException {
            for (int i = 0; i < 1_000; i++) {
                var event = next();
                if (event.path("type").asString("").equals(type)) {
                    return event;
                }
            }
            throw new AssertionError("no " + type + " among 1,000 events");
        }

        int waiting() {
            return frames.size();
        }

        Close ended() throws InterruptedException, ExecutionException, TimeoutException {
            return end.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        }

        /// Whether the connection is gone without a close frame. The JDK's client finds out when it sends.
        boolean isLost() throws InterruptedException, TimeoutException {
            for (int i = 0; i < 10_000; i++) {
                try {
                    socket().sendPing(ByteBuffer.allocate(1)).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                } catch (ExecutionException _) {
                    return !end.isDone() || end.join().code() == Close.ABNORMAL;
                }
            }
            return false;
        }

        String pong() throws InterruptedException, ExecutionException, TimeoutException {
            return pong.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        }

        void abort() {
            socket().abort();
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                frames.add(message.toString());
                message.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onPong(WebSocket from, ByteBuffer data) {
            pong.complete(java.nio.charset.StandardCharsets.UTF_8.decode(data).toString());
            from.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            end.complete(new Close(code, reason));
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket from, Throwable problem) {
            end.complete(new Close(Close.ABNORMAL, String.valueOf(problem.getMessage())));
        }
    }
}
