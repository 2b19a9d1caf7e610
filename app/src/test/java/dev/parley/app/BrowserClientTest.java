package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.parley.emulator.Emulator;
import dev.parley.emulator.Scenario;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.media.Wav;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.SessionConfig;
import dev.parley.speech.FreeTtsVoice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// OpenAI's library for pages talks to the emulator over WebRTC, in Chromium: it speaks, its tool is called, it hears the
/// answer and interrupts it. What it does is written in `src/test/browser`.
@Timeout(180)
class BrowserClientTest {
    private static final String CHROMIUM = "chromium";
    private static final Path PAGE = Path.of("src", "test", "browser", "call.html");
    private static final Path LIBRARY = Path.of("src", "test", "node", "node_modules", "@openai", "agents-realtime",
            "dist", "bundle");
    private static final int RATE = 48_000;
    private static final String SENTENCE = "please create a payment request for twenty euros";

    @TempDir
    private static Path folder;

    private static Emulator emulator;
    private static HttpServer pages;
    private static Process browser;

    private static final BlockingQueue<String> TOLD = new LinkedBlockingQueue<>();

    @BeforeAll
    static void start() throws IOException {
        Peers.require(Peers.canRun(CHROMIUM, "--version"), "Chromium; on Debian: apt-get install chromium");
        Peers.require(Files.isDirectory(LIBRARY), "the npm packages; run: npm ci --prefix app/src/test/node");
        emulator = Emulator.start(Scenario.paymentDesk());
        emulator.warmUp();
        pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pages.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        pages.createContext("/", BrowserClientTest::answer);
        pages.start();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.descendants().forEach(ProcessHandle::destroyForcibly);
            browser.destroyForcibly();
            browser.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        }
        if (emulator != null) {
            pages.stop(0);
            emulator.close();
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var path = exchange.getRequestURI().getPath();
            var file = path.startsWith("/library/") ? LIBRARY.resolve(path.substring("/library/".length())) : PAGE;
            if (path.equals("/told")) {
                TOLD.add(body);
            }
            var reply = path.equals("/told") ? new byte[0] : Files.readAllBytes(file);
            exchange.getResponseHeaders()
                    .set("Content-Type", file.toString().endsWith(".mjs") ? "text/javascript" : "text/html");
            exchange.sendResponseHeaders(200, reply.length == 0 ? -1 : reply.length);
            exchange.getResponseBody().write(reply);
        }
    }

    @Test
    void speaksHearsCallsAToolAndInterrupts() throws Exception {
        open("/?calls=" + emulator.uri() + "/realtime/calls&secret=" + secret());

        var told = new ArrayList<String>();
        for (var line = ""; !line.equals("over");) {
            line = Optional.ofNullable(TOLD.poll(90, TimeUnit.SECONDS)).orElse("over");
            told.add(line);
        }

        assertThat(told).containsExactly("ok connected", "ok tool call", "ok answer aloud",
                "ok interruption after true", "ok closed", "over");
        assertThat(emulator.sessions().getFirst().awaitClosed(Duration.ofSeconds(10)).isNormal()).isTrue();
    }

    private static String secret() {
        try (var calls = RealtimeClient.builder().baseUrl(emulator.uri()).apiKey("sk-test").calls()) {
            return calls.createClientSecret(SessionConfig.builder().model("gpt-realtime").build(), Duration.ofMinutes(
                    5)).value();
        }
    }

    /// The microphone begins when the page asks for it, and says the sentence again and again; the pause is shorter than the
    /// answer.
    private static void open(String page) throws IOException {
        var sentence = Resampler.convert(FreeTtsVoice.caller().speak(SENTENCE), RATE);
        var microphone = folder.resolve("microphone.wav");
        Wav.write(microphone, Pcm.silence(RATE, Duration.ofSeconds(4))
                .then(sentence)
                .then(Pcm.silence(RATE, Duration
                        .ofMillis(500))));
        browser = new ProcessBuilder(List.of(CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu",
                "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                "--use-file-for-fake-audio-capture=" + microphone.toAbsolutePath(),
                "--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required",
                "--user-data-dir=" + folder.resolve("profile"),
                "http://localhost:" + pages.getAddress().getPort() + page))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
