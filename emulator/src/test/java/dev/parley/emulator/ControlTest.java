package dev.parley.emulator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.realtime.Close;
import dev.parley.speech.Hearing;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a test in another language asks of the emulator, and what a Java test inspects.
@Timeout(30)
class ControlTest {
    private static final String MODEL = "/v1/realtime?model=gpt-realtime";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Emulator emulator = Emulator.start(Emulator.Settings.of(Scenario.paymentDesk())
            .withEars(_ -> new Hearing.NotUnderstood()));
    private final RawClient client = new RawClient(emulator);

    @AfterEach
    void hangUp() {
        client.close();
        emulator.close();
    }

    @Test
    void plansListsAndForgetsFaults() throws Exception {
        var planned = client.post("/control/faults", "{\"fault\":\"http\",\"status\":429}");
        client.post("/control/faults", "{\"fault\":\"drop\",\"when\":{\"sent\":\"response.done\"}}");

        assertThat(planned.status()).isEqualTo(201);
        assertThat(planned.json().path("when").asString()).isEqualTo("connect");
        assertThat(client.get("/control/faults")
                .json()
                .path("faults")
                .valueStream()
                .map(fault -> fault.path("fault")
                        .asString())).containsExactly("http", "drop");
        assertThat(client.request("DELETE", "/control/faults", "").status()).isEqualTo(204);
        assertThat(emulator.faults()).isEmpty();
    }

