package dev.parley.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.realtime.Close;
import dev.parley.speech.Hearing;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the emulator puts up with, and what it says when it does not.
@Timeout(30)
class LimitsTest {
    private static final String MODEL = "/v1/realtime?model=gpt-realtime";
    private static final int LARGEST = 1 << 20;

    private final Emulator emulator = Emulator.start(Emulator.Settings.of(Scenario.paymentDesk())
            .withEars(_ -> new Hearing.NotUnderstood())
            .withLimits(Emulator.Limits.USUAL.withMessageBytes(LARGEST).withPatience(Duration.ofSeconds(1))));
    private final RawClient client = new RawClient(emulator);

    @AfterEach
    void hangUp() {
        client.close();
        emulator.close();
    }

    @Test
    void closesWhenAMessageIsTooLarge() throws Exception {
        var socket = client.openWithKey(MODEL);
        socket.next("session.created");

        socket.socket().sendText("x".repeat(LARGEST + 1), true);

        assertThat(socket.ended().code()).isEqualTo(Close.TOO_BIG);
        assertThat(emulator.sessions().getFirst().awaitClosed(Duration.ofSeconds(5)).code()).isEqualTo(Close.TOO_BIG);
    }

    @Test
    void closesWhenTheFragmentsOfAMessageAreTooMuch() throws Exception {
        var socket = client.openWithKey(MODEL);
        socket.next("session.created");
        var piece = "x".repeat(LARGEST / 8);

        for (int i = 0; i < 12; i++) {
            socket.socket().sendText(piece, i == 11).get(5, TimeUnit.SECONDS);
        }

        assertThat(socket.ended().code()).isEqualTo(Close.TOO_BIG);
    }

    @Test
    void readsAMessageWithoutEndNoFurtherThanItMust() throws Exception {
        var socket = client.openWithKey(MODEL);
        socket.next("session.created");
        var piece = "x".repeat(LARGEST);

        try {
            for (int i = 0; i < 64; i++) {
                socket.socket().sendText(piece, false).get(5, TimeUnit.SECONDS);
            }
        } catch (ExecutionException _) {
            // It was told so while it was sending.
        }

        assertThat(emulator.sessions().getFirst().awaitClosed(Duration.ofSeconds(5)).code()).isEqualTo(Close.TOO_BIG);
    }

    /// On a machine that is busy the moment in which a socket opens can come late.
    @Test
    void aSocketThatOpensAfterItsSessionGaveItUpIsClosedAndNotLeftInSilence() throws Exception {
        var hasty = Emulator.Settings.of(Scenario.paymentDesk())
                .withLimits(Emulator.Limits.USUAL.withPatience(Duration.ofNanos(1)));
        try (var server = Emulator.start(hasty); var visitor = new RawClient(server)) {
            var socket = visitor.openWithKey(MODEL);

            assertThat(socket.ended()).isEqualTo(new Close(Close.SERVER_ERROR,
                    "the connection took too long to open"));
        }
    }

    @Test
    void putsFragmentsTogetherAndAnswersPingsBetweenThem() throws Exception {
        var socket = client.openWithKey(MODEL);
        socket.next("session.created");

        socket.socket().sendText("{\"type\":\"input_audio", false).get(5, TimeUnit.SECONDS);
        socket.socket().sendPing(ByteBuffer.wrap("there?".getBytes(UTF_8))).get(5, TimeUnit.SECONDS);
        socket.socket().sendText("_buffer.clear\"}", true).get(5, TimeUnit.SECONDS);

        assertThat(socket.pong()).isEqualTo("there?");
        socket.next("input_audio_buffer.cleared");
    }

    @Test
    void closesWhenAFrameIsBinary() throws Exception {
        var socket = client.openWithKey(MODEL);
        socket.next("session.created");

        socket.socket().sendBinary(ByteBuffer.allocate(10), true);

        assertThat(socket.ended()).isEqualTo(new Close(1003, "expected text frames, found a binary one"));
    }

    @Test
    void closesWhenTextIsNotUtf8() throws Exception {
        try (var raw = new Socket("127.0.0.1", emulator.uri().getPort())) {
            raw.setSoTimeout(5_000);
            upgrade(raw);
            // A final text frame of two bytes, masked with zeros, that no UTF-8 text has.
            raw.getOutputStream().write(new byte[]{(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, (byte) 0xC3, (byte) 0x28});
            raw.getOutputStream().flush();

            assertThat(closeCode(raw)).isEqualTo(1007);
        }
    }

    @Test
    void givesUpOnAClientThatDoesNotReadAndServesTheOthers() throws Exception {
        try (var deaf = new Socket("127.0.0.1", emulator.uri().getPort())) {
            deaf.setSoTimeout(10_000);
            upgrade(deaf);
            var log = emulator.sessions().getFirst();
            var update = ("{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"instructions\":\"" + "x"
                    .repeat(60_000) + "\"}}").getBytes(UTF_8);
            var frame = ByteBuffer.allocate(8 + update.length)
                    .put((byte) 0x81)
                    .put((byte) 0xFE)
                    .putShort((short) update.length)
                    .putInt(0)
                    .put(update);
            var writing = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 2_000; i++) {
                        deaf.getOutputStream().write(frame.array());
                    }
                } catch (IOException _) {
                    // It was given up on, as it should be.
                }
            });

            var socket = client.openWithKey(MODEL);
            socket.next("session.created");
            socket.send("{\"type\":\"input_audio_buffer.clear\"}");
            socket.next("input_audio_buffer.cleared");
            var close = log.awaitClosed(Duration.ofSeconds(15));

            assertThat(close).isEqualTo(new Close(Close.ABNORMAL, "the client has not read for PT1S"));
            assertThat(log.entries().size()).as("events kept for it").isLessThan(2_000);
            writing.join(Duration.ofSeconds(5));
            assertThat(writing.isAlive()).isFalse();
        }
    }

    private static void upgrade(Socket raw) throws IOException {
        raw.getOutputStream()
                .write(("GET " + MODEL + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Authorization: Bearer sk-test\r\n\r\n").getBytes(UTF_8));
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = raw.getInputStream().read();
            assertThat(next).as("an answer to the upgrade, after " + head).isNotNegative();
            head.append((char) next);
        }
        assertThat(head).startsWith("HTTP/1.1 101");
        // The first event says that the session is open.
        assertThat(raw.getInputStream().read()).isEqualTo(0x81);
        int length = raw.getInputStream().read();
        int rest = length == 126 ? raw.getInputStream().read() << 8 | raw.getInputStream().read() : length;
        assertThat(raw.getInputStream().readNBytes(rest)).hasSize(rest);
    }

    private static int closeCode(Socket raw) throws IOException {
        assertThat(raw.getInputStream().read()).as("a close frame").isEqualTo(0x88);
        assertThat(raw.getInputStream().read()).as("its length").isGreaterThanOrEqualTo(2);
        return raw.getInputStream().read() << 8 | raw.getInputStream().read();
    }
}
