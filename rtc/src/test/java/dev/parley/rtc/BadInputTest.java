package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.rtc.DtlsEndpoint.Role;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a whole connection makes of peers that are hostile, half gone or odd; a socket plays the peer. What a single part
/// makes of them is in the tests of that part.
@Timeout(60)
class BadInputTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static RtcEngine engine;

    @BeforeAll
    static void open() {
        engine = RtcEngine.open();
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    /// A peer that is nothing but a socket.
    private static final class Bare implements AutoCloseable {
        final DatagramSocket socket = new DatagramSocket(0, LOOPBACK);
        private final byte[] bytes = new byte[2_000];

        Bare() throws IOException {
            socket.setSoTimeout(10_000);
        }

        byte[] receive(int least, int most) throws IOException {
            for (var i = 0; i < 1_000; i++) {
                var packet = new DatagramPacket(bytes, bytes.length);
                socket.receive(packet);
                if (bytes[0] >= least && bytes[0] <= most) {
                    return Arrays.copyOf(bytes, packet.getLength());
                }
            }
            throw new AssertionError("nothing that begins with " + least + " to " + most);
        }

        StunMessage receiveStun(StunMessage.Kind kind) throws IOException {
            for (var i = 0; i < 1_000; i++) {
                var found = receive(0, 3);
                var message = StunMessage.parse(found, 0, found.length).orElseThrow();
                if (message.kind() == kind) {
                    return message;
                }
            }
            throw new AssertionError("no STUN that is a " + kind);
        }

        void send(byte[] packet, InetSocketAddress to) throws IOException {
            socket.send(new DatagramPacket(packet, packet.length, to));
        }

        String candidate() {
            return "candidate:1 1 udp 2113937151 " + LOOPBACK.getHostAddress() + " " + socket.getLocalPort()
                    + " typ host";
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static PeerConnection.Builder peer() {
        return engine.peer().withoutData().bind(LOOPBACK);
    }

    private static String attribute(String description, String name) {
        return description.lines()
                .filter(line -> line.startsWith("a=" + name + ":"))
                .map(line -> line.substring(name.length() + 3))
                .findFirst()
                .orElseThrow();
    }

    private static InetSocketAddress addressOf(String description) {
        return IceCandidate.parse(attribute(description, "candidate")).socketAddress().orElseThrow();
    }

    private static byte[] check(String theirs, String ours) {
        return StunWriter.bindingRequest(new StunMessage.TransactionId(System.nanoTime(), 1))
                .username(attribute(theirs, "ice-ufrag") + ":" + attribute(ours, "ice-ufrag"))
                .priority(1)
                .role(true, 1)
                .useCandidate()
                .sealed(attribute(theirs, "ice-pwd").getBytes(StandardCharsets.UTF_8));
    }

    /// Pion settles no conflict of roles: it must not come to one.
    @Test
    void whoeverAnswersLeavesControlToTheOther() throws Exception {
        try (var bare = new Bare(); var caller = peer().open(); var callee = peer().open()) {
            callee.setRemote(caller.createOffer().replaceAll("a=candidate.*\r\n", ""));
            callee.createAnswer();
            callee.addCandidate(bare.candidate());

            var check = bare.receiveStun(StunMessage.Kind.REQUEST);

            assertThat(check.controlled()).isPresent();
            assertThat(check.controlling()).isEmpty();
            assertThat(check.useCandidate()).isFalse();
        }
    }

    /// A peer may choose a way to us before its answer has come: it then waits for our handshake.
    @Test
    void whoeverIsChosenBeforeTheAnswerBeginsTheHandshakeWithIt() throws Exception {
        try (var bare = new Bare(); var caller = peer().iceLite().open(); var callee = peer().open()) {
            var offer = caller.createOffer();
            callee.setRemote(offer.replaceAll("a=candidate.*\r\n", ""));
            var answer = callee.createAnswer();

            bare.send(check(offer, answer), addressOf(offer));
            bare.receiveStun(StunMessage.Kind.SUCCESS);
            caller.setRemote(answer.replace("a=setup:active", "a=setup:passive").replaceAll("a=candidate.*\r\n", ""));

            assertThat(bare.receive(22, 22)).as("a ClientHello").isNotEmpty();
        }
    }

    /// What comes from somebody who has shown no password reaches nothing that would keep it.
    @Test
    void nobodyIsHeardBeforeAPasswordIsShown() throws Exception {
        BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        try (var bare = new Bare();
                var caller = peer().iceLite().onRtp((rtp, nanos) -> heard.add(rtp.sequence())).open()) {
            var to = addressOf(caller.createOffer());
            for (var i = 0; i < 200; i++) {
                bare.send(new byte[]{22, (byte) 0xFE, (byte) 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1}, to);
                bare.send(new byte[]{(byte) 0x80, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3}, to);
                bare.send(new byte[]{64, 0, 0, 1, 1}, to);
            }

            assertThat(heard).isEmpty();
            assertThat(caller.state()).isEqualTo(PeerState.NEW);
        }
    }

    /// It costs a thread and a few packets, and not for long.
    @Test
    void aHandshakeThatNobodyAnswersEndsAtItsDeadline() throws Exception {
        for (var role : Role.values()) {
            BlockingQueue<String> why = new LinkedBlockingQueue<>();
            var endpoint = DtlsEndpoint.start(role, DtlsIdentity.ofProcess(), DtlsIdentity.generate().fingerprint(),
                    Duration.ofMillis(300), (bytes, offset, length) -> {}, new DtlsEndpoint.Listener() {
                        @Override
                        public void onConnected(SrtpKeys local, SrtpKeys theirs) {
                            why.add("connected");
                        }

                        @Override
                        public void onData(byte[] bytes, int offset, int length) {
                            why.add("data");
                        }

                        @Override
                        public void onClosed(String reason) {
                            why.add(reason);
                        }
                    });
            var flood = new byte[]{22, (byte) 0xFE, (byte) 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1};
            for (var i = 0; i < 10_000; i++) {
                endpoint.receive(flood, 0, flood.length);
            }

            assertThat(why.poll(20, TimeUnit.SECONDS)).as("why it ended, as a " + role)
                    .isNotNull()
                    .isNotIn("connected", "data");
        }
    }

    @Test
    void aPortThatIsNotToBeHadIsSaidToBeAndLeavesNothingBehind() throws Exception {
        var before = engine.connections();
        var elsewhere = engine.peer().bind(InetAddress.ofLiteral("203.0.113.1"));

        assertThatThrownBy(elsewhere::open).isInstanceOf(RtcException.class)
                .hasMessageContaining("expected a free UDP port on 203.0.113.1");

        assertThat(engine.connections()).isEqualTo(before);
        try (var one = peer().open()) {
            assertThat(one.createOffer()).contains("a=candidate");
        }
    }
}
