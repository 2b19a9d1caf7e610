package dev.parley.bench.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.parley.rtc.RtcEngine;
import dev.parley.rtc.RtcException;
import dev.parley.rtc.SdpException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/// A bridge that joins two callers without decoding, as a process of its own; it speaks the signalling of the bridge it is
/// compared with:
///
/// | request | answer |
/// |---|---|
/// | `POST /offer?call=ID&leg=a` (or `b`, `echo`) with an offer | the answer |
/// | `/close?call=ID` | |
/// | `/stats` | what it has carried and uses, as `name=number` pairs |
/// | `/gc` | nothing, after a collection |
/// | `/live` | objects of peer connections that are still there, as pairs |
///
/// The first line it prints is its address, once it is warm. It ends with its input.
final class BridgeService implements AutoCloseable {
    private static final Logger QUIET = Logger.getLogger("");

    private final RtcEngine engine = RtcEngine.open();
    private final BridgeCounts counts = new BridgeCounts();
    private final Map<String, BridgeLeg> legs = new ConcurrentHashMap<>();
    private final AtomicLong lost = new AtomicLong();
    private final HttpServer server;
    /// As of the last collection asked for.
    private volatile long liveHeap;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private BridgeService(HttpServer server) {
        this.server = server;
        serve("/offer", this::offer);
        serve("/close", this::close);
        serve("/stats", _ -> stats().toLine());
        serve("/gc", _ -> {
            liveHeap = ThisProcess.liveHeap();
            return "";
        });
        serve("/live", _ -> ThisProcess.instances("dev.parley.rtc.PeerConnection", "dev.parley.rtc.Alarm",
                "dev.parley.rtc.DtlsEndpoint", "sun.nio.ch.DatagramChannelImpl",
                "java.util.concurrent.ScheduledThreadPoolExecutor$ScheduledFutureTask").toLine());
        server.setExecutor(threads);
        server.start();
    }

    /// Serves until the parent's end.
    public static void main(String... args) throws IOException, InterruptedException {
        QUIET.setLevel(Level.WARNING);
        try (var service = start()) {
            service.engine.warmUp();
            System.out.println(service.uri());
            while (System.in.read() >= 0) {
                // Nobody asks it anything.
            }
        }
    }

    static BridgeService start() throws IOException {
        return new BridgeService(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private String offer(Request request) {
        var name = request.parameter("leg");
        var call = request.parameter("call");
        var leg = BridgeLeg.open(engine, counts);
        try {
            var answer = leg.answer(request.body);
            var before = legs.put(call + "/" + name, leg);
            if (before != null) {
                before.close();
            }
            var other = legs.get(call + "/" + switch (name) {
                case "a" -> "b";
                case "b" -> "a";
                default -> name;
            });
            if (other != null) {
                leg.join(other);
                other.join(leg);
            }
            return answer;
        } catch (SdpException e) {
            leg.close();
            throw e;
        }
    }

    private String close(Request request) {
        for (var name : new String[]{"a", "b", "echo"}) {
            var leg = legs.remove(request.parameter("call") + "/" + name);
            if (leg != null) {
                lost.addAndGet(leg.lost());
                leg.close();
            }
        }
        return "";
    }

    private Figures stats() {
        return Figures.none()
                .with("legs", legs.size())
                .with("in", counts.received.sum())
                .with("out", counts.sent.sum())
                .with("dropped", counts.dropped.sum())
                .with("lost", lost.get() + legs.values().stream().mapToLong(BridgeLeg::lost).sum())
                .with("heap", liveHeap)
                .with("allocated", ThisProcess.allocated())
                .with("connections", engine.connections());
    }

    private record Request(Map<String, String> parameters, String body) {
        static Request of(HttpExchange exchange) throws IOException {
            var query = exchange.getRequestURI().getQuery();
            Map<String, String> parameters = query == null
                    ? Map.of()
                    : Arrays.stream(query.split("&"))
                            .map(pair -> pair.split("=", 2))
                            .filter(pair -> pair.length == 2)
                            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (_, last) -> last));
            return new Request(parameters, new String(exchange.getRequestBody().readAllBytes(),
                    StandardCharsets.UTF_8));
        }

        String parameter(String name) {
            var value = parameters.get(name);
            if (value == null) {
                throw new IllegalArgumentException("expected the parameter " + name + ", found " + parameters.keySet());
            }
            return value;
        }
    }

    private void serve(String path, Function<Request, String> handler) {
        server.createContext(path, exchange -> {
            try (exchange) {
                int status = 200;
                String text;
                try {
                    text = handler.apply(Request.of(exchange));
                } catch (IllegalArgumentException | SdpException e) {
                    status = 400;
                    text = String.valueOf(e.getMessage());
                } catch (RtcException e) {
                    status = 503;
                    text = String.valueOf(e.getMessage());
                }
                var bytes = text.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
        engine.close();
    }
}
