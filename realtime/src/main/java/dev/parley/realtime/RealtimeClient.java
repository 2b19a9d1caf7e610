package dev.parley.realtime;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Opens Realtime sessions over WebSocket, at OpenAI or at any base URL that speaks the same protocol.
///
/// ```java
/// try (var client = RealtimeClient.builder().apiKey(key).build(); var session = client.connect()) {
///     session.send(new ClientEvent.SessionUpdate(config));
///     for (ServerEvent event : session.events()) { ... }
/// }
/// ```
///
/// Thread-safe. Closing the client ends the sessions it opened.
public final class RealtimeClient implements AutoCloseable {
    private final URI endpoint;
    private final @Nullable String apiKey;
    private final Duration connectTimeout;
    private final RealtimeSession.Limits limits;
    private final HttpClient http;

    private RealtimeClient(Builder builder) {
        this.endpoint = endpoint(builder.baseUrl, builder.model);
        this.apiKey = builder.apiKey;
        this.connectTimeout = builder.connectTimeout;
        this.limits = builder.limits;
        this.http = HttpClient.newBuilder()
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .connectTimeout(connectTimeout)
                .build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /// Opens a session and waits until the upgrade is through. The first event is `session.created`.
    ///
    /// @throws ConnectException if that fails or takes longer than the connect timeout
    public RealtimeSession connect() {
        var session = new RealtimeSession(limits);
        var upgrade = http.newWebSocketBuilder().connectTimeout(connectTimeout);
        if (apiKey != null) {
            upgrade.header("Authorization", "Bearer " + apiKey);
        }
        var opening = upgrade.buildAsync(endpoint, session.inbox());
        try {
            session.start(opening.get(connectTimeout.toMillis(), TimeUnit.MILLISECONDS));
            return session;
        } catch (ExecutionException e) {
            throw refused(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            // Cancelling would lose the socket of an upgrade that succeeds after all.
            var _ = opening.thenAccept(WebSocket::abort);
            throw timedOut(e);
        } catch (InterruptedException e) {
            var _ = opening.thenAccept(WebSocket::abort);
            Thread.currentThread().interrupt();
            throw new ConnectException("interrupted while connecting to " + address(), 0, e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private ConnectException refused(Throwable cause) {
        return switch (cause) {
            case WebSocketHandshakeException e -> {
                int status = e.getResponse().statusCode();
                yield new ConnectException("expected " + address() + " to open a session, found HTTP " + status
                        + (status == 401 ? ": check the API key" : ""), status, e);
            }
            case HttpTimeoutException e -> timedOut(e);
            default -> {
                var why = Objects.requireNonNullElse(cause.getMessage(), "nothing answers there");
                yield new ConnectException("cannot connect to " + address() + ": " + why, 0, cause);
            }
        };
    }

    private ConnectException timedOut(Exception cause) {
        return new ConnectException("no session at " + address() + " within " + connectTimeout.toMillis() + " ms", 0,
                cause);
    }

    /// Scheme, host and path.
    private String address() {
        return endpoint.getScheme() + "://" + endpoint.getRawAuthority() + endpoint.getRawPath();
    }

    private static URI endpoint(URI base, String model) {
        var scheme = switch (Objects.requireNonNullElse(base.getScheme(), "")) {
            case "http", "ws" -> "ws";
            case "https", "wss" -> "wss";
            default -> throw new IllegalArgumentException(
                    "expected a base URL that starts with http, https, ws or wss, found " + base);
        };
        if (base.getHost() == null) {
            throw new IllegalArgumentException("expected a base URL with a host, found " + base);
        }
        if (base.getRawUserInfo() != null || base.getRawQuery() != null || base.getRawFragment() != null) {
            // Not repeated: these are the parts that hold secrets.
            throw new IllegalArgumentException("expected a base URL of scheme, host and path only, found more at "
                    + base.getHost() + ": give a key with apiKey");
        }
        var path = base.getRawPath().replaceAll("/+$", "");
        return URI.create(scheme + "://" + base.getRawAuthority() + path + "/realtime?model="
                + URLEncoder.encode(model, StandardCharsets.UTF_8));
    }

    /// Puts a client together. Not thread-safe.
    public static final class Builder {
        private URI baseUrl = URI.create("https://api.openai.com/v1");
        private @Nullable String apiKey;
        private String model = "gpt-realtime-2.1";
        private Duration connectTimeout = Duration.ofSeconds(15);
        private RealtimeSession.Limits limits = RealtimeSession.Limits.DEFAULT;

        private Builder() {}

        /// Where the service is, `/realtime` left off; `https://api.openai.com/v1` unless set.
        public Builder baseUrl(URI url) {
            baseUrl = url;
            return this;
        }

        /// A standard or an ephemeral key, white space around it left off. Not sent when not set.
        ///
        /// @throws IllegalArgumentException if it cannot be one; the message does not show it
        public Builder apiKey(@Nullable String key) {
            apiKey = key == null || key.isBlank() ? null : visible(key.strip());
            return this;
        }

        private static String visible(String key) {
            if (!key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new IllegalArgumentException(
                        "expected an API key of visible ASCII characters, found one with others: copy it again");
            }
            return key;
        }

        public Builder model(String name) {
            model = name;
            return this;
        }

        public Builder connectTimeout(Duration timeout) {
            connectTimeout = timeout;
            return this;
        }

        /// How much a session may hold; see [RealtimeSession.Limits].
        public Builder limits(RealtimeSession.Limits most) {
            limits = most;
            return this;
        }

        public RealtimeClient build() {
            return new RealtimeClient(this);
        }
    }
}
