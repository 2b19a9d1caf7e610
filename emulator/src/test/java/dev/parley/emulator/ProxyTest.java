package dev.parley.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.realtime.ApiException;
import dev.parley.realtime.ConnectException;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.speech.Hearing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The client behind an HTTP proxy, on its way to a service that speaks TLS: sessions and requests.
@Timeout(30)
class ProxyTest {
    private static final String SECRET = "hunter2hunter2hunter2";

    @TempDir
    private static Path folder;

    private static Emulator emulator;

    @BeforeAll
    static void start() {
        emulator = Emulator.start(Emulator.Settings.of(Scenario.paymentDesk())
                .withEars(_ -> new Hearing.NotUnderstood())
                .withTls(new Tls.LocalAuthority(folder.resolve("authority"), Optional.empty())));
    }

    @AfterAll
    static void stop() {
        emulator.close();
    }

    private static RealtimeClient.Builder behind(ConnectProxy proxy) {
        return RealtimeClient.builder()
                .baseUrl(emulator.uri())
                .apiKey(SECRET)
                .sslContext(emulator.sslContext().orElseThrow())
                .connectTimeout(Duration.ofSeconds(10))
                .proxies(proxy.selector());
    }

    @Test
    void aSessionIsOpenedThroughATunnelAndTheProxyIsToldNoKey() throws IOException {
        try (var proxy = new ConnectProxy("");
                var client = behind(proxy).build();
                var session = client.connect()) {
            assertThat(session.next(Duration.ofSeconds(10))).containsInstanceOf(ServerEvent.SessionCreated.class);

            var target = "127.0.0.1:" + emulator.uri().getPort();
            assertThat(proxy.requests()).singleElement()
                    .satisfies(lines -> assertThat(lines).containsExactly("CONNECT " + target + " HTTP/1.1",
                            "Host: " + target));
        }
    }

    @Test
    void aRequestGoesThroughATunnelAndTheProxyIsToldNoKey() throws IOException {
        try (var proxy = new ConnectProxy(""); var calls = behind(proxy).calls()) {
            var secret = calls.createClientSecret(SessionConfig.builder().model("gpt-realtime").build(),
                    Duration.ofMinutes(1));

            assertThat(secret.value()).startsWith("ek_");
            assertThat(proxy.requests()).singleElement().satisfies(lines -> {
                assertThat(lines.getFirst()).isEqualTo("CONNECT 127.0.0.1:" + emulator.uri().getPort() + " HTTP/1.1");
                assertThat(lines).noneMatch(line -> line.contains(SECRET) || line.startsWith("Authorization"));
            });
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            407 Who Are You | HTTP 407: the proxy wants credentials, which is not supported
            403 Forbidden   | HTTP 403
            502 Bad Gateway | HTTP 502""")
    void aSessionThatAProxyRefusesSaysSo(String status, String said) throws IOException {
        try (var proxy = new ConnectProxy(answering(status)); var client = behind(proxy).build()) {
            var refused = catchThrowableOfType(ConnectException.class, client::connect);

            assertThat(refused).hasMessageStartingWith("cannot connect to wss://127.0.0.1:")
                    .hasMessageContaining("expected the proxy")
                    .hasMessageContaining("to open a tunnel, found " + said);
            assertThat(refused.status()).as("the service's own").isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            407 Who Are You | 407
            403 Forbidden   | 403
            502 Bad Gateway | 502""")
    void aRequestThatAProxyRefusesSaysSo(String status, String said) throws IOException {
        try (var proxy = new ConnectProxy(answering(status)); var calls = behind(proxy).calls()) {
            var refused = catchThrowableOfType(ApiException.class,
                    () -> calls.createClientSecret(SessionConfig.builder().build(), Duration.ofMinutes(1)));

            assertThat(refused).hasMessageContaining("POST /realtime/client_secrets").hasMessageContaining(said);
            if (status.startsWith("407")) {
                assertThat(refused).hasMessageContaining("the proxy wants credentials");
            }
        }
    }

    @Test
    void aProxyThatHangsUpIsNoSession() throws IOException {
        try (var proxy = new ConnectProxy("nothing of HTTP"); var client = behind(proxy).build()) {
            assertThat(catchThrowableOfType(ConnectException.class, client::connect)).hasMessageContaining(
                    "expected an HTTP");
        }
    }

    @Test
    void aTunnelThatEndsEndsTheSession() throws IOException {
        try (var proxy = new ConnectProxy("");
                var client = behind(proxy).build();
                var session = client.connect()) {
            assertThat(session.next(Duration.ofSeconds(10))).isPresent();

            proxy.hangUp();

            assertThat(session.next(Duration.ofSeconds(10))).isEmpty();
            assertThat(session.closed()).hasValueSatisfying(close -> assertThat(close.code()).isEqualTo(1006));
        }
    }

    private static String answering(String status) {
        return "HTTP/1.1 " + status + "\r\nProxy-Authenticate: Basic realm=\"here\"\r\nContent-Length: 0";
    }
}
