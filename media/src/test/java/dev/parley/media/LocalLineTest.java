package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalLineTest {
    private final LocalLine line = LocalLine.open(AudioFormat.PCMU);
    private final List<Pcm> heard = new ArrayList<>();
    private final Pcm audio = Tone.of(8_000, 440, 0.5, 160);

    @Test
    void carriesAudioBothWays() {
        line.far().onAudio(piece -> line.far().send(piece.then(piece)));
        line.near().onAudio(heard::add);

        line.near().send(audio);

        assertThat(heard).containsExactly(audio.then(audio));
    }

    @Test
    void dropsWhatNobodyListensTo() {
        line.near().send(audio);
        line.far().onAudio(heard::add);

        assertThat(heard).isEmpty();
    }

    @Test
    void hangsUpBothEndsAtOnceAndAsOftenAsAsked() {
        line.far().onAudio(heard::add);

        line.far().close();
        line.far().close();
        line.close();
        line.near().send(audio);

        assertThat(heard).isEmpty();
    }

    @Test
    void refusesAudioOfAnotherFormat() {
        assertThat(line.near().format()).isEqualTo(AudioFormat.PCMU);
        assertThatIllegalArgumentException().isThrownBy(() -> line.near().send(Pcm.silence(24_000, 480)));
    }
}
