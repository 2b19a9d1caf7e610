package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// coturn, which most of the world's calls are relayed by, relays ours: between two peers who may use nothing else.
@Timeout(120)
class CoturnTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private static Path folder;

    private static RtcEngine engine;
    private static Coturn coturn;

    @BeforeAll
    static void open() throws Exception {
        Peers.require(Coturn.isThere(), "coturn; on Debian: apt-get install coturn");
        coturn = Coturn.start(folder);
        engine = RtcEngine.open();
    }

    @AfterAll
    static void close() {
        if (engine != null) {
            engine.close();
            coturn.close();
        }
    }

    /// Says a word over every channel, and keeps what it is told.
    private static final class Talker implements PeerListener, AutoCloseable {
        final BlockingQueue<String> read = new LinkedBlockingQueue<>();
        final BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        final PeerConnection connection;

        Talker(PeerConnection.Builder builder) {
            connection = builder.bind(InetAddress.getLoopbackAddress())
                    .listener(this)
                    .onRtp((rtp, nanos) -> heard.add(rtp.sequence()))
                    .open();
        }

        @Override
        public void onDataChannel(DataChannel channel) {
            channel.listener(new DataChannel.Listener() {
                @Override
                public void onOpen() {
                    channel.trySend("x".repeat(50_000));
                }

                @Override
                public void onText(String text) {
                    read.add(text.length() + " characters");
                }
            });
        }

        @Override
        public void close() {
            connection.close();
        }
    }

    @ParameterizedTest
    @EnumSource(TurnServer.Transport.class)
    void relaysSoundAndMessagesBetweenPeersThatMayUseNothingElse(TurnServer.Transport transport) throws Exception {
        try (var caller = new Talker(relayed(coturn.server(transport)).dataChannel("chat"));
                var callee = new Talker(relayed(coturn.server(transport)))) {
            caller.connection.createOffer();
            callee.connection.setRemote(caller.connection.awaitGathering(PATIENCE));
            callee.connection.createAnswer();
            caller.connection.setRemote(callee.connection.awaitGathering(PATIENCE));
            caller.connection.awaitConnected(PATIENCE);
            callee.connection.awaitConnected(PATIENCE);

            assertThat(caller.connection.isRelayed() && callee.connection.isRelayed()).as("both are relayed").isTrue();
            assertThat(candidates(caller.connection)).isNotEmpty().allMatch(line -> line.contains("typ relay"));
            assertThat(callee.read.poll(30, TimeUnit.SECONDS)).isEqualTo("50000 characters");
            assertThat(caller.read.poll(30, TimeUnit.SECONDS)).isEqualTo("50000 characters");
            for (var i = 1; i <= 20; i++) {
                Packets.say(caller.connection, i);
                Packets.say(callee.connection, 100 + i);
                assertThat(callee.heard.poll(10, TimeUnit.SECONDS)).isEqualTo(i);
                assertThat(caller.heard.poll(10, TimeUnit.SECONDS)).isEqualTo(100 + i);
            }
        }
    }

    @Test
    void givesARelayToAPeerThatMayGoAnyWay() throws Exception {
        try (var one = engine.peer().turn(coturn.server(TurnServer.Transport.UDP)).open()) {
            one.createOffer();
            assertThat(candidates(one, one.awaitGathering(PATIENCE))).anyMatch(line -> line.contains("typ relay"));
        }
    }

    @Test
    void relaysNothingForAWrongPassword() throws Exception {
        var server = coturn.server(TurnServer.Transport.UDP);
        var wrong = new TurnServer(server.address(), server.transport(), server.username(), "a guess",
                Optional.empty());
        try (var one = new Talker(relayed(wrong))) {
            one.connection.createOffer();
            one.connection.awaitGathering(PATIENCE);

            assertThatThrownBy(() -> one.connection.awaitConnected(PATIENCE)).isInstanceOf(RtcException.class)
                    .hasMessageContaining("does not accept the credentials");
        }
    }

    /// Whoever answers there may not be whom the certificate is for.
    @Test
    void isNotSpokenToWhenItsCertificateIsNotTrusted() throws Exception {
        var server = coturn.server(TurnServer.Transport.TLS);
        var careful = new TurnServer(server.address(), server.transport(), server.username(), server.password(),
                Optional.empty());
        try (var one = new Talker(relayed(careful))) {
            assertThatThrownBy(() -> one.connection.awaitConnected(PATIENCE)).isInstanceOf(RtcException.class)
                    .hasMessageContaining("connection to the TURN server is lost");
        }
    }

    @Test
    void isMissedWhenNobodyListensThere() throws Exception {
        var nobody = new TurnServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                TurnServer.Transport.TCP, "somebody", "a secret", Optional.empty());
        try (var one = new Talker(relayed(nobody))) {
            assertThatThrownBy(() -> one.connection.awaitConnected(PATIENCE)).isInstanceOf(RtcException.class)
                    .hasMessageContaining("connection to the TURN server is lost");
        }
    }

    private static PeerConnection.Builder relayed(TurnServer server) {
        return engine.peer().turn(server).relayOnly();
    }

    private static List<String> candidates(PeerConnection connection) {
        return candidates(connection, connection.description());
    }

    private static List<String> candidates(PeerConnection connection, String description) {
        return description.lines().filter(line -> line.startsWith("a=candidate")).toList();
    }
}
