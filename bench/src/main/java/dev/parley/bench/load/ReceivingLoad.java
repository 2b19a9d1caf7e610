package dev.parley.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// 500 sessions in one process, each receiving 25 audio events of 10 KB a second for 30 s from an emulator in another:
/// Parley's client and the official one, in turns.
final class ReceivingLoad {
    /// 160 ms of sound are 10,240 characters of base64.
    private static final Duration PIECE = Duration.ofMillis(160);
    static final int PIECE_BYTES = 160 * 48;
    static final Duration INTERVAL = Duration.ofMillis(40);
    private static final int EVENTS_IN_ANSWER = 250;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration START = Duration.ofSeconds(30);

    /// How large the load is.
    ///
    /// @param eventsInAnswer of which one comes every 40 ms
    record Shape(int sessions, int eventsInAnswer) {
        Duration answer() {
            return INTERVAL.multipliedBy(eventsInAnswer);
        }
    }

    private ReceivingLoad() {}

    /// Runs the load and prints a table.
    ///
    /// @param args number of sessions, 500 unless given, and of rounds, 2 unless given
    public static void main(String... args) throws IOException, InterruptedException {
        int sessions = args.length > 0 ? Integer.parseInt(args[0]) : 500;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 2;
        var shape = new Shape(sessions, EVENTS_IN_ANSWER);
        System.out.println("## Receiving\n\n" + Machine.facts() + "\n");
        var parley = new ArrayList<Figures>();
        var official = new ArrayList<Figures>();
        for (int i = 0; i < rounds; i++) {
            parley.add(measured(Listener.Client.PARLEY, shape));
            official.add(measured(Listener.Client.OFFICIAL, shape));
        }
        print(shape, parley, official);
        if (!isWhole(parley)) {
            System.out.println("\nParley lost events.");
            System.exit(1);
        }
    }

    private static Figures measured(Listener.Client client, Shape shape) throws IOException, InterruptedException {
        double pace = (double) PIECE.toNanos() / INTERVAL.toNanos();
        try (var service = LoadService.start(pace, PIECE, PIECE.multipliedBy(shape.eventsInAnswer))) {
            var address = service.line(START);
            try (var listening = Child.start(ReceivingClient.class, client.name(), address, Integer.toString(
                    shape.sessions), Integer.toString(shape.eventsInAnswer))) {
                var begun = listening.line(PATIENCE);
                double before = Figures.parse(service.ask("cpu", PATIENCE)).get("cpu");
                long from = System.nanoTime();
                var ended = listening.line(PATIENCE);
                double cpu = Figures.parse(service.ask("cpu", PATIENCE)).get("cpu") - before;
                if (!begun.equals("begun") || !ended.equals("ended")) {
                    throw new IllegalStateException("expected begun and ended, found " + begun + " and " + ended);
                }
                var figures = Figures.parse(listening.line(PATIENCE))
                        .with("service.cpu", cpu / (System.nanoTime() - from));
                System.err.println(client + " " + figures.toLine());
                return figures;
            }
        }
    }

    private static boolean isWhole(List<Figures> measured) {
        return measured.stream()
                .allMatch(figures -> figures.get("lost") == 0 && figures.get("lost.bytes") == 0
                        && figures.get("misplaced") == 0);
    }

    private static void print(Shape shape, List<Figures> parley, List<Figures> official) {
        System.out.printf(Locale.ROOT,
                "%d sessions, %d events a second wanted. Ratios are Parley to the official client: "
                        + "%s.%n%n", shape.sessions, shape.sessions * 1_000L / INTERVAL.toMillis(), String.join(", ",
                                ratio("CPU",
                                        "cpu.event", parley, official), ratio("allocation", "allocated.event", parley,
                                                official), ratio(
                                                        "heap idle", "idle.heap", parley, official), ratio(
                                                                "p99 lateness", "late.p99", parley,
                                                                official)));
        var all = new ArrayList<Figures>();
        var head = new ArrayList<>(List.of("in turns"));
        for (int i = 0; i < parley.size(); i++) {
            head.addAll(List.of("Parley " + (i + 1), "official " + (i + 1)));
            all.addAll(List.of(parley.get(i), official.get(i)));
        }
        var table = new Table(head.toArray(String[]::new));
        table.row("CPU, cores", "%.2f", 1, "cpu", all);
        table.row("CPU per event, µs", "%.1f", 1, "cpu.event", all);
        table.row("allocated per event, KB", "%.1f", 1_024, "allocated.event", all);
        table.row("CPU of the emulator, cores", "%.2f", 1, "service.cpu", all);
        table.row("events a second", "%.0f", 1, "rate", all);
        table.row("lateness p50, ms", "%.1f", 1, "late.p50", all);
        table.row("lateness p99, ms", "%.1f", 1, "late.p99", all);
        table.row("lateness worst, ms", "%.1f", 1, "late.max", all);
        table.row("events lost", "%.0f", 1, "lost", all);
        table.row("bytes lost", "%.0f", 1, "lost.bytes", all);
        table.row("events misplaced", "%.0f", 1, "misplaced", all);
        table.row("heap per idle session, KB", "%.1f", 1_024, "idle.heap", all);
        table.row("platform threads, idle", "%.0f", 1, "idle.threads", all);
        table.row("platform threads, loaded", "%.0f", 1, "load.threads", all);
        table.row("most heap after a collection, MB", "%.0f", 1 << 20, "load.heap", all);
    }

    private static String ratio(String name, String figure, List<Figures> parley, List<Figures> official) {
        return String.format(Locale.ROOT, "%s %.2f", name, sum(parley, figure) / sum(official, figure));
    }

    private static double sum(List<Figures> measured, String figure) {
        return measured.stream().mapToDouble(figures -> figures.get(figure)).sum();
    }
}
