package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PcmTest {
    private final Pcm stereo = Pcm.copyOf(8_000, 2, new short[]{1, 3, 5, 7, -32_768, -32_768});

    @Test
    void countsFramesAndNotSamples() {
        assertThat(stereo.frames()).isEqualTo(3);
        assertThat(stereo.slice(1, 2)).isEqualTo(Pcm.copyOf(8_000, 2, new short[]{5, 7}));
        assertThat(Pcm.silence(24_000, Duration.ofMillis(20)).frames()).isEqualTo(480);
    }

    @Test
    void survivesBeingWrittenAsBytes() {
        assertThat(stereo.toLittleEndian()).startsWith(1, 0, 3, 0).endsWith(0, 0x80);
        assertThat(Pcm.ofLittleEndian(8_000, 2, stereo.toLittleEndian())).isEqualTo(stereo);
    }

    @Test
    void mixesChannelsToTheirMean() {
        assertThat(stereo.mono()).isEqualTo(Pcm.copyOf(8_000, (short) 2, (short) 6, (short) -32_768));
    }

    @Test
    void joinsOnlyAudioOfTheSameLayout() {
        assertThat(stereo.slice(0, 1).then(stereo.slice(1, 3))).isEqualTo(stereo);
        assertThatIllegalArgumentException().isThrownBy(() -> stereo.then(Pcm.silence(8_000, 1)))
                .withMessageContaining("2 channels, found 8000 Hz, 1 channel");
    }

    @Test
    void measuresTheLevelOfFullScale() {
        assertThat(Pcm.copyOf(8_000, Short.MIN_VALUE, Short.MIN_VALUE).rms()).isEqualTo(1);
        assertThat(Tone.of(8_000, 100, 1, 8_000).rms()).isCloseTo(Math.sqrt(0.5), within(1e-4));
        assertThat(Pcm.silence(8_000, 0).rms()).isZero();
    }

    @Test
    void refusesPartialFramesAndImpossibleRates() {
        assertThatIllegalArgumentException().isThrownBy(() -> Pcm.copyOf(8_000, 2, new short[3]));
        assertThatIllegalArgumentException().isThrownBy(() -> Pcm.ofLittleEndian(8_000, new byte[3]));
        assertThatIllegalArgumentException().isThrownBy(() -> Pcm.silence(10, 1)).withMessageContaining("found 10");
    }
}
