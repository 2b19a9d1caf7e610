package dev.parley.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.parley.media.EchoControl;
import dev.parley.media.Pcm;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A room of our own: the loudspeaker comes back from three walls, 25 to 60 ms later, 6 to 18 dB softer.
class WebRtcEchoControlTest {
    private static final int RATE = 24_000;
    private static final int PIECE = RATE / 50;
    private static final int SECONDS = 12;
    private static final int SETTLED = 6;

    private final Random random = new Random(4);
    private EchoControl echo = EchoControl.none();

    @BeforeEach
    void open() {
        try {
            echo = new WebRtcEchoControl(RATE);
        } catch (LinkageError e) {
            abort("libwebrtc cannot be loaded here: " + e.getMessage());
        }
    }

    @AfterEach
    void close() {
        echo.close();
    }

    @Test
    void takesTheLoudspeakerOutOfTheMicrophone() {
        var played = voice(SECONDS * RATE);
        var heard = room(played);

        double before = 0;
        double after = 0;
        for (int at = 0; at + PIECE <= played.frames(); at += PIECE) {
            echo.played(played.slice(at, at + PIECE));
            var original = heard.slice(at, at + PIECE);
            var clean = echo.cleaned(original);
            if (at >= SETTLED * RATE) {
                before += power(original);
                after += power(clean);
            }
        }

        double enhancement = 10 * Math.log10(before / Math.max(after, 1e-12));
        System.out.printf("echo return loss enhancement: %.1f dB%n", enhancement);
        assertThat(enhancement).isGreaterThan(25);
    }

    @Test
    void leavesAVoiceInARoomWhereNothingIsPlayed() {
        var spoken = voice(4 * RATE);
        double before = 0;
        double after = 0;

        for (int at = 0; at + PIECE <= spoken.frames(); at += PIECE) {
            echo.played(Pcm.silence(RATE, PIECE));
            var original = spoken.slice(at, at + PIECE);
            before += power(original);
            after += power(echo.cleaned(original));
        }

        assertThat(10 * Math.log10(after / before)).isBetween(-10.0, 15.0);
    }

    @Test
    void takesPiecesOfAnyLengthAndLosesNothing() {
        int given = 0;
        int got = 0;
        for (int i = 0; i < 200; i++) {
            int frames = random.nextInt(1_000);
            given += frames;
            echo.played(Pcm.silence(RATE, frames));
            got += echo.cleaned(Pcm.silence(RATE, frames)).frames();
        }

        assertThat(given - got).isBetween(0, RATE / 100 - 1);
    }

    @Test
    void isFoundWhereItIsOnTheClassPath() {
        try (var best = EchoControl.best(RATE)) {
            assertThat(best).isInstanceOf(WebRtcEchoControl.class);
        }
    }

    @Test
    void closingTwiceIsFineAndWhatIsHeardAfterwardsIsLeftAlone() {
        echo.close();
        echo.close();
        var audio = voice(PIECE);
        echo.played(audio);

        assertThat(echo.cleaned(audio)).isEqualTo(audio);
    }

    private static double power(Pcm audio) {
        return audio.rms() * audio.rms() * audio.frames();
    }

    private static Pcm room(Pcm played) {
        int[] delays = {RATE * 25 / 1_000, RATE * 40 / 1_000, RATE * 60 / 1_000};
        double[] gains = {0.5, 0.25, 0.125};
        var samples = new short[played.frames()];
        for (int i = 0; i < samples.length; i++) {
            double sum = 0;
            for (int wall = 0; wall < delays.length; wall++) {
                sum += i >= delays[wall] ? gains[wall] * played.sample(i - delays[wall]) : 0;
            }
            samples[i] = (short) sum;
        }
        return Pcm.copyOf(RATE, samples);
    }

    /// Noise through a filter, in syllables, as loud as a voice.
    private Pcm voice(int frames) {
        var samples = new short[frames];
        double low = 0;
        for (int i = 0; i < frames; i++) {
            low += 0.3 * (random.nextGaussian() - low);
            double syllable = Math.max(0, Math.sin(2 * Math.PI * 3 * i / RATE));
            samples[i] = (short) Math.clamp(Math.round(9_000 * low * syllable), Short.MIN_VALUE, Short.MAX_VALUE);
        }
        return Pcm.copyOf(RATE, samples);
    }
}
