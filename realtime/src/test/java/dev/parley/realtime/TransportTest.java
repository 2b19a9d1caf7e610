package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sessions over what is no WebSocket.
@Timeout(60)
class TransportTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST = 1_000;

    private final Line line = new Line();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    /// A transport whose far side is the test.
    private static final class Line implements Transport {
        final BlockingQueue<String> arriving = new LinkedBlockingQueue<>();
        final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
        final CountDownLatch closing = new CountDownLatch(1);
        final CountDownLatch aborted = new CountDownLatch(1);
        private volatile Optional<Close> closed = Optional.empty();
        private volatile boolean answersGoodbye = true;

        Line silentAtTheEnd() {
            answersGoodbye = false;
            return this;
        }

        void ends(int code, String reason) {
            closed = Optional.of(new Close(code, reason));
        }

        @Override
        public int maxMessageBytes() {
            return MOST;
        }

        @Override
        public Optional<String> receive(Duration patience) throws InterruptedException {
            long left = patience.toNanos();
            while (left > 0 && closed.isEmpty()) {
                var step = Math.min(left, TimeUnit.MILLISECONDS.toNanos(5));
                var message = arriving.poll(step, TimeUnit.NANOSECONDS);
                if (message != null) {
                    return Optional.of(message);
                }
                left -= step;
            }
            return Optional.ofNullable(arriving.poll());
        }

        @Override
        public void send(String message) throws IOException {
            if (message.contains("poison")) {
                throw new IOException("the line broke");
            }
            sent.add(message);
        }

        @Override
        public Optional<Close> closed() {
            return closed;
        }

        @Override
        public void close() {
            closing.countDown();
            if (answersGoodbye) {
                ends(Close.NO_CODE, "");
            }
        }

        @Override
        public void abort() {
            aborted.countDown();
            if (closed.isEmpty()) {
                ends(Close.ABNORMAL, "aborted");
            }
        }
    }

    private RealtimeClient client(RealtimeSession.Limits limits) {
        return RealtimeClient.builder().limits(limits).observer(new TrafficObserver() {
            @Override
            public void onSent(String frame) {
                seen.add("> " + frame);
            }

            @Override
            public void onReceived(String frame) {
                seen.add("< " + frame);
            }
        }).build();
    }

    private static final RealtimeSession.Limits LIMITS = RealtimeSession.Limits.DEFAULT
            .withCloseTimeout(Duration.ofMillis(500));

    @Test
    void carriesEventsBothWays() throws Exception {
        try (var client = client(LIMITS); var session = client.connect(line)) {
            line.arriving.add(Frames.server("session.created"));

            session.respond();

            assertThat(session.next(PATIENCE)).containsInstanceOf(ServerEvent.SessionCreated.class);
            var sent = line.sent.poll(10, TimeUnit.SECONDS);
            assertThat(sent).contains("response.create");
            assertThat(seen).containsExactlyInAnyOrder("> " + sent, "< " + Frames.server("session.created"));
        }
    }

    @Test
    void speaksTheDialectOfItsClient() throws Exception {
        try (var client = RealtimeClient.builder().dialect(Dialect.BETA).limits(LIMITS).build();
                var session = client.connect(line)) {
            session.configure(SessionConfig.builder().outputModality("audio").build());

            assertThat(line.sent.poll(10, TimeUnit.SECONDS)).contains("modalities").doesNotContain("output_modalities");
        }
    }

    @Test
    void saysEverythingBeforeGoodbye() throws Exception {
        try (var client = client(LIMITS)) {
            var session = client.connect(line);
            for (int i = 0; i < 20; i++) {
                session.commitAudio();
            }

            var close = session.close(4_000, "enough");

            // A goodbye without a code is the answer to ours.
            assertThat(close).isEqualTo(new Close(4_000, "enough"));
            assertThat(line.sent).hasSize(20);
            assertThat(line.aborted.await(10, TimeUnit.SECONDS)).as("let go of").isTrue();
        }
    }

    @Test
    void doesNotWaitForAnAnswerForEver() {
        try (var client = client(LIMITS.withCloseTimeout(Duration.ofMillis(50)))) {
            var session = client.connect(line.silentAtTheEnd());

            assertThat(session.close(Close.NORMAL, "").reason()).contains("did not answer");
            assertThat(line.aborted.getCount()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Close.NO_CODE, Close.ABNORMAL})
    void endsWhenTheTransportDoes(int code) throws Exception {
        try (var client = client(LIMITS); var session = client.connect(line)) {
            line.arriving.add(Frames.server("session.created"));
            line.ends(code, "because");

            var events = new ArrayList<ServerEvent>();
            session.events().forEach(events::add);

            assertThat(events).hasSize(1);
            assertThat(session.closed()).contains(new Close(code, "because"));
            assertThat(line.aborted.await(10, TimeUnit.SECONDS)).as("let go of").isTrue();
        }
    }

    @Test
    void livesWhileTheTransportDoesThoughNobodySpeaks() throws Exception {
        var impatient = LIMITS.withKeepAlive(Duration.ofMillis(20)).withIdle(Duration.ofMillis(60));
        try (var client = client(impatient); var session = client.connect(line)) {
            line.arriving.add(Frames.server("session.created"));

            assertThat(session.next(PATIENCE)).isPresent();
            assertThat(session.next(Duration.ofMillis(300))).isEmpty();
            assertThat(session.closed()).isEmpty();
        }
    }

    @Test
    void doesNotWaitForEverForASessionToBegin() throws Exception {
        var impatient = LIMITS.withKeepAlive(Duration.ofMillis(20)).withFirstEvent(Duration.ofMillis(50));
        try (var client = client(impatient); var session = client.connect(line)) {
            assertThat(session.next(PATIENCE)).isEmpty();
            assertThat(session.closed()).hasValueSatisfying(
                    close -> assertThat(close.reason()).contains("the session did not begin"));
        }
    }

    @Test
    void refusesAnEventThatTheFarSideWouldNotTake() throws Exception {
        try (var client = client(LIMITS); var session = client.connect(line)) {
            // Two bytes each.
            var words = "\u00fc".repeat(MOST / 2);

            assertThatIllegalArgumentException().isThrownBy(() -> session.add(Item.userText(words)))
                    .withMessageContaining("at most 1000 bytes");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> session.trySend(new ClientEvent.ItemCreate(Item.userText(words))));

            session.respond();
            assertThat(line.sent.poll(10, TimeUnit.SECONDS)).contains("response.create");
        }
    }

    @Test
    void endsWhenTheFarSideSendsTooMuch() {
        try (var client = client(LIMITS.withMaxMessageChars(100)); var session = client.connect(line)) {
            line.arriving.add("x".repeat(101));

            assertThat(session.next(PATIENCE)).isEmpty();
            assertThat(session.closed().map(Close::code)).contains(Close.TOO_BIG);
        }
    }

    @Test
    void endsWhenNothingCanBeSent() throws Exception {
        try (var client = client(LIMITS); var session = client.connect(line)) {
            session.sendRaw("poison");

            assertThat(session.next(PATIENCE)).isEmpty();
            assertThat(session.closed()).hasValueSatisfying(
                    close -> assertThat(close.reason()).contains("the line broke"));
        }
    }

    @Test
    void isLetGoOfWithItsClient() throws Exception {
        var client = client(LIMITS);
        var session = client.connect(line);

        client.close();

        assertThat(session.next(PATIENCE)).isEmpty();
        assertThat(line.aborted.await(10, TimeUnit.SECONDS)).as("let go of").isTrue();
        var another = new Line();
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> client.connect(another));
        assertThat(another.aborted.getCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "\u00fc", "\u20ac", "\ud83d\ude00", "a\u00fc\u20ac\ud83d\ude00\u07ff\u0800"})
    void knowsHowLongATextIs(String text) {
        assertThat(Utf8.length(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
    }
}
