package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.emulator.Emulator;
import dev.parley.emulator.Scenario;
import dev.parley.emulator.Tls;
import dev.parley.media.AudioFormat;
import dev.parley.media.Resampler;
import dev.parley.speech.FreeTtsVoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// OpenAI's own JavaScript libraries talk to the emulator over wss, as programs of their own under Node. What they do and
/// what they must find is written in `src/test/node`.
class JavaScriptClientsTest {
    private static final Path PROGRAMS = Path.of("src", "test", "node");
    private static final int PATIENCE_SECONDS = 120;
    private static final List<String> SENTENCES = List.of("what can you do for me",
            "please create a payment request for twenty euros", "no stop");
    private static final List<String> CHECKS = List.of("ok text turn", "ok audio turn with voice activity detection",
            "ok tool call and answer", "ok interruption", "ok error, and the session goes on", "ok client secret",
            "ok sub-protocol authentication");

    @TempDir
    private static Path folder;

    private static Emulator emulator;

    @BeforeAll
    static void startEmulator() throws IOException {
        Peers.require(Peers.canRun("node", "--version"), "Node.js, as node on the path");
        Peers.require(Files.isDirectory(PROGRAMS.resolve("node_modules/openai")),
                "the npm packages; run: npm ci --prefix app/src/test/node");
        for (var sentence : SENTENCES) {
            var said = Resampler.convert(FreeTtsVoice.caller().speak(sentence), AudioFormat.REALTIME_PCM.rate());
            Files.write(folder.resolve(sentence + ".pcm"), AudioFormat.REALTIME_PCM.encode(said));
        }
        emulator = Emulator.start(Emulator.Settings.of(Scenario.paymentDesk())
                .withTls(new Tls.LocalAuthority(folder.resolve("authority"), Optional.of(authority()))));
        emulator.warmUp();
    }

    @AfterAll
    static void stopEmulator() {
        if (emulator != null) {
            emulator.close();
        }
    }

    @Test
    void openaiForJavaScriptFindsWhatItExpects() throws Exception {
        var lines = run("openai-client.mjs");

        assertThat(lines).containsAll(CHECKS).contains("ok transcription session");
    }

    @Test
    void openaiAgentsFindWhatTheyExpectInEventsThatFitTheirSchemas() throws Exception {
        var lines = run("agents-client.mjs");

        assertThat(lines).containsAll(CHECKS);
        lines.stream().filter(line -> line.startsWith("validated")).forEach(System.out::println);
    }

    private static List<String> run(String program) throws Exception {
        var output = folder.resolve(program + ".log");
        var builder = new ProcessBuilder("node", PROGRAMS.resolve(program).toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment()
                .putAll(Map.of("PARLEY_BASE_URL", emulator.uri().toString(), "PARLEY_API_KEY", "sk-test",
                        "PARLEY_SPEECH", folder.toString(), "NODE_EXTRA_CA_CERTS", authority().toString()));
        var node = builder.start();
        try {
            var ended = node.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            var lines = Files.readAllLines(output, StandardCharsets.UTF_8);
            assertThat(ended).as(program + " has ended; it printed " + lines).isTrue();
            assertThat(node.exitValue()).as(String.join("\n", lines)).isZero();
            return lines;
        } finally {
            node.destroyForcibly();
        }
    }

    private static Path authority() {
        return folder.resolve("ca.pem");
    }
}
