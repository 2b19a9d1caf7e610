package dev.parley.app;

import dev.parley.venue.PaymentLedger;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where payment requests are kept.
final class LedgerOption {
    @Option(names = "--database", paramLabel = "URL", description = "Where payment requests are kept, as a JDBC URL. Default: DATABASE_URL, else a file in"
            + " ~/.parley.")
    private @Nullable String url;

    /// What was said on the command line.
    Optional<String> given() {
        return Optional.ofNullable(url).map(DatabaseUrl::jdbc);
    }

    PaymentLedger open() {
        var chosen = url == null ? System.getenv("DATABASE_URL") : url;
        if (chosen != null && !chosen.isBlank()) {
            return PaymentLedger.open(DatabaseUrl.jdbc(chosen));
        }
        return PaymentLedger.open(home().resolve(".parley").resolve("venue"));
    }

    /// What the user's shell calls home; Java asks the password file instead, and they may differ.
    static Path home() {
        var home = System.getenv("HOME");
        return Path.of(home == null || home.isBlank() ? System.getProperty("user.home") : home);
    }
}
