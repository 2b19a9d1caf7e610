package dev.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AudioFileTest {
    private static final Pcm STEREO = Pcm.copyOf(44_100, 2, new short[]{1, -2, 300, -400, 32_767, -32_768});
    private static final Pcm MONO = Pcm.copyOf(24_000, (short) 5, (short) -6, (short) 700);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"aiff", "au"})
    void readsWhatTheJdkWrites(String kind) throws IOException {
        var file = folder.resolve("said." + kind);
        var format = new javax.sound.sampled.AudioFormat(STEREO.rate(), 16, 2, true, false);
        try (var audio = new AudioInputStream(new ByteArrayInputStream(STEREO.toLittleEndian()), format,
                STEREO.frames())) {
            AudioSystem.write(audio, kind.equals("au") ? AudioFileFormat.Type.AU : AudioFileFormat.Type.AIFF,
                    file.toFile());
        }

        assertThat(AudioFile.read(file)).isEqualTo(STEREO);
    }

    @Test
    void readsWav() throws IOException {
        var file = folder.resolve("said.anything");
        Wav.write(file, STEREO);

        assertThat(AudioFile.read(file)).isEqualTo(STEREO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"said.raw", "said.PCM"})
    void readsLinearAudioWithoutAHeader(String name) throws IOException {
        var file = Files.write(folder.resolve(name), MONO.toLittleEndian());

        assertThat(AudioFile.read(file)).isEqualTo(MONO);
    }

    @Test
    void leavesHalfASampleOut() throws IOException {
        var file = Files.write(folder.resolve("said.raw"), new byte[]{5, 0, 7});

        assertThat(AudioFile.read(file)).isEqualTo(Pcm.copyOf(24_000, (short) 5));
    }

    @Test
    void readsG711WithoutAHeader() throws IOException {
        var said = Pcm.copyOf(8_000, (short) 0, (short) 1_000, (short) -20_000);
        var mu = Files.write(folder.resolve("said.ulaw"), AudioFormat.PCMU.encode(said));
        var a = Files.write(folder.resolve("said.alaw"), AudioFormat.PCMA.encode(said));

        assertThat(AudioFile.read(mu)).isEqualTo(AudioFormat.PCMU.decode(AudioFormat.PCMU.encode(said)));
        assertThat(AudioFile.read(a)).isEqualTo(AudioFormat.PCMA.decode(AudioFormat.PCMA.encode(said)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FORM and nothing else", ".snd and nothing else", "no sound at all", ""})
    void saysWhatItCannotRead(String content) throws IOException {
        var file = Files.writeString(folder.resolve("said.wav"), content);

        assertThatThrownBy(() -> AudioFile.read(file)).isInstanceOf(IOException.class)
                .hasMessageContaining("said.wav")
                .hasMessageContaining("expected");
    }
}
