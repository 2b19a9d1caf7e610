package dev.parley.gateway;

import dev.parley.gateway.GatewaySettings.RequestLog;
import dev.parley.realtime.FunctionTool;
import dev.parley.venue.ErrorCode;
import dev.parley.venue.Refusal;
import dev.parley.venue.Venue;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A venue's face over HTTP: tools, tokens, reports and a live stream (sections 3.2 and 3.11).
///
/// ```java
/// try (var venue = Venue.open(file, Venue.Options.DEFAULT); var gateway = Gateway.start(venue, GatewaySettings.DEFAULT)) {
///     System.out.println(gateway.uri());
/// }
/// ```
///
/// Thread-safe. Closing it finishes the requests that have begun, for at most two seconds; the venue stays open.
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Logger REQUESTS = LoggerFactory.getLogger("dev.parley.gateway.requests");
    private static final int MOST_CONVERSATIONS = 1_000;
    private static final String SERVED = "served";
    private static final Duration FINISH = Duration.ofMillis(1_500);
    private static final int ACCEPT_QUEUE = 1_024;
    private static final Duration SILENCE = Duration.ofSeconds(65);

    private final GatewaySettings settings;
    private final Statuses statuses;
    private final Doorman doorman;
    private final Meters meters;
    private final Conversations conversations;
    private final StreamApi streams;
    private final Underway underway = new Underway();
    private final List<Route> routes;
    private final Toolboxes toolboxes;
    private final Javalin server;

    private record Served(Route route, long began) {}

    private Gateway(Venue venue, GatewaySettings settings, InstantSource clock) {
        this.settings = settings;
        this.doorman = new Doorman(settings, clock);
        this.toolboxes = Toolboxes.of(venue, settings);
        this.meters = new Meters(definitions().stream().map(FunctionTool::name).collect(Collectors.toSet()), venue);
        this.conversations = new Conversations(MOST_CONVERSATIONS, clock);
        this.streams = new StreamApi(venue.feed());
        meters.gauge("parley.streams.open", streams::size);
        meters.gauge("parley.conversations", conversations::size);
        this.statuses = new Statuses(settings.errorStyle(), settings.missingKey());
        var answers = new Answers(statuses);
        this.routes = routes(venue, answers, clock);
        this.server = Javalin.create(config -> configure(config, answers));
    }

    /// Starts a gateway to `venue`.
    ///
    /// @throws GatewayException if it cannot listen where it should, or would let in whoever can reach it
    public static Gateway start(Venue venue, GatewaySettings settings) {
        requireKey(settings);
        var gateway = new Gateway(venue, settings, InstantSource.system());
        try {
            gateway.server.start();
        } catch (RuntimeException e) {
            gateway.close();
            var where = settings.listening();
            throw new GatewayException("expected to listen on " + where.host() + ":" + where.port() + ", found "
                    + rootMessage(e) + "; is another program using the port? Choose another, or 0 for any free one", e);
        }
        return gateway;
    }

    private static void requireKey(GatewaySettings settings) {
        if (settings.access().key().isEmpty() && !settings.listening().isLoopback()) {
            throw new GatewayException("expected a loopback address, or else an access key, found " + settings
                    .listening()
                    .host() + " and none: without a key the gateway lets everybody in, so it listens to this machine "
                    + "only; set PARLEY_ACCESS_KEY");
        }
    }

    private List<Route> routes(Venue venue, Answers answers, InstantSource clock) {
        var attempts = new Attempts(clock);
        var all = new ArrayList<Route>();
        all.addAll(new ToolApi(venue, toolboxes, conversations, meters, attempts, answers, clock).routes());
        all.addAll(new TokenApi(settings.tokens(), venue.menu().instructions(), clock).routes());
        all.addAll(streams.routes());
        all.addAll(new MenuApi(venue.menu()).routes());
        all.addAll(new SalesApi(venue.sales()).routes());
        all.addAll(new StockApi(venue, clock).routes());
        all.addAll(new StaffApi(venue.staff(), attempts).routes());
        all.addAll(new HealthApi(venue, meters, clock, this::description).routes());
        return List.copyOf(all);
    }

    private void configure(JavalinConfig config, Answers answers) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.concurrency.useVirtualThreads = true;
        config.http.prefer405over404 = true;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.jetty.addConnector(this::connector);
        doorman.addTo(config.routes);
        answers.addTo(config.routes);
        config.routes.after(this::log);
        routes.forEach(route -> config.routes.addHttpHandler(type(route), route.path(), handler(route)));
    }

    private ServerConnector connector(Server jetty, HttpConfiguration http) {
        http.setSendServerVersion(false);
        // Else a connection that has shown a key is let in with the same letters in another case.
        http.setHeaderCacheCaseSensitive(true);
        http.setRequestHeaderSize(16 * 1024);
        var connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
        connector.setHost(settings.listening().host());
        connector.setPort(settings.listening().port());
        connector.setIdleTimeout(SILENCE.toMillis());
        // The system resets who comes when its queue is full; the usual 50 are a small crowd.
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        return connector;
    }

    private static HandlerType type(Route route) {
        return switch (route.method()) {
            case GET -> HandlerType.GET;
            case POST -> HandlerType.POST;
        };
    }

    /// The route's own handler, for those who may, counted and timed. A stream is not waited for when closing.
    private Handler handler(Route route) {
        var isStream = route.contentType().equals("text/event-stream");
        return context -> {
            context.attribute(SERVED, new Served(route, System.nanoTime()));
            if (!underway.begin()) {
                throw new Refusal(ErrorCode.BUSY, "The gateway is closing; please try again in a moment.");
            }
            try {
                if (isStream) {
                    underway.end();
                }
                if (route.needsKey()) {
                    doorman.requireKey(context);
                }
                route.handler().handle(context);
            } finally {
                if (!isStream) {
                    underway.end();
                }
            }
        };
    }

    /// Once the answer is known, a failure's too.
    private void log(Context context) {
        Served served = context.attribute(SERVED);
        if (served == null) {
            return;
        }
        var route = served.route();
        var took = Duration.ofNanos(System.nanoTime() - served.began());
        meters.request(route, context.statusCode(), took);
        if (settings.requestLog() == RequestLog.ON) {
            REQUESTS.info("{} {} {} {} {} ms", Doorman.requestId(context), route.method(), route.path(), context
                    .statusCode(),
                    took.toMillis());
        }
    }

    List<Route> routes() {
        return routes;
    }

    private List<FunctionTool> definitions() {
        return toolboxes.usual().definitions();
    }

    String description() {
        return OpenApi.describe(routes, definitions(), statuses, uri().toString()).toString();
    }

    /// Where it answers, such as `http://127.0.0.1:3000`.
    public URI uri() {
        var host = settings.listening().host();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.port());
    }

    @Override
    public void close() {
        streams.close();
        if (!underway.finish(FINISH)) {
            LOG.warn("Closed before all requests were answered");
        }
        conversations.close();
        server.stop();
        meters.close();
    }

    private static String rootMessage(Throwable failure) {
        var root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
