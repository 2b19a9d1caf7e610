package dev.parley.emulator;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Requests to a [RemoteEndpoint]. Each blocks the thread that makes it, and ends when that thread is interrupted, when the
/// service is silent for too long, or when it sends too much. Thread-safe.
///
/// Its connections and their threads are there from the first request until it is closed, and again from the next one on.
final class RemoteService implements AutoCloseable {
    static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(1 << 20)
                    .maxNestingDepth(100)
                    .build())
            .build()).build();
    private static final int LARGEST_ERROR = 64 << 10;

    private static final Duration GOODBYE = Duration.ofSeconds(1);

    private final RemoteEndpoint endpoint;
    private @Nullable HttpClient http;

    RemoteService(RemoteEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    String model() {
        return endpoint.model();
    }

    private synchronized HttpClient http() {
        if (http == null) {
            // Many servers of local models stumble over an offer of HTTP/2.
            http = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(endpoint.connectTimeout())
                    .build();
        }
        return http;
    }

    private synchronized Optional<HttpClient> taken() {
        var taken = Optional.ofNullable(http);
        http = null;
        return taken;
    }

    /// Gives up its connections once the requests that run have ended, and waits a moment for that.
    @Override
    public void close() {
        taken().ifPresent(client -> {
            client.shutdown();
            try {
                var _ = client.awaitTermination(GOODBYE);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// What a service answered: the kind of content, and its bytes as they come.
    record Answer(String contentType, RemoteBody body) implements AutoCloseable {
        boolean isEventStream() {
            return contentType.startsWith("text/event-stream");
        }

        boolean isJson() {
            return contentType.startsWith("application/json");
        }

        @Override
        public void close() {
            body.close();
        }
    }

    Answer postJson(String path, JsonNode body) throws InterruptedException {
        return post(path, "application/json", HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body),
                StandardCharsets.UTF_8));
    }

    /// The answer, which has to be closed.
    ///
    /// @throws FacultyException if the service cannot be reached, refuses, or does not answer in time
    Answer post(String path, String contentType, BodyPublisher body) throws InterruptedException {
        var request = HttpRequest.newBuilder(endpoint.uri(path))
                .timeout(endpoint.silence())
                .header("Content-Type", contentType)
                .POST(body);
        endpoint.key().ifPresent(key -> request.header("Authorization", "Bearer " + key));
        try {
            var response = http().send(request.build(), _ -> new RemoteBody(endpoint.silence(), "POST " + path));
            var answer = new Answer(response.headers().firstValue("content-type").orElse("").toLowerCase(Locale.ROOT),
                    response.body());
            if (response.statusCode() / 100 != 2) {
                throw refused(path, response, answer);
            }
            return answer;
        } catch (HttpTimeoutException e) {
            throw new FacultyException("expected an answer to POST " + path + " from " + endpoint + " within "
                    + endpoint.silence().toMillis() + " ms, found none", e);
        } catch (IOException e) {
            var why = Objects.requireNonNullElse(e.getMessage(), "nothing answers there");
            throw new FacultyException("cannot POST " + path + " to " + endpoint + ": " + why
                    + ". Is the service running?", e);
        }
    }

    private FacultyException refused(String path, HttpResponse<RemoteBody> response, Answer answer)
            throws InterruptedException {
        String code = "";
        try (answer) {
            var error = JSON.readTree(answer.body.whole(LARGEST_ERROR)).path("error");
            // Not the message, which may quote what was said.
            code = error.path("code").asString(error.path("type").asString(""));
        } catch (JacksonException | FacultyException _) {
            // The status says enough.
        }
        return new FacultyException("expected POST " + path + " to " + endpoint + " to succeed, found HTTP "
                + response.statusCode() + (code.matches("[\\w.-]{1,60}") ? ": " + code : ""), null);
    }

    /// Reads JSON of a service, which may be anything.
    static JsonNode json(Supplier<String> where, byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (JacksonException _) {
            throw new FacultyException("expected JSON in the answer to " + where.get() + ", found something else",
                    null);
        }
    }
}
