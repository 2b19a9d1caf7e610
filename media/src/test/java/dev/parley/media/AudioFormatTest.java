package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.media.AudioFormat.Encoding;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AudioFormatTest {
    @Test
    void countsTheBytesOfTheRealtimeFormats() {
        assertThat(AudioFormat.REALTIME_PCM.bytesPerSecond()).isEqualTo(48_000);
        assertThat(AudioFormat.REALTIME_PCM.bytesPerMillisecond()).isEqualTo(48);
        assertThat(AudioFormat.PCMU.bytesPerMillisecond()).isEqualTo(8);
        assertThat(AudioFormat.PCMA.bytes(Duration.ofMillis(20))).isEqualTo(160);
    }

    @Test
    void tellsHowLongBytesLast() {
        var stereo = new AudioFormat(Encoding.PCM16, 8_000, 2);

        assertThat(stereo.duration(32_003)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void encodesAndDecodesEveryChannel() {
        var audio = Pcm.copyOf(16_000, 2, new short[]{0, 132, -132, 32_124});

        for (var encoding : new Encoding[]{Encoding.PCM16, Encoding.PCMU}) {
            var format = new AudioFormat(encoding, 16_000, 2);

            assertThat(format.decode(format.encode(audio))).as("%s", encoding).isEqualTo(audio);
        }
    }

    @Test
    void refusesAudioOfAnotherLayout() {
        assertThatThrownBy(() -> AudioFormat.REALTIME_PCM.encode(Pcm.copyOf(24_000, 2, new short[2])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 channel(s)");
    }
}
