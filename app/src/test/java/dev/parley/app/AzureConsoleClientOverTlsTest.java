package dev.parley.app;

import dev.parley.emulator.Emulator;
import dev.parley.emulator.Tls;
import dev.parley.realtime.RealtimeClient;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/// AZ-10: all that holds in the open holds over TLS.
class AzureConsoleClientOverTlsTest extends AzureConsoleClientTest {
    @TempDir
    private static Path folder;

    @Override
    Emulator.Settings settings() throws Exception {
        return super.settings().withTls(new Tls.LocalAuthority(folder.resolve("authority"), Optional.of(authority())));
    }

    @Override
    RealtimeClient.Builder trusting(RealtimeClient.Builder builder) {
        return builder.sslContext(TrustedAuthority.of(authority()));
    }

    private static Path authority() {
        return folder.resolve("ca.pem");
    }
}
