package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Agents in a network of their own, where time passes as fast as it can be computed.
class IceAgentTest {
    private static final Duration SOON = Duration.ofSeconds(2);

    private final long seed = System.nanoTime();
    private final IceNetwork network = new IceNetwork(seed);

    @Test
    void findTheWayAndSelectTheSame() {
        var alice = network.peer("192.0.2.1", true);
        var bob = network.peer("192.0.2.2", false);

        network.connect(alice, bob);

        assertConnected(SOON, alice, bob);
        assertThat(alice.selected).contains(bob.socket);
        assertThat(bob.selected).contains(alice.socket);
    }

    @Test
    void connectWithinTwoRoundTripsWhereNothingIsLost() {
        var alice = network.peer("192.0.2.1", true);
        var bob = network.peer("192.0.2.2", false);

        network.connect(alice, bob);

        assertConnected(Duration.ofMillis(100), alice, bob);
    }

    @Test
    void connectOverIpv6AndPreferWhatComesFirst() {
        var alice = network.peer(new IceAgent.Settings(false, List.of(IceNetwork.address("2001:db8::1", 5000),
                IceNetwork.address("192.0.2.1", 5000)), List.of()), true);
        var bob = network.peer(new IceAgent.Settings(false, List.of(IceNetwork.address("2001:db8::2", 5000),
                IceNetwork.address("192.0.2.2", 5000)), List.of()), false);

        network.connect(alice, bob);

        assertConnected(SOON, alice, bob);
        assertThat(alice.selected).contains(bob.socket);
    }

    @Test
    void connectWithCandidatesThatTrickle() {
        var alice = network.peer("192.0.2.1", true);
        var bob = network.peer("192.0.2.2", false);
        alice.start();
        bob.start();
        alice.meets(bob, false);
        bob.meets(alice, false);

        network.pass(SOON);
        assertThat(alice.isConnected()).isFalse();
        bob.candidates.forEach(alice::addRemote);

        assertConnected(SOON, alice, bob);
    }

    /// What a browser hides behind a name of its local network shows itself when it sends.
    @Test
    void learnTheAddressOfAPeerThatHidesIt() {
        var alice = network.peer("192.0.2.1", true);
        var browser = network.peer("192.0.2.2", false);
        alice.start();
        browser.start();
        alice.meets(browser, false);
        alice.addRemote(IceCandidate.parse("1 1 udp 2113937151 5b5d1c2c-2c3f.local 5000 typ host"));
        browser.meets(alice, true);

        assertConnected(SOON, alice, browser);
        assertThat(alice.selected).contains(browser.socket);
    }

