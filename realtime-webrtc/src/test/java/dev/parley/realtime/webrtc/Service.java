package dev.parley.realtime.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.parley.media.RtpPacket;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.RealtimeSession;
import dev.parley.rtc.DataChannel;
import dev.parley.rtc.PeerConnection;
import dev.parley.rtc.PeerListener;
import dev.parley.rtc.PeerState;
import dev.parley.rtc.RtcEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The far side of calls: answers offers over HTTP, says that a session was created, sends sound back as it came, and does what
/// tests want of it, misbehaving included. What it is told to do concerns the call that came last.
final class Service implements AutoCloseable, PeerListener {
    static final String CREATED = """
            {"type":"session.created","event_id":"event_1","session":{"type":"realtime","id":"sess_1","object":"realtime.session"}}""";

    /// What may be wrong with it.
    enum Trouble {
        NONE, NO_ANSWER, BAD_KEY, BUSY, NONSENSE, NO_CALL_ID, NOBODY_THERE, NO_CHANNEL, HANGS_UP, SAYS_NOTHING
    }

    final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    final BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> packets = new LinkedBlockingQueue<>();
    volatile CompletableFuture<DataChannel> channel = new CompletableFuture<>();
    final CountDownLatch channelClosed = new CountDownLatch(1);
    final CountDownLatch gone = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final RtcEngine engine;
    private volatile Trouble trouble;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final List<PeerConnection> peers = new CopyOnWriteArrayList<>();

    Service(RtcEngine engine, Trouble trouble) throws IOException {
        this.engine = engine;
        this.trouble = trouble;
        http.setExecutor(threads);
        http.createContext("/", this::serve);
        http.start();
    }

    String address() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/v1";
    }

    /// A client of it that does not wait long.
    RealtimeClient.Builder client() {
        return RealtimeClient.builder()
                .baseUrl(URI.create(address()))
                .apiKey("sk-hunter2hunter2")
                .model("m-7")
                .limits(RealtimeSession.Limits.DEFAULT.withCloseTimeout(Duration.ofSeconds(2)))
                .connectTimeout(switch (trouble) {
                    case NO_ANSWER, NOBODY_THERE, NO_CHANNEL -> Duration.ofMillis(700);
                    default -> Duration.ofSeconds(15);
                });
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            bodies.add(body);
            switch (trouble) {
                case NO_ANSWER -> released.await(20, TimeUnit.SECONDS);
                case BAD_KEY -> reply(exchange, 401,
                        """
                                {"error":{"type":"invalid_request_error","code":"invalid_api_key","message":"No such key."}}""");
                case BUSY -> {
                    exchange.getResponseHeaders().set("Retry-After", "7");
                    reply(exchange, 429, """
                            {"error":{"type":"requests","code":"rate_limit_exceeded","message":"Slow down."}}""");
                }
                case NONSENSE -> created(exchange, "<html>");
                case NO_CALL_ID -> reply(exchange, 201, "v=0\r\n");
                default -> created(exchange, answer(body.substring(body.indexOf("v=0"))));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private String answer(String body) {
        int end = body.indexOf("\r\n--");
        var builder = engine.peer().bind(InetAddress.getLoopbackAddress()).listener(this).onRtp(this::echo);
        if (!peers.isEmpty()) {
            channel = new CompletableFuture<>();
        }
        var peer = (trouble == Trouble.NO_CHANNEL ? builder.withoutData() : builder).open();
        peers.add(peer);
        peer.setRemote(end < 0 ? body : body.substring(0, end + 2));
        var answer = peer.createAnswer();
        if (trouble == Trouble.NOBODY_THERE) {
            peer.close();
        }
        return answer;
    }

    /// The first call is `rtc_7`.
    private void created(HttpExchange exchange, String sdp) throws IOException {
        exchange.getResponseHeaders().set("Location", "/v1/realtime/calls/rtc_" + (6 + Math.max(1, peers.size())));
        exchange.getResponseHeaders().set("Content-Type", "application/sdp");
        reply(exchange, 201, sdp);
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void echo(RtpPacket packet, long nanos) {
        packets.add(packet.payloadType());
        packet.ssrc(peer().ssrc());
        peer().sendRtp(packet.bytes(), packet.offset(), packet.length());
    }

    @Override
    public void onState(PeerState state, String reason) {
        if (state == PeerState.CLOSED || state == PeerState.FAILED) {
            gone.countDown();
        }
    }

    @Override
    public void onDataChannel(DataChannel opened) {
        opened.listener(new DataChannel.Listener() {
            @Override
            public void onOpen() {
                if (trouble == Trouble.HANGS_UP) {
                    peer().close();
                } else if (trouble != Trouble.SAYS_NOTHING) {
                    opened.trySend(CREATED);
                }
                channel.complete(opened);
            }

            @Override
            public void onText(String text) {
                heard.add(text);
            }

            @Override
            public void onClosed() {
                channelClosed.countDown();
            }
        });
    }

    void says(String event) throws Exception {
        channel.get(10, TimeUnit.SECONDS).send(event);
    }

    void closesTheChannel() throws Exception {
        channel.get(10, TimeUnit.SECONDS).close();
    }

    void hangsUp() {
        peer().close();
    }

    /// Answers those who call from now on otherwise.
    void isInTrouble(Trouble other) {
        trouble = other;
    }

    /// Of the call that came last.
    PeerConnection peer() {
        assertThat(peers).as("calls").isNotEmpty();
        return peers.getLast();
    }

    String next() throws InterruptedException {
        return Objects.requireNonNull(heard.poll(10, TimeUnit.SECONDS), "nothing was heard within 10 s");
    }

    @Override
    public void close() {
        released.countDown();
        http.stop(0);
        threads.shutdownNow();
        peers.forEach(PeerConnection::close);
    }
}
