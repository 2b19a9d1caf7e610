package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A peer that is a program: it exchanges descriptions over its standard input and output, a line of Base64 each, and then
/// says what it finds; at `done` it wants to be left, and then ends. One that takes too long is ended.
final class PeerProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LONGEST = Duration.ofSeconds(90);

    private final Process process;
    private final BufferedReader lines;

    PeerProcess(List<String> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        lines = process.inputReader(StandardCharsets.UTF_8);
        CompletableFuture.delayedExecutor(LONGEST.toSeconds(), TimeUnit.SECONDS).execute(process::destroyForcibly);
    }

    String description() throws IOException {
        var line = String.valueOf(lines.readLine());
        try {
            return new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new AssertionError("expected a description, found " + line + "\n" + lines.readAllAsString(), e);
        }
    }

    void tell(String description) throws IOException {
        var writer = process.outputWriter(StandardCharsets.UTF_8);
        writer.write(Base64.getEncoder().encodeToString(description.getBytes(StandardCharsets.UTF_8)) + "\n");
        writer.flush();
    }

    /// Reads what it finds, until it ends well.
    void finds(Echo echo, String... checks) throws IOException, InterruptedException {
        List<String> told = new ArrayList<>();
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            told.add(line);
            if (line.equals("done")) {
                echo.close();
            }
        }
        assertThat(told).as("what it told; and we: " + echo.told + ", " + echo.connection.statistics())
                .contains(checks);
        assertThat(process.waitFor(PATIENCE)).as("it has ended").isTrue();
        assertThat(process.exitValue()).as("how it ended, having told " + told).isZero();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
