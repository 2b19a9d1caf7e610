package dev.parley.app;

import dev.parley.emulator.Emulator;
import dev.parley.gateway.Gateway;
import dev.parley.gateway.GatewaySettings;
import dev.parley.gateway.GatewaySettings.Access;
import dev.parley.gateway.GatewaySettings.ErrorStyle;
import dev.parley.gateway.GatewaySettings.MissingKey;
import dev.parley.gateway.GatewaySettings.RequestLog;
import dev.parley.gateway.GatewaySettings.Tokens;
import dev.parley.realtime.RealtimeCalls;
import dev.parley.realtime.RealtimeClient;
import dev.parley.venue.Refusal;
import dev.parley.venue.SampleVenue;
import dev.parley.venue.ToolSet;
import dev.parley.venue.Venue;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `parley serve`: the venue over HTTP.
@Command(name = "serve", description = "Serves the venue's tools, tokens and stream over HTTP.", mixinStandardHelpOptions = true, footer = {
        "", "Example: parley serve --sample", "         then: curl http://127.0.0.1:3000/api/realtime/tools", "",
        "Settings come from the environment, .env.local and .env: PORT, FRONTEND_URL, VENUE_ID, VENUE_NAME,"
                + " DATABASE_URL, PARLEY_ACCESS_KEY, PARLEY_MANAGER_KEY, OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL,"
                + " AZURE_OPENAI_*. With PARLEY_MANAGER_KEY beside PARLEY_ACCESS_KEY, requests that show it need no"
                + " manager's PIN for voids, discounts, price changes and large losses; all others do."})
