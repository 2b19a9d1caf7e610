package dev.parley.bench;

import dev.parley.emulator.Emulator;
import dev.parley.emulator.Scenario;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Item;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.RealtimeSession;
import dev.parley.realtime.ServerEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What a session costs in heap while nobody speaks: opened, greeted, one large message behind it. The service is another
/// process.
public final class IdleSessions {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LARGE = 200_000;

    private IdleSessions() {}

    /// Measures, or serves.
    ///
    /// @param args how many sessions; `serve` for the other process
    public static void main(String... args) throws IOException, InterruptedException {
        if (args.length == 1 && args[0].equals("serve")) {
            serve();
            return;
        }
        int count = args.length == 0 ? 500 : Integer.parseInt(args[0]);
        var service = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-cp",
                System.getProperty("java.class.path"), IdleSessions.class.getName(), "serve")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var said = new BufferedReader(new InputStreamReader(service.getInputStream(), StandardCharsets.UTF_8))) {
            measure(URI.create(said.readLine()), count);
        } finally {
            service.destroy();
        }
    }

    private static void serve() throws IOException {
        try (var emulator = Emulator.start(Scenario.paymentDesk())) {
            System.out.println(emulator.uri());
            // Until the other process has gone.
            var _ = System.in.read();
        }
    }

    private static void measure(URI service, int count) throws InterruptedException {
        try (var client = RealtimeClient.builder().baseUrl(service).build()) {
            // Classes, caches and the selector are no session's.
            open(client).close();
            long before = heap();
            var sessions = new ArrayList<RealtimeSession>();
            for (int i = 0; i < count; i++) {
                sessions.add(open(client));
            }
            long each = (heap() - before) / count;
            System.out.printf("%d idle sessions: %.1f KB of heap each, %d platform threads in all%n", count,
                    each / 1024.0, ManagementFactory.getThreadMXBean().getThreadCount());
            closeAll(sessions);
        }
    }

    private static RealtimeSession open(RealtimeClient client) {
        var session = client.connect();
        await(session, ServerEvent.SessionCreated.class);
        session.send(new ClientEvent.ItemCreate(Item.userText("x".repeat(LARGE)).with("item_large", "completed")));
        await(session, ServerEvent.ItemDone.class);
        return session;
    }

    private static void await(RealtimeSession session, Class<? extends ServerEvent> type) {
        ServerEvent event;
        do {
            event = session.next(PATIENCE).orElseThrow(() -> new IllegalStateException("no " + type.getSimpleName()));
        } while (!type.isInstance(event));
    }

    private static void closeAll(List<RealtimeSession> sessions) throws InterruptedException {
        var closing = sessions.stream().map(session -> Thread.ofVirtual().start(session::close)).toList();
        for (var one : closing) {
            one.join();
        }
    }

    private static long heap() throws InterruptedException {
        var memory = ManagementFactory.getMemoryMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            memory.gc();
            least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
