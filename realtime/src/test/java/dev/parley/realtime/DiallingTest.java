package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The way to an open WebSocket, and those who stand in it.
@Timeout(60)
class DiallingTest {
    private static final String SECRET = "hunter2hunter2hunter2";

    /// Answers the first request it gets, and hangs up.
    private static final class Server implements AutoCloseable {
        private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        final CompletableFuture<List<String>> request = new CompletableFuture<>();

        interface Answer {
            void write(Socket to, List<String> request) throws Exception;
        }

        Server(Answer answer) throws IOException {
            Thread.ofVirtual().start(() -> {
                try (var socket = listening.accept()) {
                    var lines = head(socket);
                    request.complete(lines);
                    answer.write(socket, lines);
                } catch (Exception e) {
                    request.completeExceptionally(e);
                }
            });
        }

        static Server saying(String answer) throws IOException {
            return new Server((socket, request) -> socket.getOutputStream()
                    .write(answer.replace("ACCEPT", accept(request)).getBytes(StandardCharsets.UTF_8)));
        }

        static List<String> head(Socket socket) throws IOException {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            var lines = new ArrayList<String>();
            for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                lines.add(line);
            }
            return lines;
        }

        static String accept(List<String> request) {
            return request.stream()
                    .filter(line -> line.startsWith("Sec-WebSocket-Key: "))
                    .map(line -> Upgrade.accepted(line.substring(19)))
                    .findFirst()
                    .orElse("");
        }

