package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.parley.realtime.ConnectException;
import dev.parley.realtime.RealtimeClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client says when it cannot open a session. Everything listens on loopback, on any free port.
@Timeout(30)
class ConnectingTest {
    @Test
    void saysThatNothingAnswersAtAClosedPort() throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        var failure = failure(port, Duration.ofSeconds(5));

        assertThat(failure).hasMessage("cannot connect to ws://127.0.0.1:" + port
                + "/v1/realtime: nothing answers there");
        assertThat(failure.status()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 429, 200})
    void saysWhatAServerAnswersThatOpensNoSession(int status) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        try {
            var failure = failure(server.getAddress().getPort(), Duration.ofSeconds(5));

            assertThat(failure).hasMessageStartingWith("expected ws://127.0.0.1:" + server.getAddress().getPort()
                    + "/v1/realtime to open a session, found HTTP " + status);
            assertThat(failure.getMessage().contains("check the API key")).isEqualTo(status == 401);
            assertThat(failure.status()).hasValue(status);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void doesNotWaitLongerThanToldForAHostThatNeverAnswers() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            long begun = System.nanoTime();

            var failure = failure(silent.getLocalPort(), Duration.ofMillis(700));

            assertThat(failure).hasMessage("no session at ws://127.0.0.1:" + silent.getLocalPort()
                    + "/v1/realtime within 700 ms");
            assertThat(failure.status()).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Duration.ofMillis(600),
                    Duration.ofSeconds(5));
        }
    }

    @Test
    void keepsTheKeyOutOfWhatItSays() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(failure(silent.getLocalPort(), Duration.ofMillis(200)).toString()).doesNotContain("sk-secret");
        }
    }

    private static ConnectException failure(int port, Duration timeout) {
        try (var client = RealtimeClient.builder()
                .baseUrl(URI.create("http://127.0.0.1:" + port + "/v1"))
                .apiKey("sk-secret")
                .connectTimeout(timeout)
                .build()) {
            return catchThrowableOfType(ConnectException.class, client::connect);
        }
    }
}
