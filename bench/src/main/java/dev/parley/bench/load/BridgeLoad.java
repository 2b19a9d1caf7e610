package dev.parley.bench.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Calls over our bridge and over one on Pion, in turns: the same load generator calls both, on one machine, in one run.
final class BridgeLoad {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration WARM_UP = Duration.ofSeconds(6);
    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final int CYCLES = 2_000;
    private static final int CYCLES_BEFORE = 500;
    private static final int STARTS = 3;
    private static final List<Integer> CALLS = List.of(60, 150, 60);
    private static final String OURS = "Parley";
    private static final String THEIRS = "Pion";

    private final PeerProgram peers;
    private final Duration length;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Verdict> verdicts = new ArrayList<>();

    /// What a bar is, and whether it was reached.
    private record Verdict(String what, String bar, String measured, boolean reached) {}

    /// A bridge that is called.
    private record Side(String name, URI uri, OtherProcess process) {
        boolean isOurs() {
            return name.equals(OURS);
        }
    }

    private BridgeLoad(PeerProgram peers, Duration length) {
        this.peers = peers;
        this.length = length;
    }

    /// Runs the load and prints tables.
    ///
    /// @param args folder with the programs of others; seconds of each measurement, 10 unless given
    public static void main(String... args) throws IOException, InterruptedException {
        if (args.length == 0) {
            throw new IllegalArgumentException("expected the folder with the programs gobridge and loadgen, found none;"
                    + " bench/README.md says what they do and how to build them");
        }
        var length = Duration.ofSeconds(args.length > 1 ? Integer.parseInt(args[1]) : 10);
        System.out.println("## Bridged calls\n\n" + Machine.facts() + "\n");
        var load = new BridgeLoad(new PeerProgram(Path.of(args[0])), length);
        load.firstCalls();
        load.calls();
        System.exit(load.judge() ? 0 : 1);
    }

    // --- The first call ---------------------------------------------------------------------------------------------

    private void firstCalls() throws IOException, InterruptedException {
        var table = new Table("start", "ready after, ms", "first call, ms", "tenth call, ms");
        double slowest = 0;
        try (var caller = FirstCall.warm()) {
            for (int i = 0; i < STARTS; i++) {
                var begun = System.nanoTime();
                try (var child = Child.start(BridgeService.class)) {
                    var uri = URI.create(child.line(START));
                    slowest = Math.max(slowest, firstCalls(table, OURS, (System.nanoTime() - begun) / 1e6, uri,
                            caller));
                }
                try (var bridge = peers.bridge()) {
                    firstCalls(table, THEIRS, bridge.ready(), bridge.uri(), caller);
                }
            }
        }
        System.out.println();
        verdicts.add(new Verdict("first call after a start, until sound is back, the slowest of " + STARTS,
                "at most 300 ms", format("%.0f ms", slowest), slowest <= 300));
    }

    private static double firstCalls(Table table, String name, double ready, URI uri, FirstCall caller)
            throws IOException, InterruptedException {
        var first = caller.call(uri);
        double tenth = 0;
        for (int i = 2; i <= 10; i++) {
            tenth = caller.call(uri);
        }
        table.row(name, format("%.0f", ready), format("%.0f", first), format("%.0f", tenth));
        return first;
    }

    // --- Calls that are held, and calls that come and go ------------------------------------------------------------

    private void calls() throws IOException, InterruptedException {
        try (var child = Child.start(BridgeService.class); var bridge = peers.bridge()) {
            var ours = new Side(OURS, URI.create(child.line(START)), new OtherProcess(child.pid()));
            var theirs = new Side(THEIRS, bridge.uri(), new OtherProcess(bridge.process().pid()));
            hold(List.of(ours, theirs));
            comeAndGo(List.of(ours, theirs));
        }
    }

