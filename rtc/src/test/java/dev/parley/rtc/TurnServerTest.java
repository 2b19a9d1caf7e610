package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How a TURN server is named, and how its messages are told apart in a stream.
class TurnServerTest {
    @ParameterizedTest
    @CsvSource({"turn:127.0.0.1, 3478, UDP", "turn:127.0.0.1:99?transport=udp, 99, UDP",
            "turn:[::1]:99?transport=tcp, 99, TCP", "turns:127.0.0.1, 5349, TLS",
            "turns:127.0.0.1:443?transport=tcp, 443, TLS"})
    void readsWhatBrowsersRead(String uri, int port, TurnServer.Transport transport) {
        var server = TurnServer.of(uri, "somebody", "a secret");

        assertThat(server.address().getPort()).isEqualTo(port);
        assertThat(server.transport()).isEqualTo(transport);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "stun:127.0.0.1", "turn:", "turn:127.0.0.1:", "turn:127.0.0.1:0",
            "turn:127.0.0.1:65536",
            "turns:127.0.0.1?transport=udp", "turn:127.0.0.1?transport=sctp", "turn:a b", "turn://127.0.0.1"})
    void saysWhatItExpectedOfAUri(String uri) {
        assertThatThrownBy(() -> TurnServer.of(uri, "somebody", "a secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected")
                .hasMessageContaining(uri);
    }

    @Test
    void wantsAUserName() {
        assertThatThrownBy(() -> TurnServer.of("turn:127.0.0.1", "", "a secret"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TurnServer.of("turn:127.0.0.1", "x".repeat(509), "a secret"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsCredentialsToItself() {
        var some = TurnServer.of("turn:127.0.0.1", "somebody", "a secret");

        assertThat(some.toString()).contains("127.0.0.1:3478 over UDP").doesNotContain("secret", "somebody");
    }

    @Test
    void tellsWhereAMessageInAStreamEnds() throws IOException {
        assertThat(TurnFrames.frame(new byte[]{0, 1, 0, 8})).isEqualTo(28);
        assertThat(TurnFrames.frame(new byte[]{0x40, 0, 0, 5})).as("filled up").isEqualTo(12);
        assertThat(TurnFrames.frame(new byte[]{0x7F, 0, (byte) 0xFF, (byte) 0xFF})).isEqualTo(65_540);
        assertThatThrownBy(() -> TurnFrames.frame(new byte[]{(byte) 0x80, 0, 0, 5})).isInstanceOf(IOException.class)
                .hasMessageContaining("128");
    }
}
