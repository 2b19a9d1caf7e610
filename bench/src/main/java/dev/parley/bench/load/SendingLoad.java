package dev.parley.bench.load;

import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.RealtimeSession;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionClosedException;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// 10,000 audio chunks a second over 200 sessions: first all of them to an emulator in another process, then one of them
/// to a peer that never reads.
final class SendingLoad {
    private static final Duration CHUNK = Duration.ofMillis(20);
    private static final byte[] SOUND = new byte[20 * 48];
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// Shorter than usual, so that the end of the session with the deaf peer is seen as well.
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(5);
    private static final Duration LEAD_IN = Duration.ofSeconds(5);

    private final Duration length;
    private final Lateness late = new Lateness();
    private final Lateness took = new Lateness();
    private final Lateness drained = new Lateness();
    private final AtomicInteger longest = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    private SendingLoad(Duration length) {
        this.length = length;
    }

    /// Runs the load and prints a table.
    ///
    /// @param args number of sessions, 200 unless given, and seconds, 50 unless given
    public static void main(String... args) throws IOException, InterruptedException {
        // Loopback would take megabytes that nobody reads before it says so.
        System.setProperty("jdk.httpclient.sendBufferSize", Integer.toString(64 << 10));
        int sessions = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        var length = Duration.ofSeconds(args.length > 1 ? Integer.parseInt(args[1]) : 50);
        System.out.println("## Sending\n\n" + Machine.facts() + "\n");
        var healthy = measured(sessions, length, false);
        var withDeaf = measured(sessions, length, true);
        print(sessions, healthy, withDeaf);
        if (healthy.get("lost") != 0 || withDeaf.get("lost") != 0) {
            System.out.println("\nChunks were lost.");
            System.exit(1);
        }
    }

    private static Figures measured(int sessions, Duration length, boolean oneIsDeaf) throws IOException,
            InterruptedException {
        try (var service = LoadService.start(5, Duration.ofMillis(100), Duration.ofSeconds(1))) {
            var address = URI.create(service.line(START));
            var deaf = oneIsDeaf ? URI.create(service.ask("deaf", PATIENCE)) : null;
            var load = new SendingLoad(length);
            var figures = load.run(address, deaf, sessions);
            double received = Figures.parse(service.ask("received", PATIENCE)).get("appends");
            var all = figures.with("lost", load.sent.get() - received);
            System.err.println(all.toLine());
            return all;
        }
    }

    private Figures run(URI address, @Nullable URI deaf, int sessions) throws InterruptedException {
        var limits = RealtimeSession.Limits.DEFAULT.withIdle(IDLE).withKeepAlive(KEEP_ALIVE);
        try (var client = RealtimeClient.builder().baseUrl(address).apiKey("none-is-needed").limits(limits).build();
                var other = deaf == null
                        ? null
                        : RealtimeClient.builder().baseUrl(deaf).limits(limits).build()) {
            var open = new ArrayList<RealtimeSession>();
            for (int i = 0; i < sessions - (other == null ? 0 : 1); i++) {
                open.add(opened(client));
            }
            var figures = Figures.none();
            var senders = new ArrayList<Thread>();
            long start = System.nanoTime() + CHUNK.toNanos();
            for (int i = 0; i < open.size(); i++) {
                var session = open.get(i);
                long begin = start + CHUNK.toNanos() * i / sessions;
                senders.add(Thread.ofVirtual().start(() -> send(session, begin)));
            }
            Told told = null;
            if (other != null) {
                told = new Told(other.connect(), start, length);
                senders.add(Thread.ofVirtual().start(told));
            }
            figures = figures.with(usage(start));
            for (var sender : senders) {
                sender.join();
            }
            if (told != null) {
                figures = figures.with(told.figures());
            }
            commitAll(open);
            return figures.with(late.as("late"))
                    .with(took.as("took"))
                    .with(drained.as("drained"))
                    .with("longest", longest.get())
                    .with("sent", sent.get())
                    .with("refused", refused.get());
        }
    }

    private static RealtimeSession opened(RealtimeClient client) {
        var session = client.connect();
        session.configure(SessionConfig.builder().turnDetection(new TurnDetection.Manual()).build());
        await(session, ServerEvent.SessionUpdated.class);
        return session;
    }

    private static void await(RealtimeSession session, Class<? extends ServerEvent> type) {
        ServerEvent event;
        do {
            event = session.next(PATIENCE)
                    .orElseThrow(() -> new IllegalStateException("expected " + type.getSimpleName() + ", found "
                            + session.closed()));
        } while (!type.isInstance(event));
    }

    private Figures usage(long start) {
        Clock.waitUntil(start + LEAD_IN.toNanos());
        long cpu = ThisProcess.cpuNanos();
        long from = System.nanoTime();
        long heap = 0;
        while (System.nanoTime() < start + length.toNanos()) {
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            heap = Math.max(heap, ThisProcess.heapAfterCollection());
        }
        return Figures.none()
                .with("cpu", (double) (ThisProcess.cpuNanos() - cpu) / (System.nanoTime() - from))
                .with("heap", heap);
    }

