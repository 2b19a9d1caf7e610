package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.Emulator;
import dev.parley.emulator.Scenario;
import dev.parley.emulator.Tls;
import dev.parley.media.AudioFormat.Encoding;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.media.Wav;
import dev.parley.speech.FreeTtsVoice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Recordings as people have them, and machines as servers are: without a microphone.
@Timeout(60)
class TalkFromFileTest {
    private static final Pcm WORDS = FreeTtsVoice.caller().speak("yes please");

    @TempDir
    private Path folder;

    /// As the original's own question is: 8 kHz, A-law, and more in its header than it needs.
    @Test
    void aWavOf8KhzInALawIsHeardAsItWasSaid() throws IOException {
        var file = folder.resolve("telephone.wav");
        Wav.write(file, Resampler.convert(WORDS, 8_000), Encoding.PCMA);

        assertHeard(file);
    }

    /// Over TLS, for AZ-10.
    @Test
    void az10AWavOf44100HzInStereoWithChunksAroundItsSoundIsHeardAsItWasSaid() throws IOException {
        var file = folder.resolve("studio.wav");
        Wav.write(file, inStereo(Resampler.convert(WORDS, 44_100)));
        Files.write(file, withChunksAround(Files.readAllBytes(file)));

        assertHeard(file);
    }

    private void assertHeard(Path question) throws IOException {
        var scenario = folder.resolve("short.yaml");
        Files.writeString(scenario, """
                name: short
                greeting: Hello.
                otherwise: Pardon?
                answers:
                  - hear: ["yes [please]"]
                    say: Fine.
                """);
        var authority = folder.resolve("ca.pem");
        var settings = Emulator.Settings.of(Scenario.load(scenario))
                .withTls(new Tls.LocalAuthority(folder.resolve("authority"), Optional.of(authority)));
        try (var service = Emulator.start(settings)) {
            service.warmUp();

            var run = CommandRun.of("talk", "--input", question.toString(), "--linger", "0", "--base-url", service.uri()
                    .toString(), "--ca-file", authority.toString(), "--database", "jdbc:h2:mem:from_file");

            assertThat(run.err()).isEmpty();
            assertThat(run.status()).as(String.join("\n", run.out())).isZero();
            assertThat(run.out()).anySatisfy(line -> assertThat(line).contains("caller  yes please"))
                    .anySatisfy(line -> assertThat(line).contains("agent   Fine."));
        }
    }

    private static Pcm inStereo(Pcm mono) {
        var samples = mono.toSamples();
        var both = new short[2 * samples.length];
        for (int i = 0; i < both.length; i++) {
            both[i] = samples[i / 2];
        }
        return Pcm.copyOf(mono.rate(), 2, both);
    }

    /// What editors leave in a file: who made it before the sound, and pictures behind it.
    private static byte[] withChunksAround(byte[] wav) {
        int head = new String(wav, StandardCharsets.ISO_8859_1).indexOf("data");
        var loud = "made with an editor ".repeat(200).getBytes(StandardCharsets.US_ASCII);
        var all = ByteBuffer.allocate(wav.length + 2 * (8 + loud.length)).order(ByteOrder.LITTLE_ENDIAN);
        all.put(wav, 0, head);
        all.put("LIST".getBytes(StandardCharsets.US_ASCII)).putInt(loud.length).put(loud);
        all.put(wav, head, wav.length - head);
        all.put("id3 ".getBytes(StandardCharsets.US_ASCII)).putInt(loud.length).put(loud);
        return all.putInt(4, all.capacity() - 8).array();
    }

    /// A machine with a sound card has none either if ALSA cannot find its configuration.
    @Test
    @EnabledOnOs(OS.LINUX)
    void saysWhatToDoWithoutASoundDevice() throws Exception {
        var deaf = Map.of("ALSA_CONFIG_PATH", folder.resolve("none").toString());

        try (var talk = ChildProcess.start(deaf, Main.class, "talk", "--base-url", "http://127.0.0.1:1/v1",
                "--database", "jdbc:h2:mem:deaf")) {
            assertThat(talk.endsWithin(20_000)).as("ends within 20 s").isTrue();
            assertThat(talk.status()).isEqualTo(1);
            assertThat(talk.complaints()
                    .lines()
                    // What ALSA itself has to say about its configuration.
                    .filter(line -> !line.startsWith("ALSA "))).singleElement()
                    .asString()
                    .startsWith("parley: expected a microphone, found ")
                    .endsWith("use --input FILE");
        }
    }
}
