package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.GatewaySettings.Access;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that are still sending when they are refused.
@Timeout(60)
class LeftoverTest {
    private static final int PIECE = 32 * 1024;
    private static final int PIECES = 40;
    private static final Duration BETWEEN = Duration.ofMillis(5);
    private static final String TOOL = "POST /api/realtime/execute-tool HTTP/1.1\r\nHost: localhost\r\n";
    private static final TestGateway GATEWAY = new TestGateway();
    private static final TestGateway LOCKED = new TestGateway(settings -> settings.withAccess(Access.OPEN.withKey(
            "a key of sixteen characters")));

    @AfterAll
    static void close() {
        GATEWAY.close();
        LOCKED.close();
    }

    /// A connection of a client that takes its time.
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Client(TestGateway gateway) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), gateway.gateway.uri().getPort());
            socket.setSoTimeout(20_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        /// 1.25 MB in pieces, none of which is waited for.
        void sendSlowly(String before, String behind) throws IOException {
            for (int i = 0; i < PIECES; i++) {
                send(before + "x".repeat(PIECE) + behind);
                LockSupport.parkNanos(BETWEEN.toNanos());
            }
        }

        /// Status line and body, whole.
        String answer() throws IOException {
            var status = in.readLine();
            int length = 0;
            for (var line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                if (line.regionMatches(true, 0, "Content-Length: ", 0, 16)) {
                    length = Integer.parseInt(line.substring(16));
                }
            }
            var body = new char[length];
            for (int read = 0; read < length;) {
                read += in.read(body, read, length - read);
            }
            return status + "\n" + new String(body);
        }

        /// Whether the server has ended the connection.
        boolean isOver() throws IOException {
            return in.read() < 0;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void tellsWhoSendsTooMuchSlowlyWhyItWasRefusedAndGoesOn() throws IOException {
        try (var client = new Client(GATEWAY)) {
            client.send(TOOL + "Content-Length: " + PIECES * PIECE + "\r\n\r\n");
            client.sendSlowly("", "");

            assertThat(client.answer()).startsWith("HTTP/1.1 413").contains("body_too_large").endsWith("}");
            client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void tellsWhoDidNotSayHowMuchItWouldBe() throws IOException {
        try (var client = new Client(GATEWAY)) {
            client.send(TOOL + "Transfer-Encoding: chunked\r\n\r\n");
            client.sendSlowly(Integer.toHexString(PIECE) + "\r\n", "\r\n");
            client.send("0\r\n\r\n");

            assertThat(client.answer()).startsWith("HTTP/1.1 413").contains("body_too_large");
        }
    }

    @Test
    void tellsWhoHasNoKeyThoughNobodyReadTheBody() throws IOException {
        try (var client = new Client(LOCKED)) {
            client.send(TOOL + "Content-Length: " + PIECES * PIECE + "\r\n\r\n");
            client.sendSlowly("", "");

            assertThat(client.answer()).startsWith("HTTP/1.1 401").contains("unauthorized");
        }
    }

    @Test
    void doesNotAskForABodyItWouldNotTake() throws IOException {
        try (var client = new Client(GATEWAY)) {
            client.send(TOOL + "Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n");

            assertThat(client.answer()).startsWith("HTTP/1.1 413");
            assertThat(client.isOver()).isTrue();
        }
    }

    /// Slow, about 2 s, for a reason: that is how long it waits for who says nothing more.
    @ParameterizedTest
    @ValueSource(strings = {"1000000", "999999999999"})
    void waitsForNobodyWhoAnnouncesMuchAndSendsNothing(String length) throws IOException {
        try (var client = new Client(GATEWAY)) {
            client.send(TOOL + "Content-Length: " + length + "\r\n\r\nsome of it");

            assertThat(client.answer()).startsWith("HTTP/1.1 413");
            assertThat(client.isOver()).isTrue();
        }
    }
}