    @Test
    void hasAFaultHappenAtOnce() throws Exception {
        var socket = client.openWithKey(MODEL);
        socket.next("session.created");

        client.post("/control/faults", "{\"fault\":\"close\",\"code\":1011,\"reason\":\"on fire\"}");

        assertThat(socket.ended()).isEqualTo(new Close(1011, "on fire"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{}|expected one of drop", "{\"fault\":\"http\"}|expected a whole number",
            "{\"fault\":\"swallow\"}|expected an event that is sent"})
    void saysWhatIsWrongWithAFault(String body, String message) throws Exception {
        var answer = client.post("/control/faults", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("code").asString()).isEqualTo("invalid_fault");
        assertThat(answer.error().path("message").asString()).startsWith(message);
    }

    /// The server tells a client that it may come in before its own end of the socket is open.
    @Test
    void knowsASessionAsSoonAsItsClientIsLetIn() throws Exception {
        emulator.inject(new Fault.Stall(Duration.ofMinutes(1)).when(new When.Connecting()).everyTime());
        for (int i = 1; i <= 50; i++) {
            var socket = client.openWithKey(MODEL);

            assertThat(emulator.sessions()).hasSize(i);
            emulator.inject(new Fault.End(new Close(4_000 + i, "enough")).when(new When.Now()));

            assertThat(socket.ended().code()).isEqualTo(4_000 + i);
        }
    }

    @Test
    void endsTheSessionOfAClientWhoseSocketDoesNotOpen() throws Exception {
        try (var raw = new Socket("127.0.0.1", emulator.uri().getPort())) {
            raw.setSoTimeout(5_000);
            raw.getOutputStream()
                    .write(("GET " + MODEL + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                            + "Connection: Upgrade\r\nSec-WebSocket-Version: 12\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                            + "Authorization: Bearer sk-test\r\n\r\n").getBytes(US_ASCII));

            assertThat(new String(raw.getInputStream().readNBytes(10), US_ASCII)).isEqualTo("HTTP/1.1 4");
        }

        assertThat(emulator.sessions()).singleElement()
                .extracting(session -> session.awaitClosed(PATIENCE))
                .isEqualTo(new Close(Close.ABNORMAL, "the connection was not opened"));
    }

    @Test
    void tellsWhatPassedInASession() throws Exception {
        var socket = client.open(MODEL, "Authorization", "Bearer sk-secret", "User-Agent", "tester");
        socket.next("session.created");
        socket.send("{\"type\":\"input_audio_buffer.append\",\"audio\":\"AAAA\"}");
        socket.send("{\"type\":\"input_audio_buffer.clear\"}");
        socket.next("input_audio_buffer.cleared");

        var list = client.get("/control/sessions").json().path("sessions");
        var id = list.path(0).path("id").asString();
        var all = client.get("/control/sessions/" + id).json();
        var some = client.get("/control/sessions/" + id + "?type=input_audio_buffer.append").json();

        assertThat(list.size()).isEqualTo(1);
        assertThat(list.path(0).path("open").booleanValue()).isTrue();
        assertThat(list.path(0).path("request").path("headers").path("user-agent").asString()).isEqualTo("tester");
        assertThat(list.toString()).doesNotContain("sk-secret");
        assertThat(all.path("log")
                .valueStream()
                .map(entry -> entry.path("direction").asString() + " " + entry.path(
                        "event").path("type").asString())).containsExactly("sent session.created",
                                "received input_audio_buffer.append", "received input_audio_buffer.clear",
                                "sent input_audio_buffer.cleared");
        assertThat(some.path("log").size()).isEqualTo(1);
        assertThat(some.path("log").path(0).path("event").path("audio").asString()).isEqualTo("4 characters");
        assertThat(client.get("/control/sessions/sess_none").status()).isEqualTo(404);
    }

    @Test
    void sendsAnEventOfTheTestsMaking() throws Exception {
        var socket = client.openWithKey(MODEL);
        socket.next("session.created");
        var id = emulator.sessions().getFirst().sessionId();

        var answer = client.post("/control/sessions/" + id + "/events", "{\"type\":\"rate_limits.updated\","
                + "\"rate_limits\":[]}");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(socket.next("rate_limits.updated").path("event_id").asString()).startsWith("event_");
        assertThat(client.post("/control/sessions/" + id + "/events", "{}").status()).isEqualTo(400);
    }

    @Test
    void tellsHowASessionEndedAndForgetsIt() throws Exception {
        var over = client.openWithKey(MODEL);
        over.next("session.created");
        over.socket().sendClose(1000, "bye").join();
        assertThat(emulator.sessions().getFirst().awaitClosed(PATIENCE)).isEqualTo(new Close(1000, "bye"));
        var told = client.get("/control/sessions").json().path("sessions").path(0);
        assertThat(told.path("open").booleanValue()).isFalse();
        assertThat(told.path("closed").path("reason").asString()).isEqualTo("bye");

        assertThat(client.request("DELETE", "/control/sessions", "").status()).isEqualTo(204);

        assertThat(emulator.sessions()).isEmpty();
    }

    @Test
    void waitsForWhatAClientSends() throws Exception {
        var socket = client.openWithKey(MODEL);
        socket.next("session.created");
        var log = emulator.sessions().getFirst();
        Thread.ofVirtual()
                .start(() -> socket.socket()
                        .sendText(
                                "{\"type\":\"input_audio_buffer.clear\",\"event_id\":\"e1\"}", true));

        assertThat(log.awaitReceived("input_audio_buffer.clear", PATIENCE).path("event_id").asString()).isEqualTo(
                "e1");
        assertThatThrownBy(() -> log.awaitReceived("response.create", Duration.ofMillis(20)))
                .isInstanceOf(EmulatorException.class)
                .hasMessage("expected the client to send response.create within 20 ms, found received"
                        + " input_audio_buffer.clear");
    }

    @Test
    void isNotForANameThatWasMadeToLeadHere() throws Exception {
        try (var raw = new Socket("127.0.0.1", emulator.uri().getPort())) {
            raw.setSoTimeout(5_000);
            raw.getOutputStream()
                    .write("GET /control/sessions HTTP/1.1\r\nHost: evil.example\r\n\r\n".getBytes(
                            US_ASCII));

            assertThat(new String(raw.getInputStream().readNBytes(12), US_ASCII)).isEqualTo("HTTP/1.1 403");
        }
    }

    @Test
    void isNotForOtherMachinesNorForOtherSites() throws Exception {
        assertThat(client.get("/control/sessions", "Origin", "https://evil.example").status()).isEqualTo(403);
        assertThat(client.get("/control/sessions", "X-Forwarded-For", "10.0.0.1").status()).isEqualTo(403);
        assertThat(client.post("/control/faults", "{\"fault\":\"drop\"}", "Content-Type", "text/plain").status())
                .isEqualTo(400);
        assertThat(client.get("/control/sessions", "Origin", "http://localhost:5173").status()).isEqualTo(200);
    }
}
