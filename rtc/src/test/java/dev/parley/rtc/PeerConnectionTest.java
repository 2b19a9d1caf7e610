package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.media.RtpPacket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two connections in one process, over loopback.
class PeerConnectionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static RtcEngine engine;

    @BeforeAll
    static void open() {
        engine = RtcEngine.open();
    }

    @AfterAll
    static void close() {
        engine.close();
        assertThat(engine.connections()).isZero();
    }

    /// A connection, and what it was told.
    private static final class End implements PeerListener, AutoCloseable {
        final BlockingQueue<String> candidates = new LinkedBlockingQueue<>();
        final BlockingQueue<PeerState> states = new LinkedBlockingQueue<>();
        final BlockingQueue<String> reasons = new LinkedBlockingQueue<>();
        final BlockingQueue<String> packets = new LinkedBlockingQueue<>();
        final PeerConnection connection;
        private final byte[] bytes = new byte[200];
        private final RtpPacket packet = new RtpPacket();

        End(PeerConnection.Builder builder) {
            connection = builder.bind(InetAddress.getLoopbackAddress())
                    .listener(this)
                    .onRtp((rtp, nanos) -> packets.add(rtp.payloadType() + " " + rtp.sequence() + " "
                            + rtp.payloadLength() + " " + rtp.bytes()[rtp.payloadOffset()]))
                    .open();
        }

        @Override
        public void onState(PeerState state, String reason) {
            states.add(state);
            reasons.add(reason);
        }

        @Override
        public void onCandidate(String candidate) {
            candidates.add(candidate);
        }

        boolean send(int payloadType, int sequence, int payload) {
            packet.start(bytes, 0, 100);
            packet.payloadType(payloadType);
            packet.sequence(sequence);
            packet.timestamp(sequence * 960);
            packet.ssrc(connection.ssrc());
            bytes[packet.payloadOffset()] = (byte) payload;
            return connection.sendRtp(bytes, 0, packet.length());
        }

        String heard() throws InterruptedException {
            return String.valueOf(packets.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }

        void awaits(PeerState wanted) throws InterruptedException {
            for (var i = 0; i < 10; i++) {
                var state = states.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                if (state == wanted) {
                    return;
                }
                assertThat(state).as("a state, while awaiting " + wanted + "; told so far: " + reasons).isNotNull();
            }
            throw new AssertionError("never " + wanted + ": " + reasons);
        }

        @Override
        public void close() {
            connection.close();
        }
    }

    @Test
    void warmsUpWithoutLeavingAConnection() throws Exception {
        try (var fresh = RtcEngine.open()) {
            var start = System.nanoTime();

            fresh.warmUp();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE.multipliedBy(2));
            assertThat(fresh.connections()).isZero();
        }
    }

    @Test
    void carriesSoundBothWays() throws Exception {
        try (var caller = new End(engine.peer().withoutData()); var callee = new End(engine.peer().withoutData())) {
            connect(caller, callee);

            assertThat(caller.send(111, 7, 42)).isTrue();
            assertThat(callee.send(111, 8, 43)).isTrue();

            assertThat(callee.heard()).isEqualTo("111 7 100 42");
            assertThat(caller.heard()).isEqualTo("111 8 100 43");
            assertThat(caller.connection.codecs().getFirst().isSameAs(Codec.OPUS)).isTrue();
            assertThat(callee.connection.statistics().packetsReceived()).isEqualTo(1);
            assertThat(caller.connection.statistics().packetsSent()).isEqualTo(1);
            assertThat(caller.connection.statistics().bytesSent()).isEqualTo(100);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connectsToAConnectionThatIsLite(boolean callerIsLite) throws Exception {
        var lite = engine.peer().withoutData().iceLite();
        var full = engine.peer().withoutData();
        try (var caller = new End(callerIsLite ? lite : full); var callee = new End(callerIsLite ? full : lite)) {
            connect(caller, callee);

            assertThat(caller.send(111, 1, 1)).isTrue();
            assertThat(callee.heard()).isEqualTo("111 1 100 1");
            assertThat(callee.send(111, 2, 2)).isTrue();
            assertThat(caller.heard()).isEqualTo("111 2 100 2");
        }
    }

    @Test
    void connectsWhenCandidatesComeAfterTheDescriptions() throws Exception {
        try (var caller = new End(engine.peer().withoutData()); var callee = new End(engine.peer().withoutData())) {
            callee.connection.setRemote(withoutCandidates(caller.connection.createOffer()));
            caller.connection.setRemote(withoutCandidates(callee.connection.createAnswer()));

            for (var line = callee.candidates.take(); !line.isEmpty(); line = callee.candidates.take()) {
                caller.connection.addCandidate(line);
            }

            caller.connection.awaitConnected(PATIENCE);
            callee.connection.awaitConnected(PATIENCE);
        }
    }

    @Test
    void tellsTheOtherSideThatItLeaves() throws Exception {
        try (var caller = new End(engine.peer().withoutData()); var callee = new End(engine.peer().withoutData())) {
            connect(caller, callee);

            caller.connection.close();

            callee.awaits(PeerState.CLOSED);
            caller.awaits(PeerState.CLOSED);
            assertThat(callee.send(111, 1, 1)).isFalse();
            assertThatThrownBy(caller.connection::createOffer).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("expected an open connection");
        }
    }

    /// Somebody in between has put a fingerprint of his own into the description.
    @Test
    void refusesAPeerThatIsNotTheOneInTheDescription() throws Exception {
        try (var caller = new End(engine.peer().withoutData()); var callee = new End(engine.peer().withoutData())) {
            var offer = caller.connection.createOffer();
            var at = offer.indexOf("sha-256 ") + 8;
            var other = offer.charAt(at) == 'A' ? 'B' : 'A';

            callee.connection.setRemote(offer.substring(0, at) + other + offer.substring(at + 1));
            caller.connection.setRemote(callee.connection.createAnswer());

            callee.awaits(PeerState.FAILED);
            assertThat(callee.send(111, 1, 1)).isFalse();
        }
    }

    @Test
    void goesOnWhileItLooksForAnotherWay() throws Exception {
        try (var caller = new End(engine.peer().withoutData()); var callee = new End(engine.peer().withoutData())) {
            connect(caller, callee);
            var before = caller.connection.description();

            caller.connection.restartIce();
            var offer = caller.connection.createOffer();
            assertThat(caller.send(111, 1, 1)).isTrue();
            callee.connection.setRemote(offer);
            caller.connection.setRemote(callee.connection.createAnswer());

            assertThat(callee.heard()).isEqualTo("111 1 100 1");
            assertThat(line(offer, "a=ice-ufrag")).isNotEqualTo(line(before, "a=ice-ufrag"));
            assertThat(line(offer, "a=fingerprint")).isEqualTo(line(before, "a=fingerprint"));
            assertThat(caller.send(111, 2, 2)).isTrue();
            assertThat(callee.heard()).isEqualTo("111 2 100 2");
            assertThat(caller.connection.state()).isEqualTo(PeerState.CONNECTED);
        }
    }

    @Test
    void agreesOnWhatBothSpeak() throws Exception {
        try (var caller = new End(engine.peer().withoutData());
                var callee = new End(engine.peer().withoutData().codecs(List.of(Codec.PCMA)))) {
            connect(caller, callee);

            assertThat(caller.connection.codecs()).extracting(Codec::name).containsExactly("PCMA");
            assertThat(caller.send(111, 1, 1)).isTrue();
            assertThat(caller.send(8, 2, 2)).isTrue();

            assertThat(callee.heard()).as("Opus was not agreed on").isEqualTo("8 2 100 2");
            assertThat(callee.connection.statistics().packetsRefused()).isEqualTo(1);
        }
    }

    @Test
    void saysWhatWasExpectedWhenCalledOutOfOrder() throws Exception {
        try (var one = new End(engine.peer().withoutData())) {
            assertThatThrownBy(one.connection::createAnswer).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("offer to be set");
            assertThatThrownBy(one.connection::description).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("an offer or an answer");
            assertThatThrownBy(() -> one.connection.setRemote("nonsense")).isInstanceOf(SdpException.class);
            assertThatThrownBy(() -> one.connection.addCandidate("nonsense")).isInstanceOf(SdpException.class);
            assertThatThrownBy(() -> one.connection.awaitConnected(Duration.ofMillis(1)))
                    .isInstanceOf(RtcException.class)
                    .hasMessageContaining("found one that is NEW");
            assertThat(one.send(111, 1, 1)).isFalse();
        }
    }

    @Test
    void saysWhatItExpectedOfRelays() {
        var server = TurnServer.of("turn:127.0.0.1:1", "somebody", "a secret");
        var many = engine.peer();
        for (var i = 0; i < 8; i++) {
            many.turn(server);
        }

        assertThatThrownBy(engine.peer().relayOnly()::open).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expected a TURN server");
        assertThatThrownBy(engine.peer().iceLite().turn(server)::open).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expected no TURN server")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> many.turn(server)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("up to 8");
    }

    @Test
    void putsTheAdvertisedAddressIntoItsDescription() throws Exception {
        try (var one = engine.peer().advertise(InetAddress.ofLiteral("203.0.113.9")).open()) {
            assertThat(one.createOffer().lines()).filteredOn(line -> line.startsWith("a=candidate"))
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains(" 203.0.113.9 "));
        }
    }

    @Test
    void leavesNothingBehind() throws Exception {
        var before = Thread.activeCount();
        for (var i = 0; i < 15; i++) {
            try (var caller = new End(engine.peer().withoutData()); var callee = new End(engine.peer().withoutData())) {
                connect(caller, callee);
            }
        }

        assertThat(engine.connections()).isZero();
        assertThat(Thread.activeCount()).isEqualTo(before);
    }

    private static void connect(End caller, End callee) throws InterruptedException {
        callee.connection.setRemote(caller.connection.createOffer());
        caller.connection.setRemote(callee.connection.createAnswer());
        caller.connection.awaitConnected(PATIENCE);
        callee.connection.awaitConnected(PATIENCE);
    }

    private static String withoutCandidates(String description) {
        return description.replaceAll("a=candidate.*\r\n|a=end-of-candidates\r\n", "");
    }

    private static String line(String description, String start) {
        return description.lines().filter(line -> line.startsWith(start)).findFirst().orElse("none");
    }
}
