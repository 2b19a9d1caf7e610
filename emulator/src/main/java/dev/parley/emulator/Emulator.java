package dev.parley.emulator;

import dev.parley.media.Pcm;
import dev.parley.realtime.Close;
import dev.parley.speech.Ears;
import io.javalin.Javalin;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import javax.net.ssl.SSLContext;

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
    private static final String GREETING = "A stand-in for the Realtime service. Connect a WebSocket to"
            + " /v1/realtime?model=gpt-realtime\n";

    /// A frame with 100 ms of audio fits. Jetty gives it back while nothing is to be read.
    private static final int INPUT_BUFFER = 16 << 10;

    private final Settings settings;
    private final Javalin server;
    private final FaultPlan faults = new FaultPlan();
    private final Sessions sessions = new Sessions();
    private final Calls calls;
    private final RandomGenerator seeds;
    private final Optional<SSLContext> trust;

    /// How an emulator is set up.
    ///
    /// @param scenario what it hears, says and calls
    /// @param faculties what it hears, thinks and speaks with
    /// @param listening where it listens
    /// @param access who may come in, and what they may ask for
    /// @param limits what it puts up with
    /// @param webRtc how it meets those who call over WebRTC
    /// @param conduct how it behaves
    public record Settings(Scenario scenario, Faculties faculties, Listening listening, Access access, Limits limits,
            WebRtc webRtc, Conduct conduct) {
        /// On any free port of the loopback interface.
        public static Settings of(Scenario scenario) {
            return new Settings(scenario, Faculties.offline(scenario), Listening.LOOPBACK, Access.OPEN, Limits.USUAL,
                    WebRtc.USUAL, new Conduct(Strictness.STRICT, Timekeeper.system(), new SecureRandom().nextLong()));
        }

        /// Without a scenario, see [Faculties#plain()]; on any free port of the loopback interface.
        public static Settings plain() {
            return of(Scenario.none()).withFaculties(Faculties.plain());
        }

        public Settings withAddress(String host, int port) {
            return with(listening.withAddress(host, port));
        }

        /// With https and wss instead of http and ws.
        public Settings withTls(Tls tls) {
            return with(listening.withTls(tls));
        }

        public Settings withEars(Ears others) {
            return withFaculties(faculties.withEars(others));
        }

        public Settings withFaculties(Faculties others) {
            return new Settings(scenario, others, listening, access, limits, webRtc, conduct);
        }

        public Settings withAccess(Access other) {
            return new Settings(scenario, faculties, listening, other, limits, webRtc, conduct);
        }

        public Settings withLimits(Limits others) {
            return new Settings(scenario, faculties, listening, access, others, webRtc, conduct);
        }

        public Settings withWebRtc(WebRtc other) {
            return new Settings(scenario, faculties, listening, access, limits, other, conduct);
        }

        public Settings withStrictness(Strictness other) {
            return with(new Conduct(other, conduct.time, conduct.seed));
        }

        /// With a time that can be moved by hand, or that starts elsewhere.
        public Settings withTime(Timekeeper other) {
            return with(new Conduct(conduct.strictness, other, conduct.seed));
        }

        /// Two emulators with one seed make the same ids.
        public Settings withSeed(long other) {
            return with(new Conduct(conduct.strictness, conduct.time, other));
        }

        private Settings with(Listening other) {
            return new Settings(scenario, faculties, other, access, limits, webRtc, conduct);
        }

        private Settings with(Conduct other) {
            return new Settings(scenario, faculties, listening, access, limits, webRtc, other);
        }
    }

    /// How an emulator behaves.
    ///
    /// @param strictness how much it forgives
    /// @param time what time it is
    /// @param seed of the ids it makes
    public record Conduct(Strictness strictness, Timekeeper time, long seed) {}

    /// What an emulator puts up with.
    ///
    /// @param messageBytes the largest message it takes; a larger one ends the connection with close code 1009
    /// @param bodyBytes the largest body of a request it takes
    /// @param patience how long a client may take to read an event before it is given up on
    public record Limits(int messageBytes, int bodyBytes, Duration patience) {
        /// An event with 15 MiB of audio fits.
        public static final Limits USUAL = new Limits(32 << 20, 1 << 20, Duration.ofSeconds(30));

        public Limits {
            if (messageBytes < 1 || bodyBytes < 1 || patience.isNegative() || patience.isZero()) {
                throw new IllegalArgumentException("expected limits above 0, found " + messageBytes + ", " + bodyBytes
                        + " and " + patience);
            }
        }

        /// Where reading a message is broken off. Up to here a message that is too large is read to its end, so that
        /// the client reads the close code; beyond, the connection is reset while it sends, and it may not.
        int hardMessageBytes() {
            return (int) Math.min(Integer.MAX_VALUE, 4L * messageBytes);
        }

        public Limits withMessageBytes(int most) {
            return new Limits(most, bodyBytes, patience);
        }

        public Limits withPatience(Duration most) {
            return new Limits(messageBytes, bodyBytes, most);
        }
    }

    /// Where an emulator listens, and how.
    ///
    /// @param host address to listen on
    /// @param port port to listen on; 0 for any free one
    /// @param tls for https and wss; empty for http and ws
    public record Listening(String host, int port, Optional<Tls> tls) {
        static final Listening LOOPBACK = new Listening("127.0.0.1", 0, Optional.empty());

        Listening withAddress(String onHost, int onPort) {
            return new Listening(onHost, onPort, tls);
        }

        Listening withTls(Tls other) {
            return new Listening(host, port, Optional.of(other));
        }

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    private Emulator(Settings settings) {
        this.settings = settings;
        this.seeds = RandomGeneratorFactory.of("L64X128MixRandom").create(settings.conduct.seed);
        settings.scenario.faults().forEach(faults::add);
        this.calls = new Calls(settings, faults, sessions, this::newIds);
        var models = new Models(settings.access.models(), settings.access.beta());
        var secrets = new ClientSecrets();
        var doorkeeper = new Doorkeeper(settings.access, models, secrets, settings.conduct.strictness);
        // Before anything is listened on, so that what is wrong is told as it is.
        var identity = settings.listening.tls.map(tls -> Connectors.identity(tls, settings.listening.host,
                settings.conduct.time.instant()));
        this.trust = identity.map(Certificates.Identity::trust);
        this.server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.concurrency.useVirtualThreads = true;
            config.http.prefer405over404 = true;
            config.http.maxRequestSize = settings.limits.bodyBytes;
            config.jetty.addConnector((jetty, http) -> Connectors.listening(settings.listening, identity, jetty,
                    http));
            var reception = new Reception(settings, doorkeeper, faults, sessions, calls, this::newIds);
            config.jetty.modifyWebSocketServletFactory(factory -> {
                factory.setIdleTimeout(Duration.ofMinutes(65));
                factory.setInputBufferSize(INPUT_BUFFER);
                reception.addTo(factory);
            });
            new HttpManners(settings.access.origins(), faults, this::nextRandom).addTo(config.routes);
            reception.addTo(config.routes);
            var rest = new RestApi(settings, doorkeeper, models, secrets, this::newIds);
            rest.addTo(config.routes);
            new CallsApi(settings, doorkeeper, rest, faults, sessions, calls).addTo(config.routes);
            new ControlApi(faults, sessions, calls, this::inject).addTo(config.routes);
            config.routes.get("/", context -> context.result(GREETING));
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
        requireKeys(settings);
        var emulator = new Emulator(settings);
        try {
            emulator.server.start();
        } catch (RuntimeException e) {
            emulator.close();
            throw new EmulatorException("cannot listen on " + settings.listening + ": " + rootMessage(e)
                    + ". Is another program using the port? Choose another, or 0 for any free one.", e);
        }
        return emulator;
    }

    /// Whoever reaches the emulator from another machine must show a key.
    private static void requireKeys(Settings settings) {
        var host = settings.listening.host;
        try {
            if (settings.access.keys().isEmpty() && !InetAddress.getByName(host).isLoopbackAddress()) {
                throw new EmulatorException("expected a loopback address, or else keys that are accepted, found "
                        + host + " and none: the emulator lets everybody in, so it listens to this machine only");
            }
        } catch (UnknownHostException e) {
            throw new EmulatorException("expected an address of this machine to listen on, found " + host, e);
        }
    }

    /// The base URL for clients, such as `http://127.0.0.1:40123/v1`.
    public URI uri() {
        var host = settings.listening.host;
        return URI.create((settings.listening.tls.isPresent() ? "https://" : "http://") + (host.contains(":")
                ? "[" + host + "]"
                : host) + ":" + server.port() + "/v1");
    }

    /// What a client of Java trusts this emulator by; empty when it speaks no TLS.
    public Optional<SSLContext> sslContext() {
        return trust;
    }

    /// Who was not let in so far, oldest first.
    public List<TurnedAway> turnedAway() {
        return sessions.turnedAway();
    }

    /// What passed in each session so far, oldest session first.
    public List<SessionLog> sessions() {
        return sessions.logs();
    }

    /// Has something go wrong, now or when its moment comes.
    public void inject(PlannedFault planned) {
        if (planned.when() instanceof When.Now) {
            sessions.inject(planned.fault());
        } else {
            faults.add(planned);
        }
    }

    /// Forgets what passed so far, as between two tests. A session that still runs is forgotten too, and goes on.
    public void forgetSessions() {
        sessions.forget();
    }

    /// Forgets the faults that are still to come.
    public void clearFaults() {
        faults.clear();
    }

    /// The faults that are still to come.
    public List<PlannedFault> faults() {
        return faults.planned();
    }

    /// Loads the ears now rather than at the first utterance.
    public void warmUp() {
        settings.faculties.ears().get().hear(Pcm.silence(16_000, Duration.ofMillis(500)));
    }

    /// Loses all connections without a word, as a crash does. The emulator goes on and takes new ones.
    public void cutConnections() {
        sessions.cutAll();
    }

    @Override
    public void close() {
        sessions.closeAll(new Close(Close.GOING_AWAY, "the emulator is shutting down"));
        server.stop();
        calls.close();
        settings.faculties.release().run();
    }

    private Ids newIds() {
        return new Ids(RandomGeneratorFactory.of("L64X128MixRandom").create(nextRandom()));
    }

    private synchronized long nextRandom() {
        return seeds.nextLong();
    }

    private static String rootMessage(Throwable failure) {
        var root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return Objects.requireNonNullElse(root.getMessage(), root.getClass().getSimpleName());
    }
}