    private void send(RealtimeSession session, long start) {
        long chunks = length.dividedBy(CHUNK);
        for (long i = 0; i < chunks; i++) {
            long due = start + i * CHUNK.toNanos();
            Clock.waitUntil(due);
            long begun = System.nanoTime();
            var result = session.trySend(new ClientEvent.InputAppend(SOUND));
            long over = System.nanoTime();
            (result.isQueued() ? sent : refused).incrementAndGet();
            if (due - start > LEAD_IN.toNanos()) {
                late.add(begun - due);
                took.add(over - begun);
                longest.accumulateAndGet(result.queueLength(), Math::max);
            }
        }
    }

    /// How long the emulator takes to have heard everything.
    private void commitAll(List<RealtimeSession> open) throws InterruptedException {
        var committing = new ArrayList<Thread>();
        for (var session : open) {
            committing.add(Thread.ofVirtual().start(() -> {
                long from = System.nanoTime();
                session.commitAudio();
                await(session, ServerEvent.InputCommitted.class);
                drained.add(System.nanoTime() - from);
                session.close();
            }));
        }
        for (var one : committing) {
            one.join();
        }
    }

    /// The session with the deaf peer, and when it was told what.
    private static final class Told implements Runnable {
        private final RealtimeSession session;
        private final long start;
        private final long chunks;
        private int longest;
        private long queued;
        private long refusals;
        private double firstRefusal = Double.NaN;
        private double end = Double.NaN;

        Told(RealtimeSession session, long start, Duration length) {
            this.session = session;
            this.start = start;
            this.chunks = length.dividedBy(CHUNK);
        }

        @Override
        public void run() {
            for (long i = 0; i < chunks; i++) {
                Clock.waitUntil(start + i * CHUNK.toNanos());
                try {
                    var result = session.trySend(new ClientEvent.InputAppend(SOUND));
                    longest = Math.max(longest, result.queueLength());
                    if (result.isQueued()) {
                        queued++;
                    } else if (refusals++ == 0) {
                        firstRefusal = seconds();
                    }
                } catch (SessionClosedException e) {
                    end = seconds();
                    System.err.println("the deaf peer's session: " + e.getMessage());
                    return;
                }
            }
        }

        private double seconds() {
            return (System.nanoTime() - start) / 1e9;
        }

        Figures figures() {
            session.close();
            return Figures.none()
                    .with("deaf.longest", longest)
                    .with("deaf.queued", queued)
                    .with("deaf.refusals", refusals)
                    .with("deaf.firstRefusal", firstRefusal)
                    .with("deaf.end", end);
        }
    }

    private static void print(int sessions, Figures healthy, Figures withDeaf) {
        System.out.printf(Locale.ROOT,
                "%d sessions, %d chunks of 20 ms a second. With a deaf peer among them to without: "
                        + "p99 lateness %.2f, p99 of sending %.2f, CPU %.2f.%n%n", sessions, sessions * 1_000L / CHUNK
                                .toMillis(), withDeaf.get("late.p99") / healthy.get("late.p99"), withDeaf.get(
                                        "took.p99")
                                        / healthy.get("took.p99"), withDeaf.get("cpu") / healthy.get("cpu"));
        var both = List.of(healthy, withDeaf);
        var table = new Table("the sessions that are read", "all are read", "one is not");
        table.row("chunks sent", "%.0f", 1, "sent", both);
        table.row("chunks lost", "%.0f", 1, "lost", both);
        table.row("chunks refused", "%.0f", 1, "refused", both);
        table.row("sent late p50, ms", "%.2f", 1, "late.p50", both);
        table.row("sent late p99, ms", "%.2f", 1, "late.p99", both);
        table.row("sent late worst, ms", "%.2f", 1, "late.max", both);
        table.row("`trySend` took p99, ms", "%.3f", 1, "took.p99", both);
        table.row("`trySend` took worst, ms", "%.3f", 1, "took.max", both);
        table.row("longest send queue, frames", "%.0f", 1, "longest", both);
        table.row("all heard after the last chunk, p99, ms", "%.1f", 1, "drained.p99", both);
        table.row("CPU of the client, cores", "%.2f", 1, "cpu", both);
        table.row("most heap after a collection, MB", "%.0f", 1 << 20, "heap", both);
        System.out.println();
        var deaf = Collections.singletonList(withDeaf);
        var told = new Table("the session that is not read", "");
        told.row("first told there is no room, s after the start", "%.1f", 1, "deaf.firstRefusal", deaf);
        told.row("chunks taken", "%.0f", 1, "deaf.queued", deaf);
        told.row("chunks refused", "%.0f", 1, "deaf.refusals", deaf);
        told.row("longest send queue, frames", "%.0f", 1, "deaf.longest", deaf);
        told.row("ended as lost, s after the start", "%.1f", 1, "deaf.end", deaf);
    }
}
