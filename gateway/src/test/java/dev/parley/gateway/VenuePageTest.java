package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.venue.SampleVenue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The page about the venue does not promise what is not so.
@Timeout(60)
class VenuePageTest {
    private static final Pattern CURL = Pattern.compile(
            "curl -s (-X POST )?http://localhost:3000(\\S+)( -H 'Content-Type: application/json' -d '(.*)')?");

    @Test
    void everyCurlLineAnswersAsThePageSays() throws IOException {
        var lines = Files.readAllLines(Path.of("../docs/venue.md"));
        try (var gateway = new TestGateway()) {
            SampleVenue.load(gateway.venue, SampleVenue.Others.REFUSE);
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
            assertThat(run).isGreaterThan(15);
        }
    }
}
