package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.media.RtcpPacket.ReportBlock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RtpStatisticsTest {
    private static final long PACKET_TIME = 20_000_000;

    private final RtpReception reception = new RtpReception(7, 8_000);

    @Test
    void countsNothingLostAcrossTheEndOfTheSequenceNumbers() {
        for (int i = 0; i < 200; i++) {
            receive(65_500 + i, 0);
        }

        var report = reception.report(0);

        assertThat(report.fractionLost()).isZero();
        assertThat(report.lost()).isZero();
        assertThat(report.highestSequence()).isEqualTo(65_500 + 199);
        assertThat(reception.packets()).isEqualTo(200);
    }

    @Test
    void reportsTheFractionLostSinceTheReportBeforeAndAllThatIsLost() {
        for (int i = 0; i < 100; i++) {
            if (i % 4 != 1) {
                receive(i, 0);
            }
        }
        assertThat(reception.report(0)).satisfies(first -> {
            assertThat(first.fractionLost()).isEqualTo(64);
            assertThat(first.lost()).isEqualTo(25);
        });

        for (int i = 100; i < 200; i++) {
            receive(i, 0);
        }

        assertThat(reception.report(0)).satisfies(second -> {
            assertThat(second.fractionLost()).isZero();
            assertThat(second.lost()).isEqualTo(25);
        });
    }

    @Test
    void takesDisorderNeitherForLossNorForARestart() {
        for (int i = 0; i < 100; i += 2) {
            receive(i + 1, 0);
            receive(i, 0);
        }

        assertThat(reception.lost()).isEqualTo(-1); // the very first came second: before the base
        assertThat(reception.report(0).fractionLost()).isZero();
    }

    @Test
    void startsAnewWhenASenderDoesButNotForAStray() {
        receive(10, 0);
        receive(30_000, 0);
        receive(11, 0);
        assertThat(reception.packets()).isEqualTo(2);

        receive(30_000, 0);
        receive(30_001, 0);
        receive(30_002, 0);

        assertThat(reception.packets()).isEqualTo(2);
        assertThat(reception.lost()).isZero();
    }

    @Test
    void hearsNoJitterInAnEvenStream() {
        for (int i = 0; i < 100; i++) {
            receive(i, 0);
        }

        assertThat(reception.report(0).jitter()).isZero();
    }

    @Test
    void convergesToTheMeanChangeOfTheTransit() {
        for (int i = 0; i < 400; i++) {
            receive(i, i % 2 * 5_000_000L);
        }

        // Every packet comes 5 ms, 40 ticks, earlier or later than the one before would have it.
        assertThat(reception.report(0).jitter()).isBetween(38L, 40L);
        assertThat(reception.jitter()).isCloseTo(Duration.ofMillis(5), Duration.ofMillis(1));
    }

    @Test
    void bothEndsTogetherMeasureTheRoundTrip() {
        var transmission = new RtpTransmission(7, 48_000);
        var start = Instant.parse("2026-11-24T12:00:00Z");
        transmission.sent(1_000, 60, 0);
        transmission.sent(1_960, 60, PACKET_TIME);

        var sent = transmission.report(start, 2 * PACKET_TIME, List.of());
        reception.received(1, 1_000, 500);
        reception.reported(sent, 3_000_000_000L);
        var heard = reception.report(3_250_000_000L);
        transmission.reported(heard, start.plusMillis(250 + 80));

        assertThat(sent.packets()).isEqualTo(2);
        assertThat(sent.octets()).isEqualTo(120);
        assertThat(sent.rtpTimestamp()).isEqualTo(1_960 + 960);
        assertThat(heard.delay()).isEqualTo(65_536 / 4);
        assertThat(transmission.roundTrip().orElseThrow()).isCloseTo(Duration.ofMillis(80), Duration.ofMillis(1));
        assertThat(transmission.lastReport()).contains(heard);
    }

    @Test
    void believesNoImpossibleRoundTripAndNoReportAboutAnother() {
        var transmission = new RtpTransmission(7, 48_000);
        var now = Instant.parse("2026-11-24T12:00:00Z");

        transmission.reported(new ReportBlock(8, 0, 0, 0, 0, 1, 0), now);
        transmission.reported(new ReportBlock(7, 0, 0, 0, 0, NtpTime.middle(NtpTime.of(now)) + 100_000, 0), now);

        assertThat(transmission.roundTrip()).isEmpty();
        assertThat(transmission.lastReport()).isPresent();
    }

    @Test
    void writesWallClockTimeAsSecondsSince1900() {
        assertThat(NtpTime.of(Instant.parse("1970-01-01T00:00:00.5Z"))).isEqualTo(2_208_988_800L << 32 | 1L << 31);
        assertThat((NtpTime.of(Instant.EPOCH.plusNanos(999_999_999)) & 0xFFFF_FFFFL) / 4_294_967_296.0)
                .isCloseTo(1, within(1e-8));
    }

    private void receive(int index, long late) {
        reception.received(index & 0xFFFF, index * 160, index * PACKET_TIME + late);
    }
}
