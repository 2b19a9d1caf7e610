package dev.parley.app;

import dev.parley.venue.Venue;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which venue, and where it is kept.
final class VenueOption {
    @Option(names = "--database", paramLabel = "URL", description = "Where the venue is kept: a JDBC URL,"
            + " postgres://user:password@host/name, or a file. Default: DATABASE_URL, else a file in ~/.parley.")
    private @Nullable String url;

    /// @throws dev.parley.venue.DatabaseException if it cannot be opened, in one line
    Venue open(Map<String, String> environment) {
        var options = Venue.Options.DEFAULT;
        var id = environment.getOrDefault("VENUE_ID", "").strip();
        var name = environment.getOrDefault("VENUE_NAME", "").strip();
        try {
            options = id.isEmpty() ? options : options.withId(id);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed("VENUE_ID: " + e.getMessage(), e);
        }
        options = name.isEmpty() ? options : options.withName(name);
        var chosen = url == null ? environment.getOrDefault("DATABASE_URL", "") : url;
        if (chosen.isBlank()) {
            return Venue.open(LedgerOption.home().resolve(".parley").resolve("venue"), options);
        }
        var jdbc = DatabaseUrl.jdbc(chosen);
        return jdbc.matches("[a-z0-9+]{2,}:.*") ? Venue.open(jdbc, options) : Venue.open(Path.of(jdbc), options);
    }
}
