package dev.parley.realtime;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Requests over HTTP, each under one timeout, and their refusals as exceptions. Thread-safe.
final class RestClient implements AutoCloseable {
    private final HttpClient http;
    private final Endpoint endpoint;
    private final Credential credential;
    private final Map<String, String> headers;
    private final Duration timeout;

    RestClient(Endpoint endpoint, Credential credential, Map<String, String> headers, Duration timeout,
            HttpClient http) {
        this.endpoint = endpoint;
        this.credential = credential;
        this.headers = headers;
        this.timeout = timeout;
        this.http = http;
    }

    /// The same service, shown something else.
    RestClient as(Credential other) {
        return new RestClient(endpoint, other, headers, timeout, http);
    }

    HttpResponse<String> postJson(String path, ObjectNode body) {
        return post(path, "application/json", Json.write(body));
    }

    HttpResponse<String> post(String path, @Nullable String contentType, String body) {
        return post(endpoint.rest(path), path, contentType, body);
    }

    HttpResponse<String> post(URI address, String contentType, String body) {
        return post(address, address.getPath(), contentType, body);
    }

    /// @param path how the address is named in messages
    private HttpResponse<String> post(URI address, String path, @Nullable String contentType, String body) {
        var request = HttpRequest.newBuilder(address).timeout(timeout);
        headers.forEach(request::header);
        credential.headers().forEach(request::header);
        if (contentType == null) {
            request.POST(HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", contentType).POST(HttpRequest.BodyPublishers.ofString(body));
        }
        try {
            var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (response.statusCode() / 100 != 2) {
                throw refused(path, response);
            }
            return response;
        } catch (HttpTimeoutException e) {
            throw noAnswer("no answer to POST " + path + " within " + timeout.toMillis() + " ms", e);
        } catch (IOException e) {
            var why = Objects.requireNonNullElse(e.getMessage(), "nothing answers there");
            throw noAnswer("cannot POST " + path + ": " + why, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw noAnswer("interrupted during POST " + path, e);
        }
    }

    static ApiException unexpected(String path, HttpResponse<String> response, String expected) {
        return new ApiException("expected " + expected + " in the answer to POST " + path + ", found something else",
                response.statusCode(), null, response.headers().firstValue("x-request-id").orElse(null), null, null);
    }

    private static ApiException noAnswer(String message, Exception cause) {
        return new ApiException(message, 0, null, null, null, cause);
    }

    private static ApiException refused(String path, HttpResponse<String> response) {
        // The JDK gives none of a proxy's refusal.
        var error = Refusal.error(Objects.requireNonNullElse(response.body(), ""));
        var requestId = response.headers().firstValue("x-request-id").orElse(null);
        var message = new StringBuilder("expected POST ").append(path)
                .append(" to succeed, found HTTP ")
                .append(response.statusCode());
        message.append(Refusal.ofProxy(response.statusCode()));
        if (error != null) {
            message.append(": ").append(Objects.requireNonNullElse(error.code(), error.type()));
        }
        return new ApiException(message.toString(), response.statusCode(), error, requestId,
                response.headers().firstValue("retry-after").map(Refusal::retryAfter).orElse(null), null);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