    private void hold(List<Side> sides) throws IOException, InterruptedException {
        var table = new Table("two-way calls", "bridge", "CPU per packet, µs", "cores", "p50, µs", "p99, µs",
                "worst, ms", "packets/s", "lost, %", "dropped by the system", "setup, ms of CPU a leg",
                "heap, KB a call", "threads");
        Map<Integer, List<Figures>> all = new LinkedHashMap<>();
        var order = sides;
        for (int calls : CALLS) {
            for (var side : order) {
                var figures = hold(side, calls);
                all.computeIfAbsent(calls, _ -> new ArrayList<>())
                        .add(figures.with("ours", side.isOurs() ? 1 : 0).with("calls", calls));
                table.row(Integer.toString(calls), side.name, cell(figures, "packet", "%.1f"), cell(figures, "cores",
                        "%.2f"), cell(figures, "p50", "%.0f"), cell(figures, "p99", "%.0f"), format("%.1f", figures
                                .get("max") / 1e3), cell(figures, "sent", "%.0f"), cell(figures, "loss", "%.3f"), cell(
                                        figures, "systemDrops", "%.0f"), cell(figures, "setup", "%.1f"), cell(figures,
                                                "heap", "%.0f"), cell(figures, "threads", "%.0f"));
            }
            order = order.reversed();
        }
        System.out.println();
        all.forEach(this::judge);
    }

    private Figures hold(Side side, int calls) throws IOException, InterruptedException {
        get(side, "/gc");
        var before = stats(side);
        var dropped = OtherProcess.datagramsDropped();
        var text = peers.load(WARM_UP.plus(length).plus(GRACE), List.of("-url", side.uri.toString(), "-n", Integer
                .toString(calls), "-pid", Long.toString(side.process.pid()), "-warm", Long.toString(WARM_UP
                        .toSeconds()), "-dur", Long.toString(length.toSeconds())));
        var held = heap(side, text);
        var after = stats(side);
        return LoadReport.ofCalls(text)
                .with("heap", (held - before.get("heap")) / calls / 1024)
                .with("dropped", after.get("dropped") - before.get("dropped"))
                .with("lost", after.get("lost") - before.get("lost"))
                .with("systemDrops", OtherProcess.datagramsDropped() - dropped)
                .with("threads", side.process.threads());
    }

    private void judge(int calls, List<Figures> runs) {
        var ours = runs.stream().filter(run -> run.get("ours") == 1).toList();
        var theirs = runs.stream().filter(run -> run.get("ours") == 0).toList();
        var name = calls + " calls: ";
        ratio(name + "CPU per forwarded packet", ours, theirs, "packet", 0.5);
        ratio(name + "one-way latency p50", ours, theirs, "p50", 1);
        ratio(name + "one-way latency p99", ours, theirs, "p99", 1);
        // Packets that are on their way when counting begins and ends are not lost.
        var lost = sum(ours, "lost") + sum(ours, "dropped") + sum(ours, "fails");
        var loss = ours.stream().mapToDouble(run -> run.get("loss")).max().orElseThrow();
        verdicts.add(new Verdict(name + "calls failed, packets lost", "none", format("%.0f, %.3f %%", lost, loss),
                lost == 0 && loss < 0.05));
        var heap = ours.stream().mapToDouble(run -> run.get("heap")).max().orElseThrow();
        verdicts.add(new Verdict(name + "live heap a call", "at most 100 KB", format("%.0f KB", heap), heap <= 100));
    }

    private void ratio(String what, List<Figures> ours, List<Figures> theirs, String figure, double bar) {
        ratio(what, sum(ours, figure) / ours.size(), sum(theirs, figure) / theirs.size(), bar);
    }

    private void ratio(String what, double ours, double theirs, double bar) {
        verdicts.add(new Verdict(what, format(bar == 1 ? "below Pion's" : "at most %.1f of Pion's", bar), format(
                "%.2f", ours / theirs), ours <= bar * theirs));
    }

