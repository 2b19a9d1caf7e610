package dev.parley.bench.load;

import dev.parley.gateway.Gateway;
import dev.parley.gateway.GatewaySettings;
import dev.parley.venue.SampleVenue;
import dev.parley.venue.Venue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The venue with its gateway as a process of its own, on the sample menu.
///
/// The first line it prints is its address. Then it answers questions by lines: `usage` of the process after a collection,
/// `check` for how many rules the database breaks. It ends with its input.
final class VenueService {
    private static final Logger QUIET = Logger.getLogger("");

    private VenueService() {}

    /// Opens the venue, serves it, and tells its address.
    ///
    /// @param args JDBC URL of the database
    public static void main(String... args) throws IOException {
        QUIET.setLevel(Level.WARNING);
        try (var venue = Venue.open(args[0], Venue.Options.DEFAULT);
                var questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            SampleVenue.load(venue, SampleVenue.Others.REFUSE);
            try (var gateway = Gateway.start(venue, GatewaySettings.DEFAULT)) {
                System.out.println(gateway.uri());
                for (var question = questions.readLine(); question != null; question = questions.readLine()) {
                    System.out.println(switch (question) {
                        case "usage" -> Figures.none()
                                .with("cpu", ThisProcess.cpuNanos())
                                .with("heap", ThisProcess.liveHeap())
                                .toLine();
                        case "check" -> Figures.none().with("findings", venue.check().size()).toLine();
                        default -> throw new IllegalArgumentException("expected usage or check, found " + question);
                    });
                }
            }
        }
    }
}
