package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EchoControlTest {
    private static final int RATE = 24_000;
    private static final int PIECE = RATE / 50;
    private static final Pcm LOUD = Tone.of(RATE, 300, 0.5, PIECE);
    private static final Pcm SILENCE = Pcm.silence(RATE, PIECE);

    private final HalfDuplexGate gate = new HalfDuplexGate(Duration.ofMillis(100));

    @Test
    void theGateLetsAVoiceThroughWhileTheLoudspeakerIsSilent() {
        gate.played(SILENCE);

        assertThat(gate.cleaned(LOUD)).isEqualTo(LOUD);
    }

    @Test
    void theGateIsClosedWhileTheLoudspeakerPlaysAndUntilItsEchoHasFaded() {
        for (int i = 0; i < 50; i++) {
            gate.played(LOUD);
            assertThat(gate.cleaned(LOUD)).isEqualTo(SILENCE);
        }

        int closed = 0;
        while (gate.cleaned(LOUD).equals(SILENCE)) {
            closed++;
            gate.played(SILENCE);
        }

        assertThat(closed).isEqualTo(5);
    }

    @Test
    void headphonesNeedNoEchoControl() {
        var none = EchoControl.none();
        none.played(LOUD);

        assertThat(none.cleaned(LOUD)).isSameAs(LOUD);
    }

    @Test
    void theMeterRisesAtOnceAndFallsSlowly() {
        var meter = new LevelMeter();
        assertThat(meter.bar(10)).isEqualTo("..........");

        meter.hear(Tone.of(RATE, 300, 1, PIECE));
        assertThat(meter.decibels()).isCloseTo(-3, within(0.2));
        assertThat(meter.bar(20)).isEqualTo("###################.");

        for (int i = 0; i < 50; i++) {
            meter.hear(SILENCE);
        }
        assertThat(meter.decibels()).isCloseTo(-33, within(0.5));

        for (int i = 0; i < 100; i++) {
            meter.hear(SILENCE);
        }
        assertThat(meter.decibels()).isEqualTo(LevelMeter.FLOOR);
    }
}