    /// The offerer is asked before it has the answer.
    @Test
    void answerChecksThatComeBeforeTheDescription() {
        var alice = network.peer("192.0.2.1", true);
        var bob = network.peer("192.0.2.2", false);
        alice.start();
        bob.start();
        bob.meets(alice, true);
        network.pass(Duration.ofMillis(300));

        alice.meets(bob, false);

        assertConnected(SOON, alice, bob);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void settleWhoControls(boolean both) {
        var alice = network.peer("192.0.2.1", both);
        var bob = network.peer("192.0.2.2", both);

        network.connect(alice, bob);

        assertConnected(SOON, alice, bob);
        assertThat(alice.agent.isControlling()).isNotEqualTo(bob.agent.isControlling());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void doAllTheWorkForALitePeer(boolean controlling) {
        var full = network.peer("192.0.2.1", controlling);
        var lite = network.litePeer("192.0.2.2");

        network.connect(full, lite);

        assertConnected(SOON, full, lite);
        assertThat(full.agent.isControlling()).isTrue();
        assertThat(lite.sent).as("a lite agent asks nothing").allSatisfy(sent -> {
            var packet = sent.packet();
            assertThat(StunMessage.parse(packet.array(), 0, packet.capacity()).orElseThrow().kind())
                    .isNotEqualTo(StunMessage.Kind.REQUEST);
        });
        assertThat(lite.selected).contains(full.socket);
    }

    @Test
    void failAtOnceWhenBothAreLite() {
        var one = network.litePeer("192.0.2.1");
        var other = network.litePeer("192.0.2.2");

        network.connect(one, other);

        assertThat(one.changes.getLast()).isEqualTo(new IceEffect.Changed(IceState.FAILED,
                "both sides are ICE-lite, and neither looks for the other"));
    }

    @Test
    void connectThroughTwoAddressTranslators() {
        var servers = List.of(IceNetwork.STUN);
        var alice = network.peer(new IceAgent.Settings(false, List.of(IceNetwork.address("10.0.0.1", 5000)), servers),
                true);
        var bob = network.peer(new IceAgent.Settings(false, List.of(IceNetwork.address("10.1.0.1", 5000)), servers),
                false);
        network.translate(alice, "203.0.113.1");
        network.translate(bob, "203.0.113.2");

        network.connect(alice, bob);

        assertConnected(Duration.ofSeconds(5), alice, bob);
        assertThat(alice.selected).contains(IceNetwork.address("203.0.113.2", 40_000));
        assertThat(alice.candidates).extracting(IceCandidate::type)
                .containsExactly(IceCandidate.Type.HOST, IceCandidate.Type.SERVER_REFLEXIVE);
        assertThat(alice.gathered).isTrue();
    }

    /// A call rings for a minute before there is an answer.
    @Test
    void keepTheWayThroughATranslatorOpenUntilTheAnswer() {
        var alice = network.peer(new IceAgent.Settings(false, List.of(IceNetwork.address("10.0.0.1", 5000)),
                List.of(IceNetwork.STUN)), true);
        network.translate(alice, "203.0.113.1");
        alice.start();
        network.pass(SOON);
        var before = alice.sent.size();

        network.pass(Duration.ofMinutes(1));

        assertThat(alice.sent.size() - before).isBetween(3, 5);
    }

    @Test
    void connectThroughTwoRelaysWhereNothingElseIsAllowed() {
        for (var i = 0; i < 12; i++) {
            var bad = new IceNetwork(seed + i);
            bad.loss = i == 0 ? 0 : 0.05;
            var alice = bad.peer(relayed("10.0.0.1", true), true);
            var bob = bad.peer(relayed("10.1.0.1", true), false);
            bad.translate(alice, "203.0.113.1");
            bad.translate(bob, "203.0.113.2");

            bad.connect(alice, bob);

            assertThat(bad.within(Duration.ofSeconds(20), () -> alice.isConnected() && bob.isConnected()))
                    .as("connected, with seed " + (seed + i) + alice.relaysGone + bob.relaysGone)
                    .isTrue();
            assertThat(alice.route.orElseThrow().isRelayed()).isTrue();
            assertThat(alice.candidates).extracting(IceCandidate::type).containsExactly(IceCandidate.Type.RELAYED);
            assertThat(alice.candidates.toString()).as("nothing tells where we are")
                    .doesNotContain("10.0.0.1",
                            "203.0.113.1");
            bad.pass(Duration.ofMinutes(15));
            assertThat(alice.agent.state()).as("seed " + (seed + i)).isNotEqualTo(IceState.FAILED);
            assertThat(bob.agent.state()).as("seed " + (seed + i)).isNotEqualTo(IceState.FAILED);
        }
    }

    @Test
    void useARelayWhereNoOtherWayLeadsThere() {
        var alice = network.peer(relayed("10.0.0.1", false), true);
        var bob = network.peer("192.0.2.2", false);
        network.forbid(alice.socket);

        network.connect(alice, bob);

        assertConnected(Duration.ofSeconds(5), alice, bob);
        assertThat(alice.route.orElseThrow()).isEqualTo(new IceRoute(1, bob.socket));
        assertThat(bob.route.orElseThrow().remote().getAddress()).isEqualTo(
                network.turnServer().address.getAddress());
    }

    @Test
    void useNoRelayWhereThereIsAnotherWay() {
        var alice = network.peer(relayed("192.0.2.1", false), true);
        var bob = network.peer(relayed("192.0.2.2", false), false);

        network.connect(alice, bob);

        assertConnected(SOON, alice, bob);
        assertThat(alice.route).contains(IceRoute.direct(bob.socket));
        assertThat(alice.candidates).extracting(IceCandidate::type)
                .containsExactly(IceCandidate.Type.HOST, IceCandidate.Type.RELAYED);
    }

    @Test
    void sayAtOnceThatThereIsNoRelayWhereNothingElseIsAllowed() {
        network.turnServer().refusals.put(TurnClient.ALLOCATE, 486);
        var alice = network.peer(relayed("192.0.2.1", true), true);
        alice.start();

        network.pass(SOON);

        assertThat(alice.changes.getLast().state()).isEqualTo(IceState.FAILED);
        assertThat(alice.changes.getLast().reason()).contains("nothing but relays may be used", "486");
        assertThat(alice.changes).hasSize(1);
    }

    @Test
    void endGatheringWhenThereIsNoRelay() {
        var settings = relayed("192.0.2.1", true);
        var agent = new IceAgent(settings, true, network.random);
        agent.start(0);

        agent.relayGone(1, "it is gone", 0);

        assertThat(agent.isGathered()).isTrue();
    }

    @Test
    void goOnDirectlyWhenTheRelayInUseIsGone() {
        var alice = network.peer(relayed("192.0.2.1", false), true);
        var bob = network.peer("192.0.2.2", false);
        network.forbid(alice.socket);
        network.connect(alice, bob);
        assertConnected(SOON, alice, bob);
        network.allow(alice.socket);
        alice.addRemote(IceCandidate.of(IceCandidate.Type.HOST, bob.socket, 1, Optional.empty()));

        network.turnServer().allocations.clear();
        network.pass(Duration.ofMinutes(10));

        assertThat(alice.relaysGone).hasSize(1);
        assertThat(alice.changes).extracting(IceEffect.Changed::reason).contains("the relay in use is gone");
    }

    @Test
    void hearNothingThatComesDirectlyWhereNothingButRelaysIsAllowed() {
        var alice = network.peer(relayed("192.0.2.1", true), true);
        alice.start();
        network.pass(SOON);
        alice.sent.clear();

        alice.receive(StunWriter.bindingRequest(new StunMessage.TransactionId(1, 2))
                .username(alice.agent.local().ufrag() + ":x")
                .priority(1)
                .role(false, 1)
                .sealed(alice.agent.local().key()), IceNetwork.address("203.0.113.66", 666));

        assertThat(alice.sent).isEmpty();
    }

    private static IceAgent.Settings relayed(String address, boolean only) {
        return new IceAgent.Settings(false, List.of(IceNetwork.address(address, 5000)), List.of(), 1, only);
    }

    @Test
    void endGatheringWhenNoServerAnswers() {
        var alice = network.peer(new IceAgent.Settings(false, List.of(IceNetwork.address("192.0.2.1", 5000)),
                List.of(IceNetwork.address("198.51.100.99", 3478))), true);
        alice.start();

        assertThat(network.within(Duration.ofSeconds(10), () -> alice.gathered)).isTrue();
        assertThat(alice.sent).hasSize(5);
        assertThat(alice.candidates).hasSize(1);
    }

    @Test
    void connectThroughANetworkThatLosesRepeatsAndReorders() {
        for (var i = 0; i < 300; i++) {
            var bad = new IceNetwork(seed + i);
            bad.loss = 0.2;
            bad.repetition = 0.1;
            bad.jitter = Duration.ofMillis(80);
            var alice = bad.peer("192.0.2.1", i % 3 != 0);
            var bob = i % 5 == 0 ? bad.litePeer("192.0.2.2") : bad.peer("192.0.2.2", i % 2 == 0);

            bad.connect(alice, bob);

            assertThat(bad.within(Duration.ofSeconds(20), () -> alice.isConnected() && bob.isConnected()))
                    .as("connected, with seed " + (seed + i))
                    .isTrue();
            assertThat(alice.selected).as("seed " + (seed + i)).contains(bob.socket);
            assertThat(bob.selected).as("seed " + (seed + i)).contains(alice.socket);
        }
    }

    @Test
    void stayConnectedForAnHourAtTwentyPercentLoss() {
        var alice = network.peer("192.0.2.1", true);
        var bob = network.peer("192.0.2.2", false);
        network.connect(alice, bob);
        assertConnected(SOON, alice, bob);
        network.loss = 0.2;

        network.pass(Duration.ofHours(1));

        assertThat(alice.changes).as("seed " + seed)
                .extracting(IceEffect.Changed::state)
                .doesNotContain(IceState.FAILED);
        assertThat(bob.changes).as("seed " + seed).extracting(IceEffect.Changed::state).doesNotContain(IceState.FAILED);
    }

    @Test
    void giveUpAPeerThatVanishesAfterThirtySeconds() {
        var alice = network.peer("192.0.2.1", true);
        var lite = network.litePeer("192.0.2.2");
        network.connect(alice, lite);
        assertConnected(SOON, alice, lite);
        network.pass(Duration.ofMinutes(1));

        network.cut = true;

        assertThat(network.within(Duration.ofSeconds(13), () -> lite.agent.state() == IceState.DISCONNECTED)).isTrue();
        network.pass(Duration.ofSeconds(19));
        assertThat(alice.changes.getLast()).isEqualTo(new IceEffect.Changed(IceState.FAILED,
                "the other side has not answered for 30 s"));
        assertThat(lite.agent.state()).isEqualTo(IceState.FAILED);
        assertThat(alice.agent.nextTimeout()).as("nothing is left to do").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void sayWithinFiveSecondsThatAPeerHasVanished() {
        var alice = network.peer("192.0.2.1", true);
        var lite = network.litePeer("192.0.2.2");
        network.connect(alice, lite);
        assertConnected(SOON, alice, lite);
        for (int i = 0; i < 20; i++) {
            // Whatever the questions of before have come to.
            network.pass(Duration.ofMillis(60_000 + 137 * i));
            var sent = alice.sent.size();

            network.cut = true;

            assertThat(network.within(Duration.ofMillis(4_500), () -> alice.agent.state() == IceState.DISCONNECTED))
                    .as("seed %d, round %d", seed, i)
                    .isTrue();
            assertThat(alice.changes.getLast().reason()).isEqualTo("nothing was heard of the other side for 4 s");
            assertThat(alice.sent.size() - sent).as("questions").isBetween(5, 12);
            network.cut = false;
            assertThat(network.within(SOON, alice::isConnected)).isTrue();
        }
    }

    @Test
    void takeSoundForASignOfLifeButNotForConsent() {
        var alice = network.peer("192.0.2.1", true);
        var bob = network.peer("192.0.2.2", false);
        network.connect(alice, bob);
        assertConnected(SOON, alice, bob);
        network.cut = true;

        // Only what alice says is lost, and so all answers are.
        for (int i = 0; i < 11 && alice.isConnected(); i++) {
            network.pass(Duration.ofSeconds(1));
            alice.agent.alive(network.now);
            assertThat(alice.agent.state()).as("after %d s", i).isEqualTo(IceState.CONNECTED);
        }
        for (int i = 0; i < 20; i++) {
            network.pass(Duration.ofSeconds(1));
            alice.agent.alive(network.now);
        }

        assertThat(alice.changes).extracting(IceEffect.Changed::state)
                .endsWith(IceState.CONNECTED, IceState.DISCONNECTED, IceState.FAILED);
        assertThat(alice.changes.getLast().reason()).isEqualTo("the other side has not answered for 30 s");
    }

    @Test
    void askNothingButForConsentWhileThereIsSound() {
        var alice = network.peer("192.0.2.1", true);
        var lite = network.litePeer("192.0.2.2");
        network.connect(alice, lite);
        assertConnected(SOON, alice, lite);
        var sent = alice.sent.size();

        for (int i = 0; i < 60; i++) {
            network.pass(Duration.ofSeconds(1));
            alice.agent.alive(network.now);
        }

        assertThat(alice.sent.size() - sent).as("questions in a minute").isBetween(9, 16);
    }

    /// A machine that was suspended has heard nothing, but has not listened either.
    @Test
    void doNotTakeTheirOwnSleepForSilence() {
        var alice = network.peer("192.0.2.1", true);
        var lite = network.litePeer("192.0.2.2");
        network.connect(alice, lite);
        assertConnected(SOON, alice, lite);
        network.pass(Duration.ofSeconds(10));

        network.now += Duration.ofSeconds(10).toNanos();

        network.pass(Duration.ofSeconds(10));
        assertThat(alice.changes).extracting(IceEffect.Changed::state).doesNotContain(IceState.DISCONNECTED);
    }

    @Test
    void doNotTakeLossForSilence() {
        var alice = network.peer("192.0.2.1", true);
        var lite = network.litePeer("192.0.2.2");
        network.connect(alice, lite);
        assertConnected(SOON, alice, lite);
        network.loss = 0.05;

        network.pass(Duration.ofMinutes(10));

        assertThat(alice.changes).as("seed " + seed)
                .extracting(IceEffect.Changed::state)
                .doesNotContain(IceState.DISCONNECTED);
    }

    @Test
    void forgiveASilenceOfTwentySeconds() {
        var alice = network.peer("192.0.2.1", true);
        var bob = network.peer("192.0.2.2", false);
        network.connect(alice, bob);
        assertConnected(SOON, alice, bob);

        network.cut = true;
        network.pass(Duration.ofSeconds(20));
        network.cut = false;

        assertThat(alice.agent.state()).isEqualTo(IceState.DISCONNECTED);
        assertConnected(SOON, alice, bob);
    }

    @Test
    void sayThatTheOtherSideWasNotReached() {
        var alice = network.peer("192.0.2.1", true);
        var bob = network.peer("192.0.2.2", false);
        network.cut = true;
        network.connect(alice, bob);

        network.pass(Duration.ofSeconds(31));

        assertThat(alice.changes.getLast()).isEqualTo(new IceEffect.Changed(IceState.FAILED,
                "the other side was not reached within 30 s"));
    }

    @Test
    void startAnewWithOtherCredentialsAndGoOnMeanwhile() {
        var alice = network.peer("192.0.2.1", true);
        var bob = network.peer("192.0.2.2", false);
        network.connect(alice, bob);
        assertConnected(SOON, alice, bob);
        var before = alice.agent.local();
        alice.selected = Optional.empty();

        alice.agent.restart(network.now);
        bob.agent.restart(network.now);
        network.pass(Duration.ofSeconds(15));
        assertThat(alice.agent.state()).as("the old way is still there").isEqualTo(IceState.CONNECTED);
        bob.meets(alice, true);
        alice.meets(bob, true);

        assertThat(network.within(SOON, () -> alice.selected.isPresent())).isTrue();
        assertThat(alice.agent.local()).isNotEqualTo(before);
        network.pass(Duration.ofMinutes(2));
        assertThat(alice.isConnected()).isTrue();
        assertThat(bob.isConnected()).isTrue();
    }

    @Test
    void comeBackByARestartAfterAFailure() {
        var alice = network.peer("192.0.2.1", true);
        var bob = network.peer("192.0.2.2", false);
        network.cut = true;
        network.connect(alice, bob);
        network.pass(Duration.ofSeconds(31));
        network.cut = false;

        alice.agent.restart(network.now);
        bob.agent.restart(network.now);
        alice.meets(bob, true);
        bob.meets(alice, true);

        assertConnected(SOON, alice, bob);
    }

    @Test
    void ignoreWhoeverDoesNotKnowThePassword() {
        var alice = network.peer("192.0.2.1", true);
        var bob = network.peer("192.0.2.2", false);
        alice.start();
        alice.meets(bob, false);
        var forger = IceNetwork.address("203.0.113.66", 666);
        var id = new StunMessage.TransactionId(1, 2);

        alice.receive(StunWriter.bindingRequest(id)
                .username(alice.agent.local().ufrag() + ":x")
                .priority(1)
                .role(false, 1)
                .sealed("a guess".getBytes(StandardCharsets.UTF_8)), forger);
        alice.receive(StunWriter.bindingRequest(id)
                .username(alice.agent.local().ufrag() + ":x")
                .priority(1)
                .role(false, 1)
                .bytes(), forger);
        alice.receive(StunWriter.bindingRequest(id)
                .username("somebody:x")
                .priority(1)
                .role(false, 1)
                .sealed(alice.agent.local().key()), forger);

        assertThat(alice.sent).isEmpty();
        assertThat(alice.agent.isKnown(IceRoute.direct(forger))).isFalse();
    }

    /// Whoever sees the requests could answer them, but for the password.
    @Test
    void believeNoResponseThatIsNotSigned() {
        var alice = network.peer("192.0.2.1", true);
        var bob = network.peer("192.0.2.2", false);
        network.cut = true;
        network.connect(alice, bob);
        var packet = alice.sent.getFirst().packet();
        var request = StunMessage.parse(packet.array(), 0, packet.capacity()).orElseThrow();
        var forged = new StunWriter(StunMessage.Kind.SUCCESS, StunMessage.BINDING, request.id()).mappedAddress(
                alice.socket);
        var refusal = new StunWriter(StunMessage.Kind.ERROR, StunMessage.BINDING, request.id()).error(487, "conflict");

        alice.receive(forged.sealed(new byte[]{1}), bob.socket);
        alice.receive(refusal.bytes(), bob.socket);

        assertThat(alice.agent.isKnown(IceRoute.direct(bob.socket))).isFalse();
        assertThat(alice.agent.isControlling()).isTrue();
        network.cut = false;
        assertConnected(SOON, alice, bob);
    }

    @Test
    void doNotTakeAWayBackThatIsNotTheWayThere() {
        var alice = network.peer("192.0.2.1", true);
        var bob = network.peer("192.0.2.2", false);
        network.cut = true;
        network.connect(alice, bob);
        var packet = alice.sent.getFirst().packet();
        var request = StunMessage.parse(packet.array(), 0, packet.capacity()).orElseThrow();

        alice.receive(new StunWriter(StunMessage.Kind.SUCCESS, StunMessage.BINDING, request.id()).mappedAddress(
                alice.socket).sealed(bob.agent.local().key()), IceNetwork.address("192.0.2.77", 5000));

        assertThat(alice.agent.isKnown(IceRoute.direct(bob.socket))).isFalse();
        assertThat(alice.agent.state()).isEqualTo(IceState.CHECKING);
    }

    @Test
    void refuseWhatWouldHaveToBeUnderstood() {
        var bob = network.peer("192.0.2.2", false);
        bob.start();
        var from = IceNetwork.address("192.0.2.1", 5000);
        var key = bob.agent.local().key();
        var id = new StunMessage.TransactionId(3, 4);

        bob.receive(StunWriter.bindingRequest(id).username(bob.agent.local().ufrag() + ":x").sealed(key), from);

        var packet = bob.sent.getLast().packet();
        var refusal = StunMessage.parse(packet.array(), 0, packet.capacity()).orElseThrow();
        assertThat(refusal.errorCode()).as("no PRIORITY").hasValue(400);
    }

    /// A description may name a hundred thousand addresses of people who never asked for a call.
    @Test
    void bombardNobodyOnAStrangersBehalf() {
        var alice = network.peer("192.0.2.1", true);
        var bob = network.peer("192.0.2.2", false);
        alice.start();
        alice.meets(bob, false);
        for (var i = 0; i < 5_000; i++) {
            alice.addRemote(IceCandidate.parse("1 1 udp 1 198.51." + i / 250 + "." + (i % 250 + 1) + " 9 typ host"));
        }

        network.pass(Duration.ofSeconds(60));

        assertThat(alice.sent.size()).isLessThanOrEqualTo(IceCheckList.MOST_PAIRS * 7);
        assertThat(alice.agent.state()).isEqualTo(IceState.FAILED);
    }

    @Test
    void leaveAsideWhatCannotBeReached() {
        var alice = network.peer("192.0.2.1", true);
        var bob = network.peer("192.0.2.2", false);
        alice.start();
        alice.meets(bob, false);

        alice.addRemote(IceCandidate.parse("1 1 udp 1 2001:db8::2 9 typ host"));
        alice.addRemote(IceCandidate.parse("1 1 tcp 1 192.0.2.2 9 typ host tcptype active"));
        alice.addRemote(IceCandidate.parse("1 2 udp 1 192.0.2.2 9 typ host"));
        alice.addRemote(IceCandidate.parse("1 1 udp 1 239.0.0.1 9 typ host"));
        alice.addRemote(IceCandidate.parse("1 1 udp 1 0.0.0.0 9 typ host"));
        alice.addRemote(IceCandidate.parse("1 1 udp 1 example.com 9 typ host"));
        network.pass(SOON);

        assertThat(alice.sent).isEmpty();
    }

    @Test
    void outliveWhateverIsSentToThem() {
        var alice = network.peer("192.0.2.1", true);
        var bob = network.peer("192.0.2.2", false);
        network.connect(alice, bob);
        assertConnected(SOON, alice, bob);
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var corpus = alice.sent.stream().map(IceEffect.Transmit::packet).map(ByteBuffer::array).toList();

        for (var i = 0; i < 50_000; i++) {
            var bytes = corpus.get(random.nextInt(corpus.size())).clone();
            for (var n = random.nextInt(4); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                bob.receive(bytes, alice.socket);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }

        network.pass(Duration.ofMinutes(1));
        assertThat(bob.isConnected()).isTrue();
    }

    private void assertConnected(Duration limit, IceNetwork.Peer one, IceNetwork.Peer other) {
        assertThat(network.within(limit, () -> one.isConnected() && other.isConnected()))
                .as("connected within " + limit.toMillis() + " ms; seed " + seed + ", " + one.changes + ", "
                        + other.changes)
                .isTrue();
    }
}
