package dev.parley.app;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// What a command did when it was run in this process: its exit status and what a user would have seen, log included.
///
/// @param printed when each line of `out` came, counted from the start of the command
record CommandRun(int status, List<String> out, List<Duration> printed, List<String> err) {
    /// Runs `parley` with these arguments. Takes over standard output and error while it runs, so nothing else may.
    static CommandRun of(String... args) {
        var out = new Lines();
        var err = new Lines();
        var realOut = System.out;
        var realErr = System.err;
        var log = new LogLines(err);
        System.setOut(out.stream());
        System.setErr(err.stream());
        Logger.getLogger("").addHandler(log);
        try {
            int status = Main.run(args);
            System.out.flush();
            System.err.flush();
            return new CommandRun(status, out.lines(), out.times(), err.lines());
        } finally {
            Logger.getLogger("").removeHandler(log);
            System.setOut(realOut);
            System.setErr(realErr);
        }
    }

    /// The one line the user is told what is wrong.
    String complaint() {
        if (err.size() != 1) {
            throw new AssertionError("expected one line on standard error, found " + err.size() + ":\n"
                    + String.join("\n", err));
        }
        return err.getFirst();
    }

    /// Bytes as lines, each with the time it was complete.
    private static final class Lines extends ByteArrayOutputStream {
        private final long start = System.nanoTime();
        private final List<Duration> times = new ArrayList<>();

        PrintStream stream() {
            return new PrintStream(this, true, StandardCharsets.UTF_8);
        }

        @Override
        public synchronized void write(int b) {
            note(b);
            super.write(b);
        }

        @Override
        public synchronized void write(byte[] bytes, int from, int length) {
            for (int i = from; i < from + length; i++) {
                note(bytes[i]);
            }
            super.write(bytes, from, length);
        }

        private void note(int b) {
            if (b == '\n') {
                times.add(Duration.ofNanos(System.nanoTime() - start));
            }
        }

        synchronized List<String> lines() {
            return toString(StandardCharsets.UTF_8).lines().toList();
        }

        synchronized List<Duration> times() {
            return List.copyOf(times);
        }
    }

    /// The console handler that a user would have: it keeps the stream of the process, not the one set here.
    private static final class LogLines extends Handler {
        private final PrintStream to;

        LogLines(Lines err) {
            this.to = err.stream();
            setLevel(Level.WARNING);
            setFormatter(new SimpleFormatter());
        }

        @Override
        public void publish(LogRecord logged) {
            if (isLoggable(logged)) {
                to.print(getFormatter().format(logged));
            }
        }

        @Override
        public void flush() {
            to.flush();
        }

        @Override
        public void close() {
            to.flush();
        }
    }
}
