package dev.parley.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A Java program in a process of its own, with the class path of the tests. Ended when closed.
final class ChildProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final BufferedReader out;

    private ChildProcess(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    static ChildProcess start(Class<?> program, String... arguments) throws IOException {
        return start(Map.of(), program, arguments);
    }

    /// @param environment variables that it has besides those of this process
    static ChildProcess start(Map<String, String> environment, Class<?> program, String... arguments)
            throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return new ChildProcess(builder.start());
    }

    /// The next line it prints.
    String line() throws Exception {
        try {
            return String.valueOf(CompletableFuture.supplyAsync(() -> {
                try {
                    return out.readLine();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }).get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (TimeoutException _) {
            throw new AssertionError("expected a line from " + process.info().command().orElse("the process")
                    + " within "
                    + PATIENCE_SECONDS + " s, found none");
        }
    }

    /// What it prints from now until its end.
    List<String> rest() {
        return out.lines().toList();
    }

    /// Asks it to end, as Ctrl-C or a service manager does.
    void terminate() {
        // Not Process.destroy, which closes the streams too.
        process.toHandle().destroy();
    }

    boolean endsWithin(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    int status() {
        return process.exitValue();
    }

    /// What it had to say on standard error; to be asked after its end.
    String complaints() throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
