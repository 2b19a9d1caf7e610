package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.media.AudioFormat;
import dev.parley.media.LocalLine;
import dev.parley.media.Pcm;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SoundOnLegsTest {
    private static final AudioFormat WIDE = AudioFormat.REALTIME_PCM;
    private static final AudioFormat NARROW = AudioFormat.mono(AudioFormat.Encoding.PCM16, 8_000);

    private final LocalLine callers = LocalLine.open(NARROW);
    private final LocalLine models = LocalLine.open(WIDE);
    private final SoundOnLegs sound = new SoundOnLegs(callers.near(), models.near());
    private final List<Pcm> callerHears = new ArrayList<>();
    private final List<Pcm> modelHears = new ArrayList<>();

    @BeforeEach
    void join() {
        callers.far().onAudio(callerHears::add);
        models.far().onAudio(modelHears::add);
        sound.start();
    }

    /// Half a second of something.
    private static Pcm loud(int rate) {
        var samples = new short[rate / 2];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (10_000 * Math.sin(i * 2 * Math.PI * 300 / rate));
        }
        return Pcm.copyOf(rate, samples);
    }

    @Test
    void letsBothHearEachOtherAtTheirOwnRates() {
        sound.listen();

        callers.far().send(loud(8_000));
        models.far().send(loud(24_000));

        assertThat(modelHears).singleElement().satisfies(heard -> {
            assertThat(heard.rate()).isEqualTo(24_000);
            assertThat(heard.rms()).isGreaterThan(0.1);
        });
        assertThat(callerHears).singleElement().satisfies(heard -> {
            assertThat(heard.rate()).isEqualTo(8_000);
            assertThat(heard.rms()).isGreaterThan(0.1);
        });
    }

    @Test
    void letsNothingThroughBeforeAndAfter() {
        callers.far().send(loud(8_000));
        models.far().send(loud(24_000));
        sound.listen();
        sound.close();
        callers.far().send(loud(8_000));
        models.far().send(loud(24_000));

        assertThat(modelHears).isEmpty();
        assertThat(callerHears).isEmpty();
    }

    @Test
    void keepsTheCallersTimeWhileItIsSilent() {
        sound.listen();

        assertThat(sound.stop()).isEmpty();
        models.far().send(Pcm.silence(24_000, 480));
        models.far().send(loud(24_000));
        sound.resume();
        models.far().send(loud(24_000));

        assertThat(callerHears).hasSize(3);
        assertThat(callerHears.get(1).rms()).isZero();
        assertThat(callerHears.get(2).rms()).isGreaterThan(0.1);
    }
}
