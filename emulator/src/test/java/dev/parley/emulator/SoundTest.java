package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class SoundTest {
    static final List<AudioFormat> FORMATS = List.of(AudioFormat.REALTIME_PCM, AudioFormat.PCMU, AudioFormat.PCMA);
    private static final short[] SAMPLES = {1, -2, 300, -4_000, 32_767, -32_768, 7, 8};

    private static Sound spoken(AudioFormat format) {
        return Sound.of(Pcm.copyOf(format.rate(), SAMPLES), format);
    }

    @ParameterizedTest
    @FieldSource("FORMATS")
    void whatWasSpokenIsEncodedAlikeInPiecesAndAsAWhole(AudioFormat format) {
        var whole = format.encode(Pcm.copyOf(format.rate(), SAMPLES));
        var sound = spoken(format);

        assertThat(sound.toBytes()).isEqualTo(whole);
        for (int from = 0; from <= whole.length; from++) {
            for (int to = from; to <= whole.length; to++) {
                assertThat(sound.slice(from, to).toBytes()).as("bytes from " + from + " to " + to)
                        .isEqualTo(Arrays.copyOfRange(whole, from, to));
            }
        }
    }

    @Test
    void slicesOfASliceCountFromItsBeginAndEndWithIt() {
        var sound = Sound.copyOf(new byte[]{1, 2, 3, 4, 5, 6}).slice(1, 5);

        assertThat(sound.slice(1, 3).toBytes()).containsExactly(3, 4);
        assertThat(sound.slice(2, 100).toBytes()).containsExactly(4, 5);
        assertThat(sound.slice(4, 2).toBytes()).isEmpty();
    }

    @Test
    void piecesAreJoinedInTheirOrderWhetherOfOneWholeOrOfTwo() {
        var sound = spoken(AudioFormat.PCMU);
        var other = Sound.copyOf(new byte[]{9, 9});

        assertThat(Sound.joined(List.of(sound.slice(0, 3), sound.slice(3, 8)))).isEqualTo(sound);
        assertThat(Sound.joined(List.of(sound.slice(3, 8), sound.slice(0, 3))).toBytes())
                .startsWith(sound.slice(3, 8).toBytes())
                .endsWith(sound.slice(0, 3).toBytes())
                .hasSize(8);
        assertThat(Sound.joined(List.of(sound, other)).toBytes()).startsWith(sound.toBytes())
                .endsWith(9, 9)
                .hasSize(10);
        assertThat(Sound.joined(List.of())).isEqualTo(Sound.NONE);
    }
}
