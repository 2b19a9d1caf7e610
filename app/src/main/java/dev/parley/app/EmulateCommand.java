package dev.parley.app;

import dev.parley.emulator.Emulator;
import dev.parley.emulator.Tls;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
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
        "         then point your client at", "         ws://127.0.0.1:3100/v1/realtime?model=gpt-realtime"})
final class EmulateCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--port", paramLabel = "N", defaultValue = "3100", description = "Port to listen on; 0 for any free"
            + " one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--host", paramLabel = "ADDRESS", defaultValue = "127.0.0.1", description = "Loopback address to"
            + " listen on. Default: ${DEFAULT-VALUE}.")
    private String host = "127.0.0.1";

    @Option(names = "--tls", description = "Serve https and wss instead of http and ws, with a certificate from a local"
            + " authority made on first use.")
    private boolean tls;

    @Option(names = "--ca-file", paramLabel = "FILE", description = "Where to write the local authority's certificate"
            + " for clients to trust, such as with NODE_EXTRA_CA_CERTS. Default: ${DEFAULT-VALUE}.", defaultValue = "ca.pem")
    private Path caFile = Path.of("ca.pem");

    @ArgGroup(exclusive = false)
    private @Nullable OwnCertificate own;

    /// The two come together or not at all.
    static final class OwnCertificate {
        @Option(names = "--certificate", paramLabel = "FILE", required = true, description = "Serve https and wss with"
                + " this certificate, as PEM.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private Path certificate;

        @Option(names = "--key", paramLabel = "FILE", required = true, description = "The certificate's private key, as"
                + " PEM.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private Path key;
    }

    @Mixin
    private ScenarioOption scenarioOption = new ScenarioOption();

    @Override
    public Integer call() throws InterruptedException {
        requirePort();
        requireLoopback();
        var settings = Emulator.Settings.of(scenarioOption.load()).withAddress(host, port);
        if (own != null) {
            settings = settings.withTls(Tls.own(own.certificate, own.key));
        } else if (tls) {
            settings = settings.withTls(Tls.localAuthority(caFile));
        }
        try (var emulator = Emulator.start(settings)) {
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

    private void requirePort() {
        if (port < 0 || port > 65_535) {
            throw mistake("expected a --port of 0 to 65535, found " + port);
        }
    }

    /// The emulator asks nobody for a key, so nobody else may reach it.
    private void requireLoopback() {
        try {
            if (!InetAddress.getByName(host).isLoopbackAddress()) {
                throw mistake("expected a loopback address for --host, found " + host
                        + ": the emulator lets everybody in, so it listens to this machine only");
            }
        } catch (UnknownHostException _) {
            throw mistake("expected an address for --host, found " + host);
        }
    }

    private ParameterException mistake(String what) {
        return new ParameterException(spec.commandLine(), what);
    }
}
