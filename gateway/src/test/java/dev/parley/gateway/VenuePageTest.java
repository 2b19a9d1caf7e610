package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.venue.SampleVenue;
import dev.parley.venue.Venue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The page about the venue does not promise what is not so.
@Timeout(180)
class VenuePageTest {
    private static final Pattern CURL = Pattern.compile(
            "curl -s (-X POST )?http://localhost:3000(\\S+)( -H 'Content-Type: application/json' -d '(.*)')?");

    /// What a restart must not change.
    private static final List<String> KEPT = List.of("/api/products", "/api/products/categories/list",
            "/api/orders?limit=100", "/api/tabs", "/api/inventory", "/api/events", "/api/reports/daily",
            "/api/realtime/tool-calls?sessionId=evening&limit=100");

    @TempDir
    private Path folder;

    @Test
    void everyCurlLineAnswersAsThePageSaysAndARestartKeepsItAll() throws IOException {
        Map<String, String> before;
        try (var gateway = open()) {
            SampleVenue.load(gateway.venue, SampleVenue.Others.REFUSE);
            assertThat(run(gateway, Files.readAllLines(Path.of("../docs/venue.md")))).isGreaterThan(60);
            assertThat(gateway.venue.check()).isEmpty();
            before = kept(gateway);
        }
        try (var gateway = open()) {
            assertThat(kept(gateway)).isEqualTo(before);
            assertThat(gateway.venue.check()).isEmpty();
        }
    }

    private TestGateway open() {
        return new TestGateway(Venue.open(folder.resolve("venue"), Venue.Options.DEFAULT), settings -> settings);
    }

    private static Map<String, String> kept(TestGateway gateway) {
        return KEPT.stream().collect(Collectors.toMap(path -> path, path -> gateway.get(path).text()));
    }

    /// How many lines were run.
    private static int run(TestGateway gateway, List<String> lines) {
        var run = 0;
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            if (!line.startsWith("curl ")) {
                continue;
            }
            var curl = CURL.matcher(line);
            assertThat(curl.matches()).as(line).isTrue();
            var reply = gateway.send(curl.group(1) == null ? "GET" : "POST", curl.group(2), curl.group(4));
            assertThat(lines.get(i + 1)).startsWith("# => ");
            assertThat(reply.text()).as(line).contains(lines.get(i + 1).substring(5));
            run++;
        }
        return run;
    }
}
