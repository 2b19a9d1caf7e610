package dev.parley.bench.load;

import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.RealtimeSession;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/// Callers who speak in real time, in sessions with server VAD, to an emulator with scripted ears in another process.
///
/// What is measured is how long after the audio that ends a turn was sent the emulator says so.
final class EmulatorLoad {
    private static final TurnDetection.ServerVad VAD = TurnDetection.ServerVad.DEFAULT;
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final double TOO_LATE_MS = 100;
    private static final int[] MORE = {450, 600, 800, 1_000};

    private final SpokenLoop speech;
    private final int loops;
    private final List<Long> turnEnds;
    private final Lateness firstHalf = new Lateness();
    private final Lateness secondHalf = new Lateness();
    private final Lateness all = new Lateness();
    private final Lateness late = new Lateness();
    private final AtomicLong turns = new AtomicLong();
    private final AtomicLong misplaced = new AtomicLong();

    private EmulatorLoad(SpokenLoop speech, int loops) {
        this.speech = speech;
        this.loops = loops;
        this.turnEnds = speech.turnEnds(loops, VAD);
    }

    /// Runs the load and prints a table.
    ///
    /// @param args number of sessions, 300 unless given, and seconds, 30 unless given; `capacity` behind them to find out
    ///         how many sessions the emulator carries
    public static void main(String... args) throws IOException, InterruptedException {
        int sessions = args.length > 0 ? Integer.parseInt(args[0]) : 300;
        var length = Duration.ofSeconds(args.length > 1 ? Integer.parseInt(args[1]) : 30);
        System.out.println("## The emulator\n\n" + Machine.facts() + "\n");
        var table = new Table("sessions, chunks", "turns", "missing", "lag p50, ms", "p99", "worst", "p99 first half",
                "p99 second half", "client late p99, ms", "emulator CPU, cores", "client CPU, cores",
                "emulator heap before, MB",
                "after, MB", "threads");
        var hundred = measured(table, sessions, Duration.ofMillis(100), length);
        var twenty = measured(table, sessions, Duration.ofMillis(20), length);
        if (args.length > 2) {
            for (int more : MORE) {
                if (measured(table, more, Duration.ofMillis(100), length).get("lag.p99") > TOO_LATE_MS) {
                    break;
                }
            }
        }
        if (hundred.get("missing") != 0 || twenty.get("missing") != 0) {
            System.out.println("\nTurns were missed.");
            System.exit(1);
        }
    }

    private static Figures measured(Table table, int sessions, Duration chunk, Duration length) throws IOException,
            InterruptedException {
        var speech = SpokenLoop.of(chunk);
        int loops = Math.max(3, (int) length.dividedBy(speech.length()));
        try (var service = LoadService.start(5, Duration.ofMillis(100), Duration.ofSeconds(2))) {
            var address = URI.create(service.line(START));
            var figures = new EmulatorLoad(speech, loops).run(address, service, sessions);
            table.row(String.format(Locale.ROOT, "%d, %d ms", sessions, chunk.toMillis()), of(figures, "turns", "%.0f"),
                    of(
                            figures, "missing", "%.0f"), of(figures, "lag.p50", "%.1f"), of(figures, "lag.p99", "%.1f"),
                    of(figures,
                            "lag.max", "%.1f"), of(figures, "first.p99", "%.1f"), of(figures, "second.p99", "%.1f"), of(
                                    figures, "late.p99", "%.1f"), of(figures, "cpu", "%.2f"), of(figures, "client.cpu",
                                            "%.2f"), of(figures.with("mb", figures.get("before") / (1 << 20)), "mb",
                                                    "%.0f"), of(figures.with("mb", figures.get("after") / (1 << 20)),
                                                            "mb", "%.0f"), of(figures, "threads", "%.0f"));
            return figures;
        }
    }

    private static String of(Figures figures, String name, String format) {
        return String.format(Locale.ROOT, format, figures.get(name));
    }

    private Figures run(URI address, Child service, int sessions) throws InterruptedException {
        try (var client = RealtimeClient.builder().baseUrl(address).apiKey("none-is-needed").build()) {
            var open = new ArrayList<RealtimeSession>();
            for (int i = 0; i < sessions; i++) {
                open.add(opened(client));
            }
            var before = Figures.parse(service.ask("usage", PATIENCE));
            long cpu = ThisProcess.cpuNanos();
            long start = System.nanoTime();
            var callers = new ArrayList<Thread>();
            for (int i = 0; i < sessions; i++) {
                var caller = new Caller(open.get(i), start + speech.length().toNanos() * i / sessions);
                callers.add(Thread.ofVirtual().start(caller::speak));
                callers.add(Thread.ofVirtual().start(caller::listen));
            }
            for (var caller : callers) {
                caller.join();
            }
            double took = System.nanoTime() - start;
            double clientCpu = (ThisProcess.cpuNanos() - cpu) / took;
            var after = Figures.parse(service.ask("usage", PATIENCE));
            open.forEach(session -> Thread.ofVirtual().start(session::close));
            return Figures.none()
                    .with(all.as("lag"))
                    .with(firstHalf.as("first"))
                    .with(secondHalf.as("second"))
                    .with(late.as("late"))
                    .with("turns", (double) turns.get())
                    .with("missing", (double) ((long) sessions * turnEnds.size() - turns.get() + misplaced.get()))
                    .with("cpu", (after.get("cpu") - before.get("cpu")) / took)
                    .with("client.cpu", clientCpu)
                    .with("before", before.get("heap"))
                    .with("after", after.get("heap"))
                    .with("threads", after.get("threads"));
        }
    }

    private static RealtimeSession opened(RealtimeClient client) {
        var session = client.connect();
        session.configure(SessionConfig.builder().turnDetection(VAD).build());
        while (!(session.next(PATIENCE).orElseThrow() instanceof ServerEvent.SessionUpdated)) {
            // What comes before it.
        }
        return session;
    }

    /// One session: who speaks in it, and who listens.
    private final class Caller {
        private final RealtimeSession session;
        private final long start;
        private final long chunks = speech.length().multipliedBy(loops).dividedBy(speech.chunk());
        private final long[] sentAt = new long[(int) chunks];

        Caller(RealtimeSession session, long start) {
            this.session = session;
            this.start = start;
        }

        void speak() {
            for (int i = 0; i < chunks; i++) {
                // A chunk can be sent once it has been spoken.
                long due = start + (i + 1) * speech.chunk().toNanos();
                Clock.waitUntil(due);
                sentAt[i] = System.nanoTime();
                late.add(sentAt[i] - due);
                session.sendAudio(speech.at(i));
            }
        }

        void listen() {
            for (int turn = 0; turn < turnEnds.size();) {
                var event = session.next(PATIENCE);
                if (event.isEmpty()) {
                    return;
                }
                if (event.get() instanceof ServerEvent.SpeechStopped stopped) {
                    note(turn++, stopped.audioEndMs(), System.nanoTime());
                }
            }
        }

        private void note(int turn, long endMs, long now) {
            turns.incrementAndGet();
            if (turnEnds.get(turn) != endMs) {
                misplaced.incrementAndGet();
            }
            // What ends before the first loop does warms up.
            if (endMs > speech.length().toMillis()) {
                long lag = now - sentAt[(int) ((endMs - 1) / speech.chunk().toMillis())];
                all.add(lag);
                (turn < turnEnds.size() / 2 ? firstHalf : secondHalf).add(lag);
            }
        }
    }
}
