package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A client and a server that exist in memory, where time passes as fast as it can be computed.
class TurnClientTest {
    private static final InetSocketAddress US = IceNetwork.address("192.0.2.1", 5000);
    private static final InetSocketAddress PEER = IceNetwork.address("203.0.113.7", 6000);
    private static final byte[] WORD = "word".getBytes(StandardCharsets.UTF_8);

    private final long seed = System.nanoTime();
    private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    private final RelayServer server = new RelayServer("198.51.100.2", random);
    private TurnClient client = server.client(false);
    private final List<byte[]> sent = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private Optional<InetSocketAddress> relay = Optional.empty();
    private boolean deaf;
    private long now = random.nextLong() >> 2;

    @Test
    void getsARelayFromAServerThatAsksForCredentials() {
        client.start(now);
        exchange();

        assertThat(client.isAllocated()).isTrue();
        assertThat(relay).contains(IceNetwork.address("198.51.100.2", 49_152));
        assertThat(server.asked).as("once without credentials, once with").hasSize(2);
    }

    @Test
    void speaksWithAPeerInIndicationsUntilThereIsAChannel() {
        allocate();

        say("first");
        client.bind(PEER, now);
        exchange();
        say("second");
        hear("third");

        assertThat(heard).containsExactly("to 203.0.113.7:6000 first", "to 203.0.113.7:6000 second",
                "from /203.0.113.7:6000 third");
        assertThat(server.indications).isEqualTo(1);
        assertThat(server.channelPackets).isEqualTo(2);
    }

    @Test
    void hearsNobodyWhomItHasNotSpokenTo() {
        allocate();
        hear("hello?");

        assertThat(heard).isEmpty();
    }

    /// As a hostile server would have it.
    @Test
    void takesNothingFromStrangersThatTheServerPassesOn() {
        allocate();
        receive(new StunWriter(StunMessage.Kind.INDICATION, TurnClient.DATA, new StunMessage.TransactionId(1, 2))
                .peerAddress(PEER)
                .data(WORD, 0, WORD.length)
                .plain());
        receive(new byte[]{0x40, 0, 0, 4, 1, 2, 3, 4});
        receive(new byte[]{0x4F, (byte) 0xFF, 0, 4, 1, 2, 3, 4});

        assertThat(heard).isEmpty();
    }

    @Test
    void keepsRelayPermissionAndChannelForADay() {
        allocate();
        say("hello");
        client.bind(PEER, now);
        exchange();

        for (var minutes = 0; minutes < 24 * 60; minutes++) {
            pass(Duration.ofMinutes(1));
            heard.clear();
            say("ping");
            hear("pong");
            assertThat(heard).as("after " + minutes + " minutes").hasSize(2);
        }
        assertThat(server.indications).as("the channel was always there").isEqualTo(1);
        assertThat(told).isEmpty();
    }

    @Test
    void letsWhatIsNotUsedRunOut() {
        allocate();
        say("hello");
        client.bind(PEER, now);
        exchange();

        pass(Duration.ofMinutes(30));
        server.asked.clear();
        pass(Duration.ofMinutes(30));

        assertThat(server.asked).as("the relay alone is kept").containsOnly(TurnClient.REFRESH);
        heard.clear();
        say("again");
        pass(Duration.ofSeconds(1));
        say("again");
        assertThat(heard).as("the permission is there again").isNotEmpty();
    }

    @Test
    void goesOnWhenTheServerWantsANewerNonce() {
        server.nonceLife = Duration.ofMinutes(7);
        allocate();
        say("hello");

        pass(Duration.ofHours(2));

        assertThat(told).isEmpty();
        assertThat(client.isAllocated()).isTrue();
        assertThat(server.allocations).hasSize(1);
    }