        URI uri() {
            return URI.create("ws://127.0.0.1:" + listening.getLocalPort() + "/v1");
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    private static ConnectException refused(String answer) throws IOException {
        try (var server = Server.saying(answer);
                var client = RealtimeClient.builder().baseUrl(server.uri()).apiKey(SECRET).build()) {
            client.connect().close();
        } catch (ConnectException e) {
            for (Throwable each = e; each != null; each = each.getCause()) {
                assertThat(each.toString()).doesNotContain(SECRET);
            }
            return e;
        }
        throw new AssertionError("expected no session with " + answer);
    }

    @Test
    void theKeyOfTheSpecificationIsAcceptedAsItShows() {
        assertThat(Upgrade.accepted("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @Test
    void asksAsTheSpecificationWants() throws Exception {
        try (var server = Server.saying("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
                var client = RealtimeClient.builder().baseUrl(server.uri()).model("m").apiKey(SECRET).build()) {
            assertThatExceptionOfType(ConnectException.class).isThrownBy(client::connect);

            assertThat(server.request.get(10, TimeUnit.SECONDS)).startsWith("GET /v1/realtime?model=m HTTP/1.1",
                    "Host: " + server.uri().getAuthority())
                    .contains("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                            "Authorization: Bearer " + SECRET)
                    .filteredOn(line -> line.startsWith("Sec-WebSocket-Key: "))
                    .singleElement()
                    .asString()
                    .hasSize(19 + 24);
        }
    }

    @ParameterizedTest
    @CsvSource({"ws://example.com/v1, example.com", "ws://example.com:80/v1, example.com",
            "wss://example.com:80/v1, example.com:80", "wss://example.com:443/v1, example.com",
            "ws://[::1]:9/v1, [::1]:9"})
    void theHostIsNamedWithAPortThatIsNotTheUsual(URI address, String host) {
        var request = new String(new Upgrade(address, Map.of(), new byte[16]).request(), StandardCharsets.US_ASCII);

        assertThat(request).contains("\r\nHost: " + host + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunter2\r\nEvil: yes", "hunter2\n", "hunter2\u00e9", "hunter2\u0000"})
    void aHeaderThatIsNoneIsTheCallersMistakeAndNotRepeated(String value) {
        try (var client = RealtimeClient.builder()
                .baseUrl(URI.create("ws://127.0.0.1:1"))
                .organization(value)
                .build()) {
            assertThatIllegalArgumentException().isThrownBy(client::connect)
                    .satisfies(e -> assertThat(e.getMessage()).contains("OpenAI-Organization")
                            .doesNotContain("hunter2"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "Upgrade: websocket; Connection: Upgrade; Sec-WebSocket-Accept: wrong | Sec-WebSocket-Accept that fits",
            "Upgrade: websocket; Connection: Upgrade | Sec-WebSocket-Accept that fits",
            "Upgrade: h2c; Connection: Upgrade; Sec-WebSocket-Accept: ACCEPT | Upgrade: websocket",
            "Upgrade: websocket; Sec-WebSocket-Accept: ACCEPT | Connection: Upgrade",
            "Upgrade: websocket; Connection: Upgrade; Sec-WebSocket-Accept: ACCEPT; Sec-WebSocket-Extensions: x | no Sec-WebSocket-Extensions",
            "Upgrade: websocket; Connection: Upgrade; Sec-WebSocket-Accept: ACCEPT; Sec-WebSocket-Protocol: x | no Sec-WebSocket-Protocol",
            "not a field | line 2"})
    void anAnswerThatDoesNotAgreeIsNoSession(String fields, String why) throws IOException {
        var failure = refused("HTTP/1.1 101 Yes\r\n" + fields.replace("; ", "\r\n") + "\r\n\r\n");

        assertThat(failure).hasMessageContaining("cannot connect to ws://").hasMessageContaining(why);
        assertThat(failure.status()).isEmpty();
    }

    @Test
    void fieldsAreReadInAnyCaseAndAsLists() throws IOException {
        try (var server = Server.saying("HTTP/1.1 101\r\nUPGRADE:WebSocket\r\nconnection: keep-alive,upgrade\r\n"
                + "sec-websocket-accept:   ACCEPT \r\n\r\n");
                var client = RealtimeClient.builder().baseUrl(server.uri()).build();
                var session = client.connect()) {
            assertThat(session.next(Duration.ofSeconds(10))).isEmpty();
            assertThat(session.closed()).contains(
                    new Close(Close.ABNORMAL, "connection lost: the far side hung up"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SMTP ready\r\n\r\n", "HTTP/2 101\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "",
            "HTTP/1.1 101 Yes\r\n"})
    void whatIsNoHttpIsNoSession(String answer) throws IOException {
        assertThat(refused(answer)).hasMessageContaining("expected an HTTP");
    }

    @Test
    void aHeadWithoutEndIsNotReadForEver() throws IOException {
        assertThat(refused("HTTP/1.1 101 Yes\r\n" + "X: y\r\n".repeat(10_000))).hasMessageMatching(
                "(?s).*(at most 16384 bytes, found more|reset|Broken).*");
    }

    // Refusals

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: LENGTH\r\n\r\nBODY", "Connection: close\r\n\r\nBODY",
            "Transfer-Encoding: chunked\r\n\r\nHEX;x=y\r\nBODY\r\n0\r\n\r\n"})
    void aRefusalIsToldWithItsReason(String rest) throws IOException {
        var body = "{\"error\":{\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\",\"message\":\"pay\"}}";

        var failure = refused("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\n"
                + rest.replace("LENGTH", "" + body.length())
                        .replace("HEX", Integer.toHexString(body.length()))
                        .replace("BODY", body));

        assertThat(failure.status()).hasValue(429);
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(7));
        assertThat(failure.error()).hasValueSatisfying(error -> assertThat(error.code()).isEqualTo(
                "insufficient_quota"));
        assertThat(failure).hasMessageEndingWith("found HTTP 429: insufficient_quota");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"401 No | 401: check the API key", "302 Found | HTTP 302", "200 OK | HTTP 200",
            "503 Busy | HTTP 503"})
    void everyOtherStatusIsARefusalAndNoRedirectIsFollowed(String status, String said) throws IOException {
        var failure = refused("HTTP/1.1 " + status
                + "\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 1000\r\n\r\n<html>");

        assertThat(failure.status()).hasValue(Integer.parseInt(status.substring(0, 3)));
        assertThat(failure).hasMessageContaining(said);
        assertThat(failure.error()).isEmpty();
    }

    @Test
    void aServerThatDripsDoesNotOutliveTheTimeout() throws IOException {
        try (var server = new Server((socket, _) -> {
            socket.getOutputStream().write("HTTP/1.1 101 Yes\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            // Until the client has left.
            while (socket.getInputStream().read() >= 0) {
                Thread.onSpinWait();
            }
        });
                var client = RealtimeClient.builder()
                        .baseUrl(server.uri())
                        .connectTimeout(Duration.ofMillis(100))
                        .build()) {
            assertThatExceptionOfType(ConnectException.class).isThrownBy(client::connect)
                    .withMessageEndingWith("within 100 ms");
        }
    }

    // Proxies

    private static ProxySelector through(ServerSocket proxy) {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(new Proxy(Proxy.Type.HTTP,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.getLocalPort())));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException e) {
                throw new AssertionError("the proxy is there", e);
            }
        };
    }

    private static Dialling dialling(URI address) {
        return new Dialling(address, new Upgrade(address, Map.of("Authorization", SECRET), new byte[16]), null, 1_000);
    }

    @Test
    void aProxyIsAskedForATunnelAndNotToldTheKey() throws Exception {
        var address = URI.create("ws://far.example/v1/realtime");
        try (var proxy = new Server((socket, _) -> {
            socket.getOutputStream().write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            var request = Server.head(socket);
            socket.getOutputStream()
                    .write(("HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                            + Server.accept(request) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(new byte[]{(byte) 0x81, 2, 'h', 'i'});
        })) {
            var socket = dialling(address).open(through(proxy.listening));

            assertThat(socket.receive()).isEqualTo(new Incoming.Text("hi"));
            assertThat(proxy.request.get(10, TimeUnit.SECONDS)).containsExactly("CONNECT far.example:80 HTTP/1.1",
                    "Host: far.example:80");
            socket.abort();
        }
    }

    @Test
    void aProxyThatRefusesIsNamed() throws IOException {
        try (var proxy = Server.saying("HTTP/1.1 407 Who?\r\n\r\n")) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> dialling(URI.create("wss://far.example/")).open(through(proxy.listening)))
                    .withMessageMatching(
                            "expected the proxy .*:[0-9]+ to open a tunnel, found HTTP 407: the proxy wants credentials, .*");
        }
    }

    // The client that opened it

    @Test
    void closingTheClientEndsItsSessions() throws Exception {
        try (var server = new RawServer(peer -> {
            peer.begins();
            peer.next();
        })) {
            var client = RealtimeClient.builder().baseUrl(server.uri()).build();
            var session = client.connect();
            assertThat(session.next(Duration.ofSeconds(10))).isPresent();

            client.close();

            assertThat(session.next(Duration.ofSeconds(10))).isEmpty();
            assertThat(session.closed()).contains(new Close(Close.ABNORMAL, "the client is closed"));
        }
    }
}