final class ServeCommand implements Callable<Integer> {
    /// Held, since java.util.logging forgets the level of a logger that nobody holds.
    private static final Logger REQUESTS = Logger.getLogger("dev.parley.gateway.requests");
    private static final String DEFAULT_PORT = "3000";
    private static final String DEFAULT_MODEL = "gpt-realtime-2.1";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--port", paramLabel = "N", description = "Port to listen on; 0 for any free one. Default: PORT, else"
            + " 3000.")
    private @Nullable String port;

    @Option(names = "--host", paramLabel = "ADDRESS", defaultValue = "127.0.0.1", description = "Address to listen on; one"
            + " that other machines reach needs an access key in PARLEY_ACCESS_KEY. Default: ${DEFAULT-VALUE}.")
    private String host = "127.0.0.1";

    @Option(names = "--sample", description = "Fill an empty venue with 65 drinks first, to try things out.")
    private boolean sample;

    @Option(names = "--rate-limit", paramLabel = "N", description = "Requests a second granted to each address. Default:"
            + " 50 where other machines can reach it, else as many as they like.")
    private @Nullable Integer rateLimit;

    @Option(names = "--error-style", paramLabel = "STYLE", defaultValue = "precise", description = "precise, or reference"
            + " for the status numbers of the original backend. Default: ${DEFAULT-VALUE}.")
    private ErrorStyle errorStyle = ErrorStyle.PRECISE;

    @Option(names = "--missing-key", paramLabel = "STATUS", defaultValue = "unauthorized", description = "Status of a"
            + " request for a token without a key of a service: unauthorized (401), or unavailable (503). Default:"
            + " ${DEFAULT-VALUE}.")
    private MissingKey missingKey = MissingKey.UNAUTHORIZED;

    @Option(names = "--token-model", paramLabel = "NAME", description = "A model that pages may ask for besides the usual"
            + " one; may be repeated.")
    private List<String> models = new ArrayList<>();

    @Option(names = "--callers-instructions", description = "Let pages give the model instructions of their own.")
    private boolean callersInstructions;

    @Option(names = "--no-emulator", description = "With no key of a service, make no tokens instead of using the"
            + " emulator.")
    private boolean noEmulator;

    @Option(names = "--extra-tools", description = "List the tools beyond the thirty of the original too.")
    private boolean extraTools;

    @Option(names = "--dry-run", description = "Start, and end at once: whether the settings are right.")
    private boolean dryRun;

    @Option(names = "--request-log", description = "Log each request: its route, status and time, nothing it holds.")
    private boolean requestLog;

    @Mixin
    private VenueOption venueOption = new VenueOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var environment = DotEnv.here();
        // Before anything is opened, so that what is wrong is told as it is.
        var settings = settings(environment);
        var service = service(environment);
        var stop = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        try (var standIn = service.isEmpty() && !noEmulator ? new StandIn() : null;
                var calls = service.map(RealtimeClient.Builder::calls).orElse(null);
                var venue = venueOption.open(environment)) {
            if (sample) {
                loadSample(venue);
            }
            var tokens = calls != null
                    ? Tokens.from(calls, models(environment))
                    : standIn != null ? Tokens.from(standIn::calls, models(environment)) : settings.tokens();
            if (callersInstructions) {
                tokens = tokens.withInstructions(Tokens.Instructions.CALLERS);
            }
            try (var gateway = Gateway.start(venue, settings.withTokens(tokens))) {
                Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
                    stop.countDown();
                    await(done);
                }));
                System.out.println(gateway.uri());
                System.out.flush();
                if (standIn != null) {
                    System.out.println("No OPENAI_API_KEY or AZURE_OPENAI_*: tokens are for the emulator at " + standIn
                            .start());
                } else if (calls == null) {
                    System.out.println("No OPENAI_API_KEY or AZURE_OPENAI_*: no tokens for browsers.");
                }
                System.out.flush();
                if (!dryRun) {
                    stop.await();
                }
            }
        } finally {
            done.countDown();
        }
        return 0;
    }

    /// The emulator, which starts once the venue is served or a token is wanted. Speaks both dialects, since pages may ask
    /// for tokens of either.
    private static final class StandIn implements AutoCloseable {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable Started started;

        private record Started(Emulator emulator, RealtimeCalls calls) {}

        /// @return its address
        URI start() {
            return started().emulator.uri();
        }

        RealtimeCalls calls() {
            return started().calls;
        }

        private Started started() {
            lock.lock();
            try {
                if (started == null) {
                    var emulator = Emulator.start(Emulator.Settings.plain()
                            .withAccess(dev.parley.emulator.Access.OPEN.withBeta(
                                    dev.parley.emulator.Access.Beta.SPOKEN)));
                    started = new Started(emulator, RealtimeClient.builder()
                            .baseUrl(emulator.uri())
                            .apiKey("emulator")
                            .calls());
                }
                return started;
            } finally {
                lock.unlock();
            }
        }

        /// Once nobody asks for it any more.
        @Override
        public void close() {
            if (started != null) {
                started.calls.close();
                started.emulator.close();
            }
        }
    }

    /// Into a venue that is empty, or has it already.
    private static void loadSample(Venue venue) {
        try {
            SampleVenue.load(venue, SampleVenue.Others.REFUSE);
        } catch (Refusal refusal) {
            throw new CommandFailed("--sample: " + refusal.sentence(), refusal);
        }
    }

    private static void await(CountDownLatch done) {
        try {
            var _ = done.await(3, java.util.concurrent.TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private GatewaySettings settings(Map<String, String> environment) {
        if (requestLog) {
            REQUESTS.setLevel(Level.INFO);
        }
        var settings = GatewaySettings.DEFAULT.withAddress(host, port(environment))
                .withErrorStyle(errorStyle)
                .withMissingKey(missingKey)
                .withRequestLog(requestLog ? RequestLog.ON : RequestLog.OFF)
                .withTools(extraTools ? ToolSet.EXTENDED : ToolSet.REFERENCE);
        var access = Access.OPEN.withOrigins(origins(environment));
        var key = environment.getOrDefault("PARLEY_ACCESS_KEY", "");
        var managerKey = environment.getOrDefault("PARLEY_MANAGER_KEY", "");
        try {
            if (!key.isBlank()) {
                access = access.withKey(key);
            } else if (!managerKey.isBlank()) {
                throw mistake("expected PARLEY_ACCESS_KEY, the key of staff, beside PARLEY_MANAGER_KEY, found none");
            }
            if (!managerKey.isBlank()) {
                access = access.withManagerKey(managerKey);
            }
            if (rateLimit != null) {
                access = access.withRequestsPerSecond(rateLimit);
            } else if (!host.matches("localhost|127\\..*|::1")) {
                access = access.withRequestsPerSecond(50);
            }
        } catch (IllegalArgumentException e) {
            throw mistake(String.valueOf(e.getMessage()));
        }
        return settings.withAccess(access);
    }

    private int port(Map<String, String> environment) {
        var text = port == null ? environment.getOrDefault("PORT", DEFAULT_PORT).strip() : port;
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
            throw mistake("expected a port of 0 to 65535 in " + (port == null ? "PORT" : "--port") + ", found " + text);
        }
        return Integer.parseInt(text);
    }

    /// Scheme, host and port of `FRONTEND_URL`, which may name several, with commas between them.
    private Set<String> origins(Map<String, String> environment) {
        var origins = new LinkedHashSet<String>();
        for (var url : environment.getOrDefault("FRONTEND_URL", "").split(",", -1)) {
            if (url.isBlank()) {
                continue;
            }
            try {
                var uri = URI.create(url.strip());
                if (uri.getHost() == null || !String.valueOf(uri.getScheme()).matches("https?")) {
                    throw new IllegalArgumentException("no address of a page");
                }
                origins.add(uri.getScheme() + "://" + uri.getRawAuthority());
            } catch (IllegalArgumentException _) {
                throw mistake("expected an address such as https://bar.example.com in FRONTEND_URL, found " + url
                        .strip());
            }
        }
        return origins;
    }

    private String[] models(Map<String, String> environment) {
        var all = new LinkedHashSet<String>();
        var azure = environment.getOrDefault("AZURE_OPENAI_DEPLOYMENT", "").strip();
        var usual = environment.getOrDefault("OPENAI_MODEL", "").strip();
        var isAzure = !environment.getOrDefault("AZURE_OPENAI_ENDPOINT", "").isBlank();
        all.add(isAzure && !azure.isEmpty() ? azure : usual.isEmpty() ? DEFAULT_MODEL : usual);
        all.addAll(models);
        return all.toArray(String[]::new);
    }

    /// The service that the environment names; empty when it names none.
    private Optional<RealtimeClient.Builder> service(Map<String, String> environment) {
        try {
            return new ServiceOption().client(environment);
        } catch (IllegalArgumentException e) {
            throw mistake(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException mistake(String what) {
        return new ParameterException(spec.commandLine(), what);
    }
}
