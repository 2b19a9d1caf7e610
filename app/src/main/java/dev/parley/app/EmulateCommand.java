package dev.parley.app;

import dev.parley.emulator.Access;
import dev.parley.emulator.Emulator;
import dev.parley.emulator.Faculties;
import dev.parley.emulator.PlannedFault;
import dev.parley.emulator.Scenario;
import dev.parley.emulator.Strictness;
import dev.parley.emulator.Tls;
import dev.parley.emulator.WebRtc;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `parley emulate`: the stand-in alone, for clients in any language.
@Command(name = "emulate", description = "A stand-in for the Realtime service that any client in any language can connect to.", mixinStandardHelpOptions = true, footer = {
        "", "Example: parley emulate --port 3100",
        "         then point your client at", "         ws://127.0.0.1:3100/v1/realtime?model=gpt-realtime",
        "Example: parley emulate --tls --ca-file ca.pem --fault http:429@connect",
        "         then start a Node client with NODE_EXTRA_CA_CERTS=ca.pem"})
final class EmulateCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--port", paramLabel = "N", defaultValue = "3100", description = "Port to listen on; 0 for any free"
            + " one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--host", paramLabel = "ADDRESS", defaultValue = "127.0.0.1", description = "Address to listen on;"
            + " one that other machines reach needs an --api-key. Default: ${DEFAULT-VALUE}.")
    private String host = "127.0.0.1";

    @ArgGroup(heading = "Encryption:%n", validate = false)
    private Encryption encryption = new Encryption();

    /// What it shows its clients.
    static final class Encryption {
        @Option(names = "--tls", description = "Serve https and wss instead of http and ws, with a certificate from a"
                + " local authority made on first use.")
        private boolean tls;

        @Option(names = "--ca-file", paramLabel = "FILE", description = "With --tls: where to write the local"
                + " authority's certificate for clients to trust. Default: ca.pem.")
        private @Nullable Path caFile;

        @Option(names = "--authority", paramLabel = "FOLDER", description = "With --tls: where the local authority is"
                + " kept with its key. Default: .parley in your home folder.")
        private @Nullable Path authority;

        @Option(names = "--certificate", paramLabel = "FILE", description = "Serve https and wss with this"
                + " certificate, as PEM.")
        private @Nullable Path certificate;

        @Option(names = "--key", paramLabel = "FILE", description = "The private key of --certificate, as PEM.")
        private @Nullable Path key;
    }

    @ArgGroup(heading = "Calls over WebRTC:%n", validate = false)
    private Calls calls = new Calls();

    /// How those are met who call over WebRTC.
    static final class Calls {
        @Option(names = "--webrtc-host", paramLabel = "ADDRESS", description = "Address of this machine that calls come"
                + " in on, each on a UDP port of its own. Default: that of --host.")
        private @Nullable String host;

        @Option(names = "--webrtc-advertise", paramLabel = "ADDRESS", description = "Address that callers are told"
                + " instead, where a translator or a container's host maps it to this machine port by port.")
        private @Nullable String advertised;

        @Option(names = "--webrtc-ice-lite", description = "Leave finding the way to the caller, as a media server with"
                + " a public address does.")
        private boolean iceLite;

        @Option(names = "--webrtc-calls", paramLabel = "N", description = "Calls at a time; one more is refused with"
                + " status 429. Default: 100.")
        private @Nullable Integer most;
    }

    @Option(names = "--api-key", paramLabel = "KEY", description = "A key that is accepted; may be repeated. Default:"
            + " any key is.")
    private List<String> apiKeys = new ArrayList<>();

    @Option(names = "--model", paramLabel = "NAME", description = "A model besides the service's; may be repeated.")
    private List<String> models = new ArrayList<>();

    @Option(names = "--origin", paramLabel = "URL", description = "Origin of web pages that may use it besides those of"
            + " this machine; may be repeated.")
    private List<String> origins = new ArrayList<>();

    @Option(names = "--beta", description = "Speak the beta dialect with clients that ask for it.")
    private boolean beta;

    @Option(names = "--lenient", description = "Forgive what the service does not: unknown fields and models.")
    private boolean lenient;

    @Option(names = "--pace", paramLabel = "TIMES", description = "How many times faster than real time answers are"
            + " sent; 0 sends them at once. Default: the scenario's, or 5.")
    private @Nullable Double pace;

    @Option(names = "--fault", paramLabel = "FAULT", description = "Something that goes wrong, such as"
            + " drop@sent:response.output_audio.delta:3, http:429@connect or stall:2s@received:response.create; a * at"
            + " the end for every time. JSON is understood too. May be repeated.")
    private List<String> faults = new ArrayList<>();

    @Option(names = "--scenario", paramLabel = "FILE", description = "What the model hears, says and calls: a file, or"
            + " payment-desk for the one that comes along. Default: none; it then calls the function that fits the words,"
            + " says what that answered, and repeats what it is asked to repeat.")
    private @Nullable Path scenario;

    @Mixin
    private FacultiesOption facultiesOption = new FacultiesOption();

    @Override
    public Integer call() throws InterruptedException {
        requirePort();
        requireLoopbackOrKey();
        var planned = faults.stream().map(this::fault).toList();
        try (var emulator = Emulator.start(settings())) {
            planned.forEach(emulator::inject);
            var stop = new CountDownLatch(1);
            var hook = Thread.ofPlatform().name("shutdown").unstarted(emulator::close);
            Runtime.getRuntime().addShutdownHook(hook);
            System.out.println(emulator.uri());
            System.out.flush();
            emulator.warmUp();
            stop.await();
        }
        return 0;
    }

    private Emulator.Settings settings() {
        var tls = tls();
        var access = access();
        var played = played();
        var faculties = scenario == null ? Faculties.plain() : Faculties.offline(played);
        var settings = Emulator.Settings.of(pace == null ? played : played.withPace(requirePace(pace)))
                .withFaculties(facultiesOption.apply(faculties, System::getenv))
                .withAddress(host, port)
                .withAccess(access)
                .withWebRtc(webRtc())
                .withStrictness(lenient ? Strictness.LENIENT : Strictness.STRICT);
        return tls == null ? settings : settings.withTls(tls);
    }

    private Scenario played() {
        if (scenario == null) {
            return Scenario.none();
        }
        return scenario.toString().equals("payment-desk") ? Scenario.paymentDesk() : Scenario.load(scenario);
    }

    private Access access() {
        if (apiKeys.stream().anyMatch(String::isBlank)) {
            throw mistake("expected a key for --api-key, found an empty one");
        }
        return Access.OPEN.withKeys(apiKeys)
                .withModels(models)
                .withOrigins(origins)
                .withBeta(beta ? Access.Beta.SPOKEN : Access.Beta.REFUSED);
    }

    private @Nullable Tls tls() {
        var certificate = encryption.certificate;
        var key = encryption.key;
        if (certificate != null && key != null) {
            if (encryption.caFile != null) {
                throw mistake("expected either --ca-file or --certificate, found both: a certificate of your own has an"
                        + " authority of its own");
            }
            return Tls.own(certificate, key);
        }
        if (certificate != null || key != null) {
            throw mistake("expected --certificate and --key together, found only "
                    + (certificate == null ? "--key" : "--certificate"));
        }
        if (encryption.tls) {
            var caFile = encryption.caFile == null ? Path.of("ca.pem") : encryption.caFile;
            return encryption.authority == null
                    ? Tls.localAuthority(caFile)
                    : new Tls.LocalAuthority(encryption.authority, Optional.of(caFile));
        }
        if (encryption.caFile != null || encryption.authority != null) {
            throw mistake("expected --tls with --ca-file or --authority, found no --tls");
        }
        return null;
    }

    private WebRtc webRtc() {
        var settings = WebRtc.USUAL.withIce(calls.iceLite ? WebRtc.Ice.LITE : WebRtc.Ice.FULL);
        if (calls.host != null) {
            settings = settings.withAddress(address("--webrtc-host", calls.host));
        }
        if (calls.advertised != null) {
            settings = settings.withAdvertised(address("--webrtc-advertise", calls.advertised));
        }
        if (calls.most != null) {
            if (calls.most < 0) {
                throw mistake("expected --webrtc-calls of 0 or more, found " + calls.most);
            }
            settings = settings.withMostCalls(calls.most);
        }
        return settings;
    }

    private InetAddress address(String option, String name) {
        try {
            return InetAddress.getByName(name);
        } catch (UnknownHostException _) {
            throw mistake("expected an address for " + option + ", found " + name);
        }
    }

    private PlannedFault fault(String line) {
        try {
            return PlannedFault.parse(line);
        } catch (IllegalArgumentException e) {
            throw mistake("--fault " + line + ": " + e.getMessage());
        }
    }

    private double requirePace(double times) {
        if (!(times >= 0) || Double.isInfinite(times)) {
            throw mistake("expected a --pace of 0 or more, found " + times);
        }
        return times;
    }

    private void requirePort() {
        if (port < 0 || port > 65_535) {
            throw mistake("expected a --port of 0 to 65535, found " + port);
        }
    }

    /// Nobody else may reach an emulator that asks for no key.
    private void requireLoopbackOrKey() {
        try {
            if (apiKeys.isEmpty() && !InetAddress.getByName(host).isLoopbackAddress()) {
                throw mistake("expected a loopback address for --host, found " + host
                        + ": without --api-key the emulator lets everybody in, so it listens to this machine only");
            }
        } catch (UnknownHostException _) {
            throw mistake("expected an address for --host, found " + host);
        }
    }

    private ParameterException mistake(String what) {
        return new ParameterException(spec.commandLine(), what);
    }
}
