package dev.parley.emulator;

import dev.parley.media.Pcm;
import dev.parley.speech.Ears;
import io.javalin.Javalin;
import io.javalin.http.HttpStatus;
import io.javalin.websocket.WsConfig;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// A stand-in for the Realtime service: it hears, answers aloud and calls tools, as a [Scenario] tells it.
///
/// ```java
/// try (var emulator = Emulator.start(Scenario.load(path))) {
///     ... connect a client to emulator.uri() ...
///     assertThat(emulator.sessions().getFirst().received("response.create")).hasSize(1);
/// }
/// ```
///
/// Starts in milliseconds on any free port of the loopback interface. Thread-safe. Closing it ends its sessions with
/// close code 1001.
public final class Emulator implements AutoCloseable {
    private static final String PATH = "/v1/realtime";
    private static final int LARGEST_MESSAGE = 32 << 20;
    private static final int MOST_LOGS = 1_000;

    private final Settings settings;
    private final Javalin server;
    private final Map<String, SessionConnection> connections = new ConcurrentHashMap<>();
    private final ArrayDeque<SessionLog> logs = new ArrayDeque<>();
    private final RandomGenerator seeds;

    /// How an emulator is set up.
    ///
    /// @param scenario what it hears, says and calls
    /// @param host address to listen on
    /// @param port port to listen on; 0 for any free one
    /// @param seed of the ids it makes; two emulators with one seed make the same ids
    /// @param clock what time it is
    /// @param faculties what it hears, thinks and speaks with
    public record Settings(Scenario scenario, String host, int port, long seed, InstantSource clock,
            Faculties faculties) {
        /// On any free port of the loopback interface.
        public static Settings of(Scenario scenario) {
            return new Settings(scenario, "127.0.0.1", 0, new SecureRandom().nextLong(), InstantSource.system(),
                    Faculties.offline(scenario));
        }

        /// Without a scenario, see [Faculties#plain()]; on any free port of the loopback interface.
        public static Settings plain() {
            return of(Scenario.none()).withFaculties(Faculties.plain());
        }

        public Settings withAddress(String onHost, int onPort) {
            return new Settings(scenario, onHost, onPort, seed, clock, faculties);
        }

        public Settings withEars(Ears others) {
            return withFaculties(faculties.withEars(others));
        }

        public Settings withFaculties(Faculties others) {
            return new Settings(scenario, host, port, seed, clock, others);
        }
    }

    private Emulator(Settings settings) {
        this.settings = settings;
        this.seeds = RandomGeneratorFactory.of("L64X128MixRandom").create(settings.seed);
        this.server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.jetty.host = settings.host;
            config.jetty.port = settings.port;
            config.jetty.modifyWebSocketServletFactory(factory -> {
                factory.setMaxTextMessageSize(LARGEST_MESSAGE);
                factory.setIdleTimeout(Duration.ofMinutes(65));
            });
            config.routes.ws(PATH, this::serve);
            config.routes.get("/", context -> context.result(
                    "A stand-in for the Realtime service. Connect a WebSocket to " + PATH + "?model=gpt-realtime\n"));
            config.routes.error(HttpStatus.NOT_FOUND.getCode(), context -> context.json("{\"error\":{\"message\":"
                    + "\"Not found. The emulator answers on " + PATH + "\",\"type\":\"invalid_request_error\","
                    + "\"param\":null,\"code\":null}}"));
        });
    }

    /// Starts an emulator without a scenario on any free port; see [Faculties#plain()].
    public static Emulator start() {
        return start(Settings.plain());
    }

    /// Starts an emulator on any free port.
    public static Emulator start(Scenario scenario) {
        return start(Settings.of(scenario));
    }

    /// Starts an emulator.
    ///
    /// @throws EmulatorException if it cannot listen where it should
    public static Emulator start(Settings settings) {
        var emulator = new Emulator(settings);
        try {
            emulator.server.start();
        } catch (RuntimeException e) {
            emulator.close();
            throw new EmulatorException("cannot listen on " + settings.host + ":" + settings.port + ": " + rootMessage(
                    e)
                    + ". Is another program using the port? Choose another, or 0 for any free one.", e);
        }
        return emulator;
    }

    /// The base URL for clients, such as `http://127.0.0.1:40123/v1`.
    public URI uri() {
        var host = settings.host.contains(":") ? "[" + settings.host + "]" : settings.host;
        return URI.create("http://" + host + ":" + server.port() + "/v1");
    }

    /// What passed in each session so far, oldest session first.
    public List<SessionLog> sessions() {
        synchronized (logs) {
            return List.copyOf(logs);
        }
    }

    /// Forgets what passed so far, as between two tests. A session that still runs is forgotten too, and goes on.
    public void forgetSessions() {
        synchronized (logs) {
            logs.clear();
        }
    }

    /// Loads the ears now rather than at the first utterance.
    public void warmUp() {
        settings.faculties.ears().get().hear(Pcm.silence(16_000, Duration.ofMillis(500)));
    }

    /// Loses all connections without a word, as a crash does. The emulator goes on and takes new ones.
    public void cutConnections() {
        connections.values().forEach(SessionConnection::cut);
    }

    @Override
    public void close() {
        try (var goodbyes = Executors.newVirtualThreadPerTaskExecutor()) {
            connections.values()
                    .forEach(connection -> goodbyes.execute(
                            () -> connection.close(1001, "the emulator is shutting down")));
        }
        server.stop();
    }

    private void serve(WsConfig ws) {
        ws.onConnect(context -> {
            var model = context.queryParam("model");
            var ids = new Ids(nextRandom());
            var opening = EmulatedSession.Opening.of(Objects.requireNonNullElse(model, "gpt-realtime"));
            var session = new EmulatedSession(opening, ids, settings.scenario.pace(), settings.clock.instant());
            var connection = new SessionConnection(session, new JettyWire(context), settings.faculties,
                    settings.clock);
            remember(connection.log());
            connections.put(context.sessionId(), connection);
            connection.start();
        });
        ws.onMessage(context -> {
            var connection = connections.get(context.sessionId());
            if (connection != null) {
                connection.received(context.message());
            }
        });
        ws.onClose(context -> forget(context.sessionId()));
        ws.onError(context -> forget(context.sessionId()));
    }

    private void forget(String sessionId) {
        var connection = connections.remove(sessionId);
        if (connection != null) {
            connection.close();
        }
    }

    private void remember(SessionLog log) {
        synchronized (logs) {
            logs.add(log);
            if (logs.size() > MOST_LOGS) {
                logs.removeFirst();
            }
        }
    }

    private synchronized RandomGenerator nextRandom() {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seeds.nextLong());
    }

    private static String rootMessage(Throwable failure) {
        var root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return Objects.requireNonNullElse(root.getMessage(), root.getClass().getSimpleName());
    }
}
