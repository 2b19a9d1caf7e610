package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.venue.SampleVenue;
import dev.parley.venue.ToolSet;
import dev.parley.venue.Venue;
import java.time.Duration;
import java.time.LocalDate;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// 200 sessions that call tools at random, briefly. For longer, and on a database that is looked at afterwards:
///
/// ```
/// mvn -pl gateway -am test -Dtest=RandomEveningTest -Dsurefire.failIfNoSpecifiedTests=false \
///     -Dparley.evening.seconds=60 -Dparley.evening.database=jdbc:h2:file:/tmp/evening
/// ./parley venue check --database jdbc:h2:file:/tmp/evening
/// ```
@Timeout(600)
class RandomEveningTest {
    private static final int SESSIONS = 200;

    @Test
    void twoHundredSessionsAtRandomBreakNoRule() throws Exception {
        var length = Duration.ofSeconds(Integer.getInteger("parley.evening.seconds", 3));
        var database = System.getProperty("parley.evening.database", "jdbc:h2:mem:evening-" + UUID.randomUUID());
        var seed = Long.getLong("parley.evening.seed", System.nanoTime());

        try (var venue = Venue.open(database, Venue.Options.DEFAULT);
                var gateway = Gateway.start(venue, GatewaySettings.DEFAULT.withTools(ToolSet.EXTENDED))) {
            SampleVenue.load(venue, SampleVenue.Others.REFUSE);
            venue.events().create("evening", "Wedding", LocalDate.of(2027, 6, 5));
            venue.events().create("evening", "Party", LocalDate.of(2027, 6, 6));
            var outcome = RandomEvening.at(gateway.uri(), SESSIONS, length, seed);
            System.out.println(SESSIONS + " sessions at random for " + length.toSeconds() + " s, seed " + seed + ": "
                    + outcome.calls() + " calls, p99 " + outcome.p99() + " ms, " + outcome.endings());

            assertThat(outcome.wrong()).as("seed " + seed).isEmpty();
            assertThat(outcome.endings().get("done")).as("seed " + seed).isGreaterThan(outcome.calls() / 10);
            assertThat(venue.check()).as("seed " + seed).isEmpty();
        }
    }
}