    /// Else it would ask as long as the server likes.
    @Test
    void isNotLedOnByAServerThatAlwaysWantsANewerNonce() {
        allocate();
        deaf = true;
        client.wrap(WORD, 0, WORD.length, PEER, now);
        var before = sent.size();
        for (var i = 0; i < 50; i++) {
            drain();
            receive(RelayServer.error(parse(sent.getLast()), 438)
                    .realm(RelayServer.REALM)
                    .nonce(new byte[]{(byte) i})
                    .bytes());
        }
        drain();

        assertThat(sent.size() - before).isLessThanOrEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"403, forbidden", "440, 440", "441, somebody else", "442, relays no UDP", "486, this user may have",
            "508, no room", "300, another server", "500, error 500"})
    void saysWhyTheServerGivesNoRelay(int code, String reason) {
        server.refusals.put(TurnClient.ALLOCATE, code);
        client.start(now);
        exchange();

        assertThat(told).singleElement().asString().contains(reason);
        assertThat(client.nextTimeout()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void saysThatTheCredentialsAreNotAccepted() {
        client = new TurnClient(RelayServer.USER, "a wrong one", false, random);
        client.start(now);
        exchange();

        assertThat(told).containsExactly("the TURN server does not accept the credentials");
        assertThat(server.asked).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesUpAServerThatDoesNotAnswer(boolean stream) {
        client = server.client(stream);
        deaf = true;
        client.start(now);
        pass(Duration.ofSeconds(9));

        assertThat(sent).as("requests").hasSize(stream ? 1 : 5);
        assertThat(told).hasSize(1);
    }

    /// The server remembers a relay for our port whose end it was not told of.
    @Test
    void givesUpAnOldRelayForANewOne() {
        allocate();
        client = server.client(false);
        relay = Optional.empty();
        client.start(now);
        exchange();

        assertThat(relay).contains(IceNetwork.address("198.51.100.2", 49_153));
    }

    @Test
    void givesUpWhenTheServerInsistsOnAnotherRelay() {
        server.refusals.put(TurnClient.ALLOCATE, 437);
        server.refusals.put(TurnClient.REFRESH, 437);
        client.start(now);
        exchange();

        assertThat(told).singleElement().asString().contains("437");
        assertThat(server.asked).hasSizeLessThan(6);
    }

    @Test
    void noticesThatTheServerHasForgottenTheRelay() {
        allocate();
        server.allocations.clear();
        pass(Duration.ofMinutes(10));

        assertThat(told).containsExactly("the TURN server does not know our relay any more (437)");
    }

    @Test
    void noticesWithinTheLifetimeThatTheServerIsGone() {
        allocate();
        deaf = true;
        pass(Duration.ofMinutes(11));

        assertThat(told).containsExactly("the TURN server does not answer any more");
    }

    @Test
    void survivesASilenceOfHalfAMinute() {
        allocate();
        pass(Duration.ofMinutes(9).minusSeconds(1));
        deaf = true;
        pass(Duration.ofSeconds(30));
        deaf = false;
        pass(Duration.ofMinutes(9));

        assertThat(told).isEmpty();
    }

    @Test
    void sendsNothingToAPeerWhoIsForbidden() {
        server.refusals.put(TurnClient.CREATE_PERMISSION, 403);
        allocate();
        say("hello");
        sent.clear();

        for (var i = 0; i < 100; i++) {
            say("hello");
        }

        assertThat(sent).isEmpty();
        assertThat(told).as("the relay is still good for others").isEmpty();
    }

    @Test
    void asksAgainForAPeerThatTheServerHasNoRoomForNow() {
        server.refusals.put(TurnClient.CREATE_PERMISSION, 508);
        allocate();
        say("hello");
        server.refusals.clear();
        pass(Duration.ofSeconds(31));
        say("hello");

        assertThat(heard).isNotEmpty();
    }

    @Test
    void goesOnWithoutAChannelThatIsRefused() {
        server.refusals.put(TurnClient.CHANNEL_BIND, 403);
        allocate();
        say("hello");
        client.bind(PEER, now);
        exchange();
        say("hello");

        assertThat(server.indications).isEqualTo(2);
    }

    @Test
    void asksForNoMorePermissionsThanIceNeeds() {
        allocate();
        for (var i = 0; i < 5_000; i++) {
            client.wrap(WORD, 0, WORD.length, IceNetwork.address("10.0." + i / 250 + "." + i % 250, 9), now);
        }
        drain();

        assertThat(server.asked.size()).isLessThanOrEqualTo(2 + IceCheckList.MOST_PAIRS);
    }

    @Test
    void reachesNobodyOfTheOtherFamily() {
        allocate();

        assertThat(client.wrap(WORD, 0, WORD.length, IceNetwork.address("2001:db8::1", 9), now)).isEmpty();
    }

    @Test
    void givesTheRelayUpAtTheEnd() {
        allocate();
        client.close(now);
        exchange();

        assertThat(server.allocations).isEmpty();
        assertThat(client.nextTimeout()).isEqualTo(Long.MAX_VALUE);
        assertThat(client.wrap(WORD, 0, WORD.length, PEER, now)).isEmpty();
    }

    @Test
    void fillsUpWhatItSendsInAStream() {
        client = server.client(true);
        allocate();
        client.bind(PEER, now);
        exchange();

        assertThat(client.wrap(WORD, 0, 3, PEER, now).orElseThrow().array()).hasSize(8);
    }

    /// Whoever sees the requests could answer them, but for the password.
    @Test
    void believesNoAnswerThatIsNotSigned() {
        deaf = true;
        client.start(now);
        drain();
        receive(RelayServer.error(parse(sent.getLast()), 401).realm(RelayServer.REALM).nonce(new byte[]{1}).bytes());
        drain();
        var request = parse(sent.getLast());

        receive(RelayServer.success(request).relayedAddress(PEER).mappedAddress(US).lifetime(600).bytes());
        receive(RelayServer.success(request)
                .relayedAddress(PEER)
                .mappedAddress(US)
                .lifetime(600)
                .sealed("a guess".getBytes(StandardCharsets.UTF_8)));
        receive(RelayServer.error(request, 486).bytes());
        receive(RelayServer.error(request, 437).bytes());

        assertThat(client.isAllocated()).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void takesNoRelayWithoutAnAddress() {
        deaf = true;
        client.start(now);
        drain();
        receive(RelayServer.error(parse(sent.getLast()), 401).realm(RelayServer.REALM).nonce(new byte[]{1}).bytes());
        drain();
        receive(RelayServer.success(parse(sent.getLast()))
                .relayedAddress(IceNetwork.address("239.0.0.1", 5))
                .mappedAddress(US)
                .sealed(RelayServer.key()));
        drain();

        assertThat(told).containsExactly("the TURN server has given a relay without an address");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4_294_967_295L})
    void isNotMadeBusyOrCarelessByAStrangeLifetime(long lifetime) {
        server.lifetime = lifetime;
        client.start(now);
        exchange();
        server.keepAll();
        server.lifetime = 600;
        server.asked.clear();
        pass(Duration.ofMinutes(59));

        assertThat(server.asked.size()).isLessThan(10);
        pass(Duration.ofMinutes(2));
        assertThat(server.asked).isNotEmpty();
    }

    @Test
    void readsNoNonceThatIsTooLong() {
        deaf = true;
        client.start(now);
        drain();
        receive(new StunWriter(StunMessage.Kind.ERROR, TurnClient.ALLOCATE, parse(sent.getLast()).id(), 2_000)
                .error(401, "no")
                .realm(RelayServer.REALM)
                .nonce(new byte[800])
                .bytes());
        drain();

        assertThat(told).containsExactly("the TURN server does not accept the credentials");
    }

    @Test
    void keepsItsRelayAtTwentyPercentLoss() {
        for (var i = 0; i < 10; i++) {
            var network = new IceNetwork(seed + i);
            network.loss = 0.2;
            network.turnServer().nonceLife = Duration.ofMinutes(7);
            var alice = network.peer(new IceAgent.Settings(false, List.of(US), List.of(), 1, true), true);
            alice.start();

            network.pass(Duration.ofHours(2));

            // Eight seconds without an answer come to pass at first; what is there stays.
            if (!alice.candidates.isEmpty()) {
                assertThat(alice.relaysGone).as("seed " + (seed + i)).isEmpty();
            }
        }
    }

    @Test
    void outlivesWhateverTheServerSends() {
        server.nonceLife = Duration.ofMinutes(3);
        List<byte[]> corpus = new ArrayList<>();
        allocate();
        client.bind(PEER, now);
        say("hello");
        hear("hello");
        deaf = true;
        for (var i = 0; i < 5_000; i++) {
            client.wrap(WORD, 0, WORD.length, PEER, now);
            now += Duration.ofSeconds(random.nextInt(40)).toNanos();
            client.tick(now);
            drain();
            var request = sent.getLast();
            var bytes = random.nextBoolean() && (request[0] & 0xC0) == 0
                    ? server.receive(US, server.address, request, now)
                            .stream()
                            .findFirst()
                            .map(RelayServer.Packet::bytes)
                            .orElse(request)
                    : request;
            bytes = bytes.clone();
            for (var n = random.nextInt(4); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            corpus.add(bytes);
            try {
                var one = corpus.get(random.nextInt(corpus.size()));
                client.receive(one, 0, random.nextInt(one.length + 1), now);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
            sent.subList(0, sent.size() - 1).clear();
            if (client.nextTimeout() == Long.MAX_VALUE) {
                client = server.client(false);
                client.start(now);
            }
        }
    }

    private void allocate() {
        client.start(now);
        exchange();
        assertThat(client.isAllocated()).as("a relay is there; told " + told).isTrue();
    }

    private void say(String word) {
        var bytes = word.getBytes(StandardCharsets.UTF_8);
        var packet = client.wrap(bytes, 0, bytes.length, PEER, now);
        drain();
        packet.ifPresent(one -> transmit(one.array()));
        exchange();
    }

    private void hear(String word) {
        server.receive(PEER, relay.orElseThrow(), word.getBytes(StandardCharsets.UTF_8), now)
                .forEach(one -> receive(one.bytes()));
    }

    private void receive(byte[] bytes) {
        client.receive(bytes, 0, bytes.length, now)
                .ifPresent(payload -> heard.add("from " + payload.from() + " "
                        + StandardCharsets.UTF_8.decode(payload.data())));
    }

    private void exchange() {
        for (var before = -1; before != sent.size();) {
            before = sent.size();
            drain();
        }
    }

    private void drain() {
        for (var effect = client.poll(); effect.isPresent(); effect = client.poll()) {
            switch (effect.get()) {
                case TurnEffect.Transmit(var packet) -> transmit(packet.array());
                case TurnEffect.Allocated(var address, var _) -> relay = Optional.of(address);
                case TurnEffect.Failed(var why) -> told.add(why);
            }
        }
    }

    private void transmit(byte[] bytes) {
        sent.add(bytes);
        if (!deaf) {
            for (var packet : server.receive(US, server.address, bytes, now)) {
                if (packet.to().equals(US)) {
                    receive(packet.bytes());
                } else {
                    heard.add("to " + packet.to().getHostString() + ":" + packet.to().getPort() + " "
                            + StandardCharsets.UTF_8.decode(ByteBuffer.wrap(packet.bytes())));
                }
            }
        }
    }

    private void pass(Duration time) {
        var end = now + time.toNanos();
        for (var steps = 0; client.nextTimeout() <= end; steps++) {
            assertThat(steps).as("steps without an end").isLessThan(10_000);
            now = Math.max(now, client.nextTimeout());
            client.tick(now);
            exchange();
        }
        now = end;
    }

    private static StunMessage parse(byte[] bytes) {
        return StunMessage.parse(bytes, 0, bytes.length).orElseThrow();
    }
}