    private void comeAndGo(List<Side> sides) throws IOException, InterruptedException {
        var table = new Table(CYCLES + " calls that come and go", "failed", "CPU a call, ms",
                "sockets and files before",
                "after", "threads before", "after", "heap before, MB", "after", "resident before, MB", "after");
        var cycles = new ArrayList<Figures>();
        for (var side : sides) {
            comeAndGo(side, CYCLES_BEFORE);
            get(side, "/gc");
            var before = usage(side);
            var live = side.isOurs() ? get(side, "/live") : "";
            var figures = comeAndGo(side, CYCLES);
            get(side, "/gc");
            var after = usage(side);
            cycles.add(figures);
            table.row(side.name, cell(figures, "fails", "%.0f"), cell(figures, "cycle", "%.2f"), cell(before, "files",
                    "%.0f"), cell(after, "files", "%.0f"), cell(before, "threads", "%.0f"), cell(after, "threads",
                            "%.0f"), megabytes(before, "heap"), megabytes(after, "heap"), megabytes(before, "resident"),
                    megabytes(after, "resident"));
            if (side.isOurs()) {
                leaks(figures, before, after, Figures.parse(live), Figures.parse(get(side, "/live")));
            }
        }
        System.out.println();
        ratio("setup and teardown, CPU", cycles.getFirst().get("cycle"), cycles.getLast().get("cycle"), 2);
    }

    private Figures comeAndGo(Side side, int calls) throws IOException, InterruptedException {
        return LoadReport.ofCycles(peers.load(GRACE.multipliedBy(3), List.of("-url", side.uri.toString(), "-n", Integer
                .toString(calls), "-mode", "cycle", "-pid", Long.toString(side.process.pid()))));
    }

    private void leaks(Figures figures, Figures before, Figures after, Figures liveBefore, Figures live) {
        verdicts.add(new Verdict(CYCLES + " calls that come and go: failed", "none", cell(figures, "fails", "%.0f"),
                figures.get("fails") == 0));
        var objects = live.values().values().stream().mapToDouble(Double::doubleValue).sum() - liveBefore.values()
                .values()
                .stream()
                .mapToDouble(Double::doubleValue)
                .sum();
        // Connections of the signalling may come and go meanwhile.
        var sockets = after.get("files") - before.get("files");
        verdicts.add(new Verdict("... connections, sockets, timers left", "none", format("%.0f objects, %.0f sockets",
                objects, Math.max(0, sockets)), objects <= 0 && sockets < 20));
        var heap = (after.get("heap") - before.get("heap")) / 1024;
        verdicts.add(new Verdict("... heap left, of all of them together", "below 1 MB", format("%.0f KB", heap),
                heap < 1024));
    }

    private Figures usage(Side side) throws IOException, InterruptedException {
        return Figures.none()
                .with("files", side.process.descriptors())
                .with("threads", side.process.threads())
                .with("heap", stats(side).get("heap"))
                .with("resident", side.process.resident());
    }

    /// Ours tells figures; the other one's heap is all we want of it.
    private Figures stats(Side side) throws IOException, InterruptedException {
        var text = get(side, "/stats");
        return side.isOurs()
                ? Figures.parse(text)
                : Figures.none().with("heap", heap(side, text)).with("dropped", 0).with("lost", 0);
    }

    /// Bytes of heap after a collection, in what a bridge says of itself.
    private static double heap(Side side, String text) {
        var found = Pattern.compile(side.isOurs() ? "\\bheap=([\\d.E]+)" : "\\bheapMB=(\\d+)").matcher(text);
        if (!found.find()) {
            throw new IllegalArgumentException("expected " + side.name + " to tell its heap, found " + text);
        }
        return Double.parseDouble(found.group(1)) * (side.isOurs() ? 1 : 1 << 20);
    }

    private String get(Side side, String path) throws IOException, InterruptedException {
        var answer = http.send(HttpRequest.newBuilder(side.uri.resolve(path)).timeout(START).build(), BodyHandlers
                .ofString());
        return answer.body().strip();
    }

    // --- The verdicts -----------------------------------------------------------------------------------------------

    private boolean judge() {
        var table = new Table("", "bar", "measured", "");
        verdicts.forEach(one -> table.row(one.what, one.bar, one.measured, one.reached ? "held" : "**not held**"));
        return verdicts.stream().allMatch(Verdict::reached);
    }

    private static double sum(List<Figures> runs, String figure) {
        return runs.stream().mapToDouble(run -> run.get(figure)).sum();
    }

    private static String cell(Figures figures, String name, String format) {
        return format(format, figures.get(name));
    }

    private static String megabytes(Figures figures, String name) {
        return format("%.1f", figures.get(name) / (1 << 20));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
