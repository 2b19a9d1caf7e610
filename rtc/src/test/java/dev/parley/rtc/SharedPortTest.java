package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Many connections behind one UDP port, on loopback.
@Timeout(60)
class SharedPortTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static RtcEngine server;
    private static RtcEngine clients;

    @BeforeAll
    static void open() {
        server = RtcEngine.builder().sharedPort(LOOPBACK).open();
        clients = RtcEngine.open();
    }

    @AfterAll
    static void close() {
        clients.close();
        server.close();
    }

    /// A caller with a port of its own, a callee behind the shared one, and what the callee hears.
    private static final class Call implements AutoCloseable {
        final BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        final BlockingQueue<Integer> answered = new LinkedBlockingQueue<>();
        final PeerConnection caller;
        final PeerConnection callee;

        Call(boolean lite) {
            caller = clients.peer()
                    .withoutData()
                    .bind(InetAddress.getLoopbackAddress())
                    .onRtp((rtp, nanos) -> answered.add(rtp.sequence()))
                    .open();
            var builder = server.peer().withoutData().onRtp((rtp, nanos) -> heard.add(rtp.sequence()));
            callee = lite ? builder.iceLite().open() : builder.open();
        }

        void connect() throws InterruptedException {
            callee.setRemote(caller.createOffer());
            caller.setRemote(callee.createAnswer());
            caller.awaitConnected(PATIENCE);
            callee.awaitConnected(PATIENCE);
        }

        void speaks(int number) throws InterruptedException {
            Packets.say(caller, number);
            Packets.say(callee, number + 1);
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(number);
            assertThat(answered.poll(10, TimeUnit.SECONDS)).isEqualTo(number + 1);
        }

        @Override
        public void close() {
            caller.close();
            callee.close();
        }
    }

    @Test
    void everyCallHearsItsOwnCaller() throws Exception {
        List<Call> calls = new ArrayList<>();
        try {
            for (var i = 0; i < 10; i++) {
                calls.add(new Call(i % 2 == 0));
                calls.getLast().connect();
            }
            for (var i = 0; i < calls.size(); i++) {
                calls.get(i).speaks(1_000 + 10 * i);
            }
            for (var i = 0; i < calls.size(); i += 2) {
                calls.get(i).close();
            }
            for (var i = 1; i < calls.size(); i += 2) {
                calls.get(i).speaks(2_000 + 10 * i);
                assertThat(calls.get(i).heard).isEmpty();
                assertThat(calls.get(i).callee.statistics().packetsRefused()).isZero();
            }
            assertThat(calls).allSatisfy(call -> assertThat(call.callee.description()
                    .lines()
                    .filter(line -> line.startsWith("a=candidate"))).allMatch(
                            line -> line.contains(" " + server.sharedPort().orElseThrow() + " ")));
        } finally {
            calls.forEach(Call::close);
        }
        assertThat(server.connections()).isZero();
    }

    @Test
    void callsGoOnWhileTheyLookForAnotherWay() throws Exception {
        try (var call = new Call(false)) {
            call.connect();

            call.caller.restartIce();
            call.callee.setRemote(call.caller.createOffer());
            call.caller.setRemote(call.callee.createAnswer());

            call.speaks(1);
        }
    }

    /// From an address that belongs to no call.
    @Test
    void callsAreNotDisturbedByStrangers() throws Exception {
        var random = new Random(5);
        try (var call = new Call(true); var stranger = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            call.connect();
            var name = call.callee.description()
                    .lines()
                    .filter(line -> line.startsWith("a=ice-ufrag:"))
                    .map(line -> line.substring("a=ice-ufrag:".length()))
                    .findFirst()
                    .orElseThrow();
            var forged = StunWriter.bindingRequest(new StunMessage.TransactionId(1, 2))
                    .username(name + ":x")
                    .priority(1)
                    .role(true, 1)
                    .useCandidate()
                    .sealed("a guess".getBytes(StandardCharsets.UTF_8));
            var answer = new StunWriter(StunMessage.Kind.SUCCESS, StunMessage.BINDING,
                    new StunMessage.TransactionId(3, 4)).mappedAddress(LOOPBACK).bytes();
            for (var i = 0; i < 500; i++) {
                send(stranger, forged);
                send(stranger, answer);
                var noise = new byte[1 + random.nextInt(200)];
                random.nextBytes(noise);
                send(stranger, noise);
            }

            call.speaks(1);

            assertThat(call.callee.statistics().packetsRefused()).as("none was even looked at").isZero();
            assertThat(call.callee.state()).isEqualTo(PeerState.CONNECTED);
        }
    }

    /// Or else a caller of one's own could take the packets of another call away, by saying that it is there.
    @Test
    void anAddressIsItsFirstOwnersUntilThatOneLeaves() throws Exception {
        var got = new LinkedBlockingQueue<String>();
        try (var caller = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            var port = server.shared().orElseThrow();
            var at = (InetSocketAddress) caller.getLocalSocketAddress();
            var first = port.share((bytes, length, from) -> got.add("first"));
            var second = port.share((bytes, length, from) -> got.add("second"));
            first.belongs(at);
            second.belongs(at);

            send(caller, new byte[]{(byte) 0x80, 0});
            assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("first");

            first.close();
            second.belongs(at);
            send(caller, new byte[]{(byte) 0x80, 0});
            assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("second");
            second.close();
        }
    }

    @Test
    void aPeerThatMovesAboutHoldsNoMoreThanAFewAddresses() throws Exception {
        var got = new LinkedBlockingQueue<String>();
        try (var caller = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            var port = server.shared().orElseThrow();
            var greedy = port.share((bytes, length, from) -> got.add("greedy"));
            greedy.belongs((InetSocketAddress) caller.getLocalSocketAddress());
            for (var i = 0; i < SharedPort.MOST_REMOTES; i++) {
                greedy.belongs(IceNetwork.address("192.0.2.1", 1_000 + i));
            }
            var other = port.share((bytes, length, from) -> got.add("other"));
            other.belongs((InetSocketAddress) caller.getLocalSocketAddress());

            send(caller, new byte[]{(byte) 0x80, 0});

            assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("other");
            greedy.close();
            other.close();
        }
    }

    @Test
    void aPortThatIsTakenIsSaidToBe() {
        var taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.sharedPort().orElseThrow());

        assertThatThrownBy(RtcEngine.builder().sharedPort(taken)::open).isInstanceOf(RtcException.class)
                .hasMessageContaining("expected UDP port " + taken.getPort() + " to be free");
    }

    @Test
    void aConnectionBindsToNothingElse() {
        assertThatThrownBy(server.peer().bind(InetAddress.getLoopbackAddress())::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("one port for all");
    }

    private static void send(DatagramSocket from, byte[] bytes) throws IOException {
        from.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(),
                server.sharedPort().orElseThrow()));
    }
}
