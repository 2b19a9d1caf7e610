package dev.parley.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Another process with this one's classes: asked by lines, answering by lines. It ends when its input does; closing it
/// waits for that, and ends it when it takes too long.
final class Child implements AutoCloseable {
    private static final Duration GOODBYE = Duration.ofSeconds(10);

    private final String name;
    private final Process process;
    private final PrintWriter input;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        this.input = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread.ofVirtual().name("child-output").start(this::read);
    }

    static Child start(Class<?> main, String... arguments) throws IOException {
        return start(List.of(), main, arguments);
    }

    /// @param options of its JVM
    static Child start(List<String> options, Class<?> main, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.addAll(options);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new Child(main.getSimpleName(), new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /// In a child that reads nothing: ends it when whoever started it has gone.
    static void endWithParent() {
        Thread.ofVirtual().name("parent").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Nobody asks it anything.
                }
            } catch (IOException _) {
                // Gone as well.
            }
            System.exit(1);
        });
    }

    private void read() {
        try (var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            output.lines().forEach(lines::add);
        } catch (IOException e) {
            lines.add("its output could not be read: " + e.getMessage());
        }
    }

    long pid() {
        return process.pid();
    }

    /// The next line it says.
    ///
    /// @throws IllegalStateException if it says none within `patience`
    String line(Duration patience) throws InterruptedException {
        var line = lines.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (line == null) {
            throw new IllegalStateException("expected a line from " + name + " within " + patience.toSeconds()
                    + " s, found none" + (process.isAlive() ? "" : ": it ended with " + process.exitValue()));
        }
        return line;
    }

    String ask(String question, Duration patience) throws InterruptedException {
        input.println(question);
        return line(patience);
    }

    @Override
    public void close() {
        input.close();
        try {
            if (!process.waitFor(GOODBYE)) {
                process.destroy();
            }
            if (!process.waitFor(GOODBYE)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
