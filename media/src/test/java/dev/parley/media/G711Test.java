package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class G711Test {
    @ParameterizedTest
    @EnumSource
    void bringsEveryCodeBackToItself(G711 law) {
        for (int code = 0; code < 256; code++) {
            short sample = law.decode((byte) code);

            byte again = law.encode(sample);

            // Mu-law has two zeros; the negative one comes back as the positive one.
            int expected = law == G711.MU_LAW && code == 0x7F ? 0xFF : code;
            assertThat(again & 0xFF).as("code %02x, sample %d", code, sample).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void neverGoesDownWhenTheSampleGoesUp(G711 law) {
        short before = law.decode(law.encode(Short.MIN_VALUE));
        for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
            short now = law.decode(law.encode((short) sample));

            assertThat(now).as("sample %d", sample).isGreaterThanOrEqualTo(before);
            before = now;
        }
    }

    @ParameterizedTest
    @EnumSource
    void decodesToTheMiddleOfTheInterval(G711 law) {
        var lowest = new int[256];
        var highest = new int[256];
        for (int sample = Short.MAX_VALUE; sample >= Short.MIN_VALUE; sample--) {
            lowest[law.encode((short) sample) & 0xFF] = sample;
        }
        for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
            highest[law.encode((short) sample) & 0xFF] = sample;
        }

        for (int code = 0; code < 256; code++) {
            // The outermost intervals of mu-law also take what lies beyond the recommendation's range of 8159.
            boolean clips = law == G711.MU_LAW && (code & 0x7F) == 0;
            double middle = (lowest[code] + highest[code]) / 2.0;
            assertThat((double) law.decode((byte) code)).as("code %02x", code)
                    .isCloseTo(middle, within(clips ? 70.0 : 2.5));
        }
    }

    // The smallest step, the middle and the ends of the tables in ITU-T G.711, scaled to 16 bits.
    @ParameterizedTest
    @CsvSource({"MU_LAW, FF, 0", "MU_LAW, 7F, 0", "MU_LAW, FE, 8", "MU_LAW, 7E, -8", "MU_LAW, F0, 120",
            "MU_LAW, EF, 132", "MU_LAW, 80, 32124", "MU_LAW, 00, -32124", "MU_LAW, 8F, 16764", "A_LAW, D5, 8",
            "A_LAW, 55, -8", "A_LAW, D4, 24", "A_LAW, C5, 264", "A_LAW, F5, 528", "A_LAW, AA, 32256",
            "A_LAW, 2A, -32256"})
    void decodesTheValuesOfTheRecommendation(G711 law, String code, short sample) {
        assertThat(law.decode((byte) Integer.parseInt(code, 16))).isEqualTo(sample);
    }

    @ParameterizedTest
    @CsvSource({"MU_LAW, 0, FF", "MU_LAW, 3, FF", "MU_LAW, 4, FE", "MU_LAW, 32767, 80", "MU_LAW, -32768, 00",
            "MU_LAW, 31612, 80", "MU_LAW, 31611, 81", "A_LAW, 0, D5", "A_LAW, -1, 55", "A_LAW, 15, D5", "A_LAW, 16, D4",
            "A_LAW, 32767, AA", "A_LAW, -32768, 2A"})
    void encodesAtTheDecisionValuesOfTheRecommendation(G711 law, short sample, String code) {
        assertThat(law.encode(sample)).isEqualTo((byte) Integer.parseInt(code, 16));
    }

    @Test
    void encodesAndDecodesWholePieces() {
        var audio = Pcm.copyOf(8_000, (short) 0, (short) 1_000, (short) -1_000);

        var back = G711.A_LAW.decode(G711.A_LAW.encode(audio));

        assertThat(back).isEqualTo(Pcm.copyOf(8_000, (short) 8, (short) 1_008, (short) -1_008));
    }

    @Test
    void refusesAudioThatIsNotAt8Kilohertz() {
        assertThatThrownBy(() -> G711.MU_LAW.encode(Pcm.silence(24_000, 10)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected audio at 8000 Hz")
                .hasMessageContaining("24000 Hz");
    }
}
