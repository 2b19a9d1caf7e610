package dev.parley.bench.load;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Sessions that call the venue's tools over HTTP, in another process: of ten calls five put a beer into a cart, four read,
/// and one pays.
///
/// At a fixed rate, a call's time counts from when it was due, not from when it was sent: who waits behind a slow call is
/// slow too. Without a rate, each session calls again as soon as it is answered.
final class VenueLoad {
    private static final int SESSIONS = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration WARM_UP = Duration.ofSeconds(100);
    /// The collector that `./parley` uses.
    private static final List<String> JVM = List.of("-XX:+UseSerialGC");
    private static final List<String> BEERS = List.of("Bud Light", "Corona Extra", "Coors Light", "Heineken");

    private final URI venue;
    private final AtomicLong failures = new AtomicLong();
    private Lateness late = new Lateness();

    private VenueLoad(URI venue) {
        this.venue = venue;
    }

    /// Runs the load and prints a table.
    ///
    /// @param args calls a second, 500 unless given; seconds, 15 unless given; JDBC URL of an empty database, an H2 file
    ///         unless given
    public static void main(String... args) throws IOException, InterruptedException {
        int rate = args.length > 0 ? Integer.parseInt(args[0]) : 500;
        var length = Duration.ofSeconds(args.length > 1 ? Integer.parseInt(args[1]) : 15);
        var folder = Files.createTempDirectory("venue-load");
        var url = args.length > 2 ? args[2] : "jdbc:h2:file:" + folder.resolve("venue");
        System.out.println("## The venue, " + url.split(":", 3)[1] + "\n\n" + Machine.facts() + "\n");
        double broken;
        double failed;
        try (var service = Child.start(JVM, VenueService.class, url)) {
            var load = new VenueLoad(URI.create(service.line(PATIENCE)));
            load.restock();
            load.run(0, WARM_UP);
            var table = new Table("calls due", "calls/s", "p50, ms", "p99", "worst", "failed", "CPU, cores",
                    "heap, MB");
            load.measure(table, service, rate, length);
            load.measure(table, service, 0, length);
            broken = Figures.parse(service.ask("check", PATIENCE)).get("findings");
            failed = load.failures.get();
            System.out.println("\nRules broken afterwards: " + (long) broken);
        }
        System.exit(broken > 0 || failed > 0 ? 1 : 0);
    }

    private void measure(Table table, Child service, int rate, Duration length) throws InterruptedException {
        late = new Lateness();
        var failedBefore = failures.get();
        var cpu = Figures.parse(service.ask("usage", PATIENCE)).get("cpu");
        var began = System.nanoTime();
        run(rate, length);
        var took = System.nanoTime() - began;
        var after = Figures.parse(service.ask("usage", PATIENCE));
        var times = late.as("call");
        table.row(rate == 0 ? "as many as go" : rate + " a second", number(late.count() * 1e9 / took, 0), number(times
                .get(
                        "call.p50"), 1), number(times.get("call.p99"), 1), number(times.get("call.max"), 0), String
                                .valueOf(
                                        failures.get() - failedBefore), number((after.get("cpu") - cpu) / took, 2),
                number(after.get(
                        "heap") / 1e6, 0));
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    private void restock() throws IOException {
        try (var caller = new PlainCaller(venue, PATIENCE)) {
            for (var beer : BEERS) {
                call(caller, "restock", "create_adjustment", "{\"product_name\":\"" + beer
                        + "\",\"location_name\":\"Main Bar\",\"quantity\":1000000,\"adjustment_type\":\"restock\"}");
            }
        }
    }

    private void run(int rate, Duration length) throws InterruptedException {
        var done = new CountDownLatch(SESSIONS);
        var start = System.nanoTime();
        for (int i = 0; i < SESSIONS; i++) {
            int number = i;
            Thread.ofVirtual().start(() -> {
                try {
                    converse(number, rate, start, length);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                } catch (IOException e) {
                    fail("session " + number, e.toString());
                } finally {
                    done.countDown();
                }
            });
        }
        if (!done.await(length.plus(PATIENCE).toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("expected all calls to be answered " + PATIENCE.toSeconds()
                    + " s after the last was due, found some that were not");
        }
    }

    private void converse(int number, int rate, long start, Duration length) throws InterruptedException,
            IOException {
        var session = "load-" + number + "-" + UUID.randomUUID();
        var every = rate == 0 ? 0 : SESSIONS * 1_000_000_000L / rate;
        var due = start + every * number / SESSIONS;
        try (var caller = new PlainCaller(venue, PATIENCE)) {
            for (long i = 0; System.nanoTime() - start < length.toNanos(); i++) {
                if (rate > 0) {
                    Clock.waitUntil(due);
                } else {
                    due = System.nanoTime();
                }
                step(caller, session, (int) (i % 10), BEERS.get((int) ((i / 2 + number) % BEERS.size())));
                late.add(System.nanoTime() - due);
                due += every;
            }
        }
    }

    private void step(PlainCaller caller, String session, int step, String beer) throws IOException {
        switch (step) {
            case 0, 2, 4, 6, 8 -> call(caller, session, "add_to_cart", "{\"drink_name\":\"" + beer + "\"}");
            case 1, 5 -> call(caller, session, "show_cart", "{}");
            case 3 -> call(caller, session, "check_inventory", "{\"drink_name\":\"" + beer + "\"}");
            case 7 -> call(caller, session, "search_drinks", "{\"query\":\"" + beer + "\"}");
            default -> call(caller, session, "process_order", "{}");
        }
    }

    private void call(PlainCaller caller, String session, String tool, String args) throws IOException {
        var answer = caller.post("/api/realtime/execute-tool", "{\"name\":\"" + tool + "\",\"args\":" + args
                + ",\"sessionId\":\"" + session + "\",\"call_id\":\"" + UUID.randomUUID() + "\"}");
        if (answer.status() != 200) {
            fail(tool, answer.body());
        }
    }

    private void fail(String what, String how) {
        if (failures.incrementAndGet() == 1) {
            System.err.println(what + ": " + how);
        }
    }
}
