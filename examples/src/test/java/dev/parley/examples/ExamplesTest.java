package dev.parley.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.Emulator;
import dev.parley.emulator.Scenario;
import dev.parley.media.AudioFormat.Encoding;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.media.Wav;
import dev.parley.speech.FreeTtsVoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every example is run as a reader would run it, in a process of its own, against the emulator.
class ExamplesTest {
    private static final int PATIENCE_SECONDS = 60;

    private static Emulator emulator;

    @TempDir
    private static Path recordings;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startEmulator() {
        emulator = Emulator.start(Scenario.load(Path.of("weather.yaml")));
        emulator.warmUp();
    }

    @AfterAll
    static void stopEmulator() {
        emulator.close();
    }

    @Test
    void az3FromFileAnswersTheToolAndKeepsTheReply() throws Exception {
        var output = run(FromFile.class, question("what is the weather in london", Kind.TELEPHONE));

        assertThat(output).anyMatch(line -> line.matches("Session sess_\\w+"))
                .anyMatch(line -> line.matches("Speech begins at \\d+ ms"))
                .anyMatch(line -> line.matches("Speech ends at \\d+ ms"))
                .contains("Item begins: function get_weather_for_location", "caller: what is the weather in london",
                        "{\"location\":\"london\",\"unit\":\"c\"}")
                .anyMatch(line -> line.matches("assistant: It is sunny in london, at \\d+ degrees\\."))
                .anyMatch(line -> line.matches("Item of resp_\\w+ is done"));
        assertThat(output.stream().filter("Response COMPLETED"::equals)).as("one for the call, one for the reply")
                .hasSize(2);
        long bytes = Files.size(folder.resolve("output.raw"));
        assertThat(bytes).as("bytes of a spoken sentence").isGreaterThan(48_000);
        assertThat(output.getLast()).isEqualTo("Saved output.raw: " + bytes + " bytes");
    }

    @Test
    void spokenAnswerSpeaks() throws Exception {
        assertThat(run(SpokenAnswer.class)).isEmpty();

        assertThat(Files.size(folder.resolve("answer.raw"))).as("bytes of a spoken sentence").isGreaterThan(48_000);
    }

    @Test
    void overWebRtcSpeaks() throws Exception {
        assertThat(run(OverWebRtc.class)).containsExactly("Good morning. What can I do for you?");

        var answer = Wav.read(folder.resolve("answer.wav"));
        assertThat(answer.duration()).isGreaterThan(Duration.ofSeconds(1));
        assertThat(answer.rms()).as("level").isGreaterThan(0.01);
    }

    /// What the front page shows is what was run above.
    @Test
    void theReadmeShowsSpokenAnswer() throws Exception {
        var source = Files.readString(Path.of("src/main/java", SpokenAnswer.class.getName().replace('.', '/')
                + ".java"));
        var shown = source.substring(source.indexOf("// tag::spoken-answer[]\n") + "// tag::spoken-answer[]\n".length(),
                source.indexOf("        // end::spoken-answer[]"));

        assertThat(shown.lines().filter(line -> !line.isBlank() && !line.strip().equals("}"))).as("ten lines")
                .hasSize(10);
        assertThat(Files.readString(Path.of("..", "README.md"))).contains("```java\n" + shown.stripTrailing()
                .stripIndent()
                + "\n```");
    }

    @Test
    void textOnlyWrites() throws Exception {
        assertThat(run(TextOnly.class, "hello")).containsExactly("Good morning. What can I do for you?");
    }

    @Test
    void transcriptionOnlyWritesDownWhatIsSaid() throws Exception {
        assertThat(run(TranscriptionOnly.class, question("how is the weather in paris", Kind.STUDIO)))
                .containsExactly("how is the weather in paris");
    }

    @Test
    void manualTurnsAreAnsweredWhenCommitted() throws Exception {
        var output = run(ManualTurns.class, question("good morning", Kind.WIDEBAND));

        assertThat(output).hasSize(2);
        assertThat(output.getFirst()).matches("committed item_\\w+");
        assertThat(output.getLast()).isEqualTo("Good morning. What can I do for you?");
    }

    @Test
    void outOfBandRunsBesideTheConversation() throws Exception {
        assertThat(run(OutOfBand.class)).containsExactlyInAnyOrder(
                "the conversation: Good morning. What can I do for you?",
                "beside it, on mood: Good morning. What can I do for you?");
    }

    @Test
    void toolsAreCalledAndTheirAnswersTold() throws Exception {
        var output = run(Tools.class, "what time is it in tokyo");

        assertThat(output).hasSize(2);
        assertThat(output.getFirst()).isEqualTo("called local_time {\"place\":\"tokyo\"}");
        assertThat(output.getLast()).matches("In tokyo it is \\d\\d:\\d\\d\\.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ga", "beta"})
    void azureAnswersInBothDialects(String dialect) throws Exception {
        var resource = emulator.uri().toString().replaceAll("/v1$", "");

        var output = run(Map.of("AZURE_OPENAI_ENDPOINT", resource, "AZURE_OPENAI_DEPLOYMENT", "gpt-realtime",
                "AZURE_TOKEN", "eyJ-test"), Azure.class, dialect);

        assertThat(output).containsExactly("model gpt-realtime", "Good morning. What can I do for you?");
    }

    /// What recordings are like, each of which is to be understood.
    private enum Kind {
        /** 8 kHz, G.711. */
        TELEPHONE,
        /** 16 kHz. */
        WIDEBAND,
        /** 44.1 kHz, stereo. */
        STUDIO
    }

    private String question(String words, Kind kind) throws IOException {
        var file = recordings.resolve(words + ".wav");
        var said = FreeTtsVoice.caller().speak(words);
        switch (kind) {
            case TELEPHONE -> Wav.write(file, Resampler.convert(said, 8_000), Encoding.PCMA);
            case WIDEBAND -> Wav.write(file, Resampler.convert(said, 16_000));
            case STUDIO -> Wav.write(file, inStereo(Resampler.convert(said, 44_100)));
        }
        return file.toString();
    }

    private static Pcm inStereo(Pcm mono) {
        var samples = mono.toSamples();
        var both = new short[2 * samples.length];
        for (int i = 0; i < both.length; i++) {
            both[i] = samples[i / 2];
        }
        return Pcm.copyOf(mono.rate(), 2, both);
    }

    private List<String> run(Class<?> example, String... arguments) throws Exception {
        return run(Map.of("OPENAI_BASE_URL", emulator.uri().toString(), "OPENAI_API_KEY", "sk-test"), example,
                arguments);
    }

    /// What an example prints; it must end by itself and with success.
    private List<String> run(Map<String, String> environment, Class<?> example, String... arguments)
            throws Exception {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                example.getName()));
        command.addAll(List.of(arguments));
        var printed = folder.resolve("printed");
        var builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OPENAI_") || name.startsWith("AZURE_"));
        builder.environment().putAll(environment);
        var process = builder.start();
        try {
            var ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            var output = Files.readAllLines(printed, StandardCharsets.UTF_8);
            assertThat(ended).as(example.getSimpleName() + " has ended by itself; it printed " + output).isTrue();
            assertThat(process.exitValue()).as(String.join("\n", output)).isZero();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
