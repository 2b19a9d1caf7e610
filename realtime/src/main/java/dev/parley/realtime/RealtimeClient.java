package dev.parley.realtime;

import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Opens Realtime sessions over WebSocket: at OpenAI, at Azure, or at any base URL that speaks the same protocol.
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
    private static final int NONCE_BYTES = 16;
    private static final int UNAUTHORIZED = 401;
    private static final String CLOSED = "the client is closed";

    private final URI baseUrl;
    private final URI endpoint;
    private final URI translations;
    private final String description;
    private final Credential credential;
    private final Map<String, String> headers;
    private final Dialect dialect;
    private final TrafficObserver observer;
    private final Duration connectTimeout;
    private final RealtimeSession.Limits limits;
    private final @Nullable SSLContext ssl;
    private final @Nullable ProxySelector proxies;
    private final boolean joinsCall;
    private final SecureRandom random = new SecureRandom();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private RealtimeClient(Builder builder) {
        this.baseUrl = builder.endpoint().rest("");
        this.endpoint = builder.socket();
        this.translations = builder.endpoint().translations(builder.model);
        this.description = builder.description();
        this.credential = builder.credential();
        this.headers = builder.headers();
        this.dialect = builder.dialect;
        this.observer = builder.observer;
        this.connectTimeout = builder.connectTimeout;
        this.limits = builder.limits;
        this.joinsCall = builder.callId != null;
        this.ssl = builder.ssl;
        this.proxies = builder.proxies;
    }

    public static Builder builder() {
        return new Builder();
    }

    /// A client as the environment describes it, ready to be changed:
    ///
    /// | variables | service |
    /// |---|---|
    /// | `AZURE_OPENAI_ENDPOINT`, `AZURE_OPENAI_USE_ENTRA=true` | Azure, with tokens from [Builder#tokenSupplier] |
    /// | `AZURE_OPENAI_ENDPOINT`, `AZURE_OPENAI_API_KEY` | Azure, with that key |
    /// | `OPENAI_API_KEY` or `OPENAI_BASE_URL` | OpenAI, or what speaks its protocol there |
    ///
    /// Also `AZURE_OPENAI_DEPLOYMENT`, `OPENAI_MODEL`, `OPENAI_ORG_ID` and `OPENAI_PROJECT_ID`.
    ///
    /// @throws IllegalArgumentException naming what is missing, never what is there
    public static Builder fromEnvironment(Map<String, String> env) {
        return Environment.client(env);
    }

    /// What a program may print when it starts: the service, the first five characters of the key, and the model or, at
    /// Azure, its deployment.
    public String description() {
        return description;
    }

    /// Scheme, host and path of the service, `/realtime` left off.
    public URI baseUrl() {
        return baseUrl;
    }

    /// How long opening a session may take.
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /// Where sessions are opened and how, the credential left out.
    @Override
    public String toString() {
        return "RealtimeClient[" + endpoint + ", " + dialect + ", " + credential + "]";
    }

    /// Opens a session and waits until the upgrade is through. The first event is `session.created`.
    ///
    /// @throws ConnectException if that fails or takes longer than the connect timeout
    public RealtimeSession connect() {
        return new RealtimeSession(open(endpoint), Wire.of(dialect));
    }

    /// Begins a session over a transport that is open, in this client's dialect, within its limits, and under its observer.
    /// The session, or this client, closes the transport. The first event is `session.created`.
    ///
    /// @throws ConnectException if this client is closed; the transport is then aborted
    public RealtimeSession connect(Transport transport) {
        var connection = new Connection(limits, observer, transport.maxMessageBytes());
        return new RealtimeSession(started(connection, new TransportSocket(transport, limits), endpoint),
                Wire.of(dialect));
    }

    /// Opens a session that translates speech as it is spoken, with the client's model, which must be one for that.
    ///
    /// @throws ConnectException if that fails or takes longer than the connect timeout
    public TranslationSession translate() {
        return new TranslationSession(open(translations));
    }

    private Connection open(URI address) {
        if (closed) {
            throw unreachable(address, CLOSED, null);
        }
        var sent = new HashMap<>(headers);
        sent.putAll(credential.headers());
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        var dialling = new Dialling(address, new Upgrade(address, sent, nonce), ssl, limits.maxMessageChars());
        // On a thread of its own, so that the timeout counts for all of it, looking up the name included.
        var opening = new FutureTask<>(() -> dialling.open(proxies == null ? ProxySelector.getDefault() : proxies));
        Thread.ofVirtual().name("realtime-connect").start(opening);
        try {
            return started(new Connection(limits, observer),
                    opening.get(connectTimeout.toNanos(), TimeUnit.NANOSECONDS), address);
        } catch (ExecutionException e) {
            throw refused(address, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            dialling.cancel();
            throw new ConnectException(
                    "no session at " + place(address) + " within " + connectTimeout.toMillis() + " ms", 0, e);
        } catch (InterruptedException e) {
            dialling.cancel();
            Thread.currentThread().interrupt();
            throw new ConnectException("interrupted while connecting to " + place(address), 0, e);
        }
    }

    private Connection started(Connection connection, WebSocket socket, URI address) {
        connection.start(socket, () -> open.remove(connection));
        open.add(connection);
        if (closed) {
            connection.abort(CLOSED);
            throw unreachable(address, CLOSED, null);
        }
        if (connection.closed().isPresent()) {
            open.remove(connection);
        }
        return connection;
    }

    /// Opens a session that goes on over other sockets when its own is lost or about to expire.
    ///
    /// @param changes told of every such change, on the thread that reads the session
    /// @throws ConnectException if the first socket cannot be opened; that is not retried
    public LastingSession connect(ReconnectPolicy policy, Consumer<SessionChange> changes) {
        return connect(this::connect, policy, changes);
    }

    /// Goes on with one session after the other, as above, that `opener` opens: with [#connect(Transport)], say.
    ///
    /// @param opener throws [ConnectException] when it cannot
    public LastingSession connect(Supplier<RealtimeSession> opener, ReconnectPolicy policy,
            Consumer<SessionChange> changes) {
        var kind = joinsCall ? Continuation.Kind.CALL : Continuation.Kind.OWN;
        var clock = InstantSource.system();
        return new LastingSession(opener,
                new Continuation(policy, kind, RandomGenerator.getDefault(), clock.instant()), clock, changes);
    }

    /// Opens a session that goes on over other sockets when its own is lost or about to expire.
    ///
    /// @throws ConnectException if the first socket cannot be opened; that is not retried
    public LastingSession connect(ReconnectPolicy policy) {
        return connect(policy, _ -> {});
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(connection -> connection.abort(CLOSED));
    }

    private static ConnectException refused(URI address, Throwable cause) {
        return switch (cause) {
            case UpgradeRefusedException e -> refused(address, e);
            case java.net.ConnectException _ -> unreachable(address, "nothing answers there", cause);
            case UnknownHostException _ -> unreachable(address, "there is no host of that name", cause);
            default -> unreachable(address, Objects.requireNonNullElse(cause.getMessage(), "nothing answers there"),
                    cause);
        };
    }

    private static ConnectException unreachable(URI address, String why, @Nullable Throwable cause) {
        return new ConnectException("cannot connect to " + place(address) + ": " + why, 0, cause);
    }

    private static ConnectException refused(URI address, UpgradeRefusedException refusal) {
        int status = refusal.head().status();
        var error = Refusal.error(refusal.body());
        var message = new StringBuilder("expected ").append(place(address))
                .append(" to open a session, found HTTP ")
                .append(status);
        if (status == UNAUTHORIZED) {
            message.append(": check the API key");
        } else if (error != null) {
            message.append(": ").append(Objects.requireNonNullElse(error.code(), error.type()));
        }
        return new ConnectException(message.toString(), status, error,
                refusal.head().field("Retry-After").map(Refusal::retryAfter).orElse(null), refusal);
    }

    /// Scheme, host and path.
    private static String place(URI address) {
        return address.getScheme() + "://" + address.getRawAuthority() + address.getRawPath();
    }

    /// Puts a client together. Not thread-safe.
    public static final class Builder {
        private static final String DEFAULT_MODEL = "gpt-realtime-2.1";

        private URI baseUrl = URI.create("https://api.openai.com/v1");
        private boolean isAzure;
        private boolean needsTokens;
        private Dialect dialect = Dialect.GA;
        private @Nullable String apiKey;
        private @Nullable Supplier<String> tokens;
        private String model = DEFAULT_MODEL;
        private @Nullable String callId;
        private boolean isTranscription;
        private final Map<String, String> headers = new TreeMap<>();
        private @Nullable SSLContext ssl;
        private @Nullable ProxySelector proxies;
        private Duration connectTimeout = Duration.ofSeconds(15);
        private RealtimeSession.Limits limits = RealtimeSession.Limits.DEFAULT;
        private TrafficObserver observer = new TrafficObserver() {};

        private Builder() {}

        /// Where the service is, `/realtime` left off; `https://api.openai.com/v1` unless set.
        public Builder baseUrl(URI url) {
            baseUrl = url;
            isAzure = false;
            return this;
        }

        /// An Azure resource, such as `https://example.openai.azure.com`, and the model's deployment there.
        public Builder azure(URI endpoint, String deployment) {
            baseUrl = endpoint;
            model = deployment;
            isAzure = true;
            return this;
        }

        /// The protocol the service speaks; GA unless set. At Azure, beta means the preview endpoint.
        public Builder dialect(Dialect spoken) {
            dialect = spoken;
            return this;
        }

        /// A standard or an ephemeral key, white space around it left off. Not sent when not set.
        ///
        /// @throws IllegalArgumentException if it cannot be one; the message does not show it
        public Builder apiKey(@Nullable String key) {
            apiKey = key == null || key.isBlank() ? null : Credential.checked(key, "an API key");
            return this;
        }

        /// Gives the access token, in place of a key. Asked at every connect, so that it can give a fresh one; it may
        /// block, and what it throws is thrown by [RealtimeClient#connect()].
        public Builder tokenSupplier(Supplier<String> supplier) {
            tokens = supplier;
            return this;
        }

        /// The model; at Azure, its deployment.
        public Builder model(String name) {
            model = name;
            return this;
        }

        /// Opens sessions that only transcribe; the model then belongs into the session, not here.
        public Builder transcription() {
            isTranscription = true;
            return this;
        }

        /// Joins a call that runs by WebRTC or SIP (`rtc_...`) in place of starting a session of its own.
        public Builder callId(String id) {
            callId = id;
            return this;
        }

        /// Sends usage to this organization's account.
        public Builder organization(String id) {
            headers.put("OpenAI-Organization", id);
            return this;
        }

        /// Sends usage to this project's account.
        public Builder project(String id) {
            headers.put("OpenAI-Project", id);
            return this;
        }

        /// Whom to trust, and with what certificate to show oneself; the JDK's own default unless set.
        public Builder sslContext(SSLContext context) {
            ssl = context;
            return this;
        }

        /// Which HTTP proxy leads to which address, asked at every connect; the JDK's own default, with its `https.proxyHost`
        /// and the like, unless set. A proxy is asked for a tunnel and told no key; one that wants credentials is not
        /// supported.
        public Builder proxies(ProxySelector selector) {
            proxies = selector;
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

        /// Watches every frame of the sessions this client opens. One observer sees them all.
        public Builder observer(TrafficObserver watching) {
            observer = watching;
            return this;
        }

        /// The client.
        ///
        /// @throws IllegalArgumentException if the address or the credential cannot be one
        public RealtimeClient build() {
            return new RealtimeClient(this);
        }

        /// What is done about calls over HTTP, at the same service and as the same account. The connect timeout is here the
        /// time each request may take. In the beta dialect, that is to answer offers and nothing else; Azure's preview
        /// cannot even do that.
        ///
        /// @throws IllegalArgumentException if the address or the credential cannot be one, or the service has no calls
        public RealtimeCalls calls() {
            if (isAzure && dialect != Dialect.GA) {
                throw new IllegalArgumentException("expected the GA dialect for calls at Azure, found " + dialect);
            }
            var beta = isAzure ? Endpoint.azure(baseUrl, model, Dialect.BETA) : endpoint();
            return new RealtimeCalls(new RestClient(endpoint(), credential(), headers(), connectTimeout, http()),
                    offers(), model, beta.betaSecrets());
        }

        private RealtimeCalls.Offers offers() {
            if (dialect == Dialect.BETA) {
                return RealtimeCalls.Offers.BETA;
            }
            if (tokens == null && apiKey != null && apiKey.startsWith(ClientSecret.PREFIX)) {
                return RealtimeCalls.Offers.OF_SECRET;
            }
            return isAzure ? RealtimeCalls.Offers.AZURE : RealtimeCalls.Offers.WITH_SESSION;
        }

        private HttpClient http() {
            var http = HttpClient.newBuilder().connectTimeout(connectTimeout);
            if (ssl != null) {
                http.sslContext(ssl);
            }
            if (proxies != null) {
                http.proxy(proxies);
            }
            return http.build();
        }

        Builder needsTokens() {
            needsTokens = true;
            return this;
        }

        private Endpoint endpoint() {
            return isAzure ? Endpoint.azure(baseUrl, model, dialect) : Endpoint.openAi(baseUrl);
        }

        private String description() {
            var key = tokens == null && apiKey != null ? ", key " + Credential.masked(apiKey) : ", " + credential();
            return endpoint().root() + key + (isAzure ? ", deployment " : ", model ") + model;
        }

        private URI socket() {
            var endpoint = endpoint();
            if (callId != null) {
                return endpoint.socket("call_id", callId);
            }
            return isTranscription ? endpoint.socket("intent", "transcription") : endpoint.socket("model", model);
        }

        private Map<String, String> headers() {
            var all = new TreeMap<>(headers);
            if (dialect == Dialect.BETA && !isAzure) {
                all.put("OpenAI-Beta", "realtime=v1");
            }
            return Map.copyOf(all);
        }

        private Credential credential() {
            if (tokens != null) {
                return Credential.tokens(tokens);
            }
            if (needsTokens) {
                throw new IllegalArgumentException(
                        "expected a tokenSupplier, because AZURE_OPENAI_USE_ENTRA is true, found none");
            }
            if (apiKey == null) {
                return Credential.none();
            }
            return isAzure ? Credential.azureKey(apiKey) : Credential.bearer(apiKey);
        }
    }
}
