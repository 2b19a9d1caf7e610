package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Chromium connects to us both ways round: it hears its own beep, and gets its messages back. It needs nothing but the
/// page: what it finds it posts to the server the page came from.
@Timeout(120)
class ChromiumTest {
    private static final String CHROMIUM = "chromium";
    private static final Path PAGE = Path.of("src", "test", "peers", "browser.html");

    private static RtcEngine engine;

    @TempDir
    private Path profile;

    @BeforeAll
    static void open() {
        Peers.require(Peers.canRun(CHROMIUM, "--version"), "Chromium; on Debian: apt-get install chromium");
        engine = RtcEngine.open();
    }

    @AfterAll
    static void close() {
        if (engine != null) {
            engine.close();
        }
    }

    @Test
    void hearsAndReadsItselfWhenItOffers() throws Exception {
        try (var echo = new Echo(engine.peer()); var browser = new Browser(echo, profile)) {
            browser.open("?role=offer");

            browser.tells("ok connected", "ok sound", "ok messages", "ok ended");
        }
    }

    @Test
    void hearsAndReadsItselfWhenWeOffer() throws Exception {
        try (var echo = new Echo(engine.peer().dataChannel("chat")); var browser = new Browser(echo, profile)) {
            browser.open("?role=answer");

            browser.tells("ok connected", "ok sound", "ok messages", "ok ended");
        }
    }

    /// A browser, and the server of the page it shows.
    private static final class Browser implements AutoCloseable {
        private final Echo echo;
        private final Path profile;
        private final HttpServer server;
        private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
        private Process process;

        Browser(Echo echo, Path profile) throws IOException {
            this.echo = echo;
            this.profile = profile;
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", this::answer);
            server.start();
        }

        private void answer(HttpExchange exchange) throws IOException {
            try (exchange) {
                var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                var reply = switch (exchange.getRequestURI().getPath()) {
                    case "/offer" -> echo.connection.createOffer();
                    case "/answer" -> {
                        echo.connection.setRemote(body);
                        yield echo.connection.createAnswer();
                    }
                    case "/accept" -> {
                        echo.connection.setRemote(body);
                        yield "";
                    }
                    case "/candidate" -> {
                        echo.connection.addCandidate(body);
                        yield "";
                    }
                    case "/told" -> {
                        told.add(body);
                        yield "";
                    }
                    case "/" -> Files.readString(PAGE);
                    default -> "";
                };
                exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
                var bytes = reply.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            } catch (RuntimeException e) {
                told.add("failed: " + e);
                told.add("over");
            }
        }

        void open(String query) throws IOException {
            process = new ProcessBuilder(CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
                    "--no-first-run", "--disable-background-networking", "--disable-component-update",
                    "--disable-sync", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                    "--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required",
                    "--user-data-dir=" + profile, "http://localhost:" + server.getAddress().getPort() + "/" + query)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        }

        void tells(String... checks) throws InterruptedException {
            List<String> all = new ArrayList<>();
            for (var line = ""; line != null && !line.equals("over");) {
                line = told.poll(60, TimeUnit.SECONDS);
                all.add(String.valueOf(line));
                if ("done".equals(line)) {
                    echo.close();
                }
            }
            assertThat(all).as("what it told; and we: " + echo.told + ", " + echo.connection.statistics())
                    .contains(checks);
        }

        @Override
        public void close() {
            if (process != null) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
            }
            server.stop(0);
        }
    }
}
