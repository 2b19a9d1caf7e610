package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RealtimeClientTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "ftp://example.com/v1 | expected a base URL that starts with http, https, ws or wss, found ftp://example.com/v1",
            "example.com/v1       | expected a base URL that starts with http, https, ws or wss, found example.com/v1",
            "localhost:8080       | expected a base URL that starts with http, https, ws or wss, found localhost:8080",
            "https:///v1          | expected a base URL with a host, found https:///v1",
            "ws:v1                | expected a base URL with a host, found ws:v1"})
    void aBaseUrlThatIsNoneIsTheCallersMistake(URI url, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> RealtimeClient.builder().baseUrl(url).build())
                .withMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://user:hunter2@example.com/v1", "https://example.com/v1?api-key=hunter2",
            "https://example.com/v1#hunter2"})
    void aBaseUrlWithMoreThanAPlaceIsRefusedWithoutRepeatingIt(URI url) {
        assertThatIllegalArgumentException().isThrownBy(() -> RealtimeClient.builder().baseUrl(url).build())
                .withMessageContaining("example.com")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/v1", "/v1//", "/openai/v1/"})
    void saysWhereNobodyAnswersAndKeepsTheKeyToItself(String path) throws IOException {
        int port = closedPort();
        try (var client = RealtimeClient.builder()
                .baseUrl(URI.create("http://127.0.0.1:" + port + path))
                .apiKey("hunter2")
                .model("a model & more")
                .connectTimeout(Duration.ofSeconds(5))
                .build()) {

            assertThatExceptionOfType(ConnectException.class).isThrownBy(client::connect).satisfies(e -> {
                assertThat(e.getMessage()).contains(
                        "ws://127.0.0.1:" + port + path.replaceAll("/+$", "") + "/realtime").doesNotContain("hunter2");
                assertThat(e.status()).isEmpty();
            });
        }
    }

    @Test
    void closingTwiceIsFine() {
        var client = RealtimeClient.builder().build();

        client.close();
        client.close();

        assertThatExceptionOfType(ConnectException.class).isThrownBy(client::connect);
    }

    private static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
