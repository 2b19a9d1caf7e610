package dev.parley.rtc;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// A network for ICE agents that exists in memory and in virtual time: it delays, loses, repeats and reorders, and puts
/// address translators in between.
final class IceNetwork {
    static final InetSocketAddress STUN = address("198.51.100.1", 3478);

    private record Packet(long at, long number, InetSocketAddress from, InetSocketAddress to, byte[] bytes) {}

    /// An agent, where it sits, and what it has said.
    final class Peer {
        final IceAgent agent;
        final InetSocketAddress socket;
        final List<IceEffect.Changed> changes = new ArrayList<>();
        final List<IceCandidate> candidates = new ArrayList<>();
        final List<IceEffect.Transmit> sent = new ArrayList<>();
        Optional<InetSocketAddress> selected = Optional.empty();
        Optional<Peer> other = Optional.empty();
        /// Each with a socket of its own.
        final List<TurnClient> relays = new ArrayList<>();
        final List<String> relaysGone = new ArrayList<>();
        Optional<IceRoute> route = Optional.empty();
        boolean gathered;

        Peer(IceAgent agent, InetSocketAddress socket) {
            this.agent = agent;
            this.socket = socket;
        }

        void start() {
            agent.start(now);
            relays.forEach(relay -> relay.start(now));
            drain();
        }

        /// The socket that asks for relay `via`.
        private InetSocketAddress relaySocket(int via) {
            return new InetSocketAddress(socket.getAddress(), socket.getPort() + via);
        }

        private void receiveRelayed(int via, byte[] bytes) {
            relays.get(via - 1).receive(bytes, 0, bytes.length, now).ifPresent(payload -> {
                var data = new byte[payload.data().remaining()];
                payload.data().get(data);
                agent.receive(data, 0, data.length, new IceRoute(via, payload.from()), now);
            });
            drain();
        }

        private void tick() {
            agent.tick(now);
            relays.forEach(relay -> relay.tick(now));
            drain();
        }

        private long nextTimeout() {
            return Math.min(agent.nextTimeout(),
                    relays.stream().mapToLong(TurnClient::nextTimeout).min().orElse(Long.MAX_VALUE));
        }

        private boolean drainRelays() {
            var any = false;
            for (var via = 1; via <= relays.size(); via++) {
                var relay = relays.get(via - 1);
                for (var effect = relay.poll(); effect.isPresent(); effect = relay.poll()) {
                    any = true;
                    switch (effect.get()) {
                        case TurnEffect.Transmit(var packet) ->
                            send(relaySocket(via), turnServer().address, packet);
                        case TurnEffect.Allocated(var address, var mapped) -> agent.relayed(via, address, mapped, now);
                        case TurnEffect.Failed(var why) -> {
                            relaysGone.add(why);
                            agent.relayGone(via, why, now);
                        }
                    }
                }
            }
            return any;
        }

        private void transmit(IceRoute to, ByteBuffer packet) {
            if (!to.isRelayed()) {
                send(socket, to.remote(), packet);
                return;
            }
            var wrapped = relays.get(to.via() - 1).wrap(packet.array(), 0, packet.capacity(), to.remote(), now);
            drainRelays();
            wrapped.ifPresent(one -> send(relaySocket(to.via()), turnServer().address, one));
        }

        void drain() {
            do {
                drainAgent();
            } while (drainRelays());
        }

        private void drainAgent() {
            for (var effect = agent.poll(); effect.isPresent(); effect = agent.poll()) {
                switch (effect.get()) {
                    case IceEffect.Transmit transmit -> {
                        sent.add(transmit);
                        transmit(transmit.to(), transmit.packet());
                    }
                    case IceEffect.Gathered(var candidate) -> {
                        candidates.add(candidate);
                        other.ifPresent(peer -> peer.addRemote(candidate));
                    }
                    case IceEffect.GatheringDone() -> gathered = true;
                    case IceEffect.Selected(var chosen) -> {
                        selected = Optional.of(chosen.remote());
                        route = Optional.of(chosen);
                        if (chosen.isRelayed()) {
                            relays.get(chosen.via() - 1).bind(chosen.remote(), now);
                        }
                    }
                    case IceEffect.Changed changed -> changes.add(changed);
                }
            }
        }

        void addRemote(IceCandidate candidate) {
            agent.addRemote(candidate, now);
            drain();
        }

        void receive(byte[] bytes, InetSocketAddress from) {
            agent.receive(bytes, 0, bytes.length, IceRoute.direct(from), now);
            drain();
        }

        /// Is told of the other side's description, with the candidates it has so far.
        void meets(Peer peer, boolean withCandidates) {
            agent.remote(peer.agent.local(), lite.contains(peer.agent), now);
            if (withCandidates) {
                peer.candidates.forEach(candidate -> agent.addRemote(candidate, now));
                peer.other = Optional.of(this);
            }
            drain();
        }

        boolean isConnected() {
            return agent.state() == IceState.CONNECTED;
        }
    }

    /// Lets in only what comes from where something was sent to, and shows one address to everybody.
    private final class Translator {
        final InetSocketAddress inside;
        final InetSocketAddress outside;
        final Set<InetAddress> permitted = new HashSet<>();

        Translator(InetSocketAddress inside, InetSocketAddress outside) {
            this.inside = inside;
            this.outside = outside;
        }
    }

    final RandomGenerator random;
    final Set<IceAgent> lite = new HashSet<>();
    private final Map<InetSocketAddress, Peer> peers = new HashMap<>();
    private final List<Translator> translators = new ArrayList<>();
    private final Set<InetSocketAddress> forbidden = new HashSet<>();
    private Optional<RelayServer> turnServer = Optional.empty();
    private final PriorityQueue<Packet> underway = new PriorityQueue<>(Comparator.comparingLong(Packet::at)
            .thenComparingLong(Packet::number));
    private long number;
    long now;
    double loss;
    double repetition;
    Duration delay = Duration.ofMillis(10);
    Duration jitter = Duration.ZERO;
    boolean cut;

    IceNetwork(long seed) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    static InetSocketAddress address(String literal, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
    }

    Peer peer(String address, boolean controlling) {
        return peer(new IceAgent.Settings(false, List.of(address(address, 5000)), List.of()), controlling);
    }

    Peer litePeer(String address) {
        return peer(new IceAgent.Settings(true, List.of(address(address, 5000)), List.of()), false);
    }

    Peer peer(IceAgent.Settings settings, boolean controlling) {
        var agent = new IceAgent(settings, controlling, random);
        if (settings.lite()) {
            lite.add(agent);
        }
        var peer = new Peer(agent, settings.hosts().getFirst());
        settings.hosts().forEach(host -> peers.put(host, peer));
        for (var via = 1; via <= settings.relays(); via++) {
            peer.relays.add(turnServer().client(false));
            peers.put(peer.relaySocket(via), peer);
        }
        return peer;
    }

    /// The network's TURN server; there is one as soon as somebody asks for it.
    RelayServer turnServer() {
        if (turnServer.isEmpty()) {
            turnServer = Optional.of(new RelayServer("198.51.100.2", random));
        }
        return turnServer.get();
    }

    void translate(Peer peer, String outside) {
        translators.add(new Translator(peer.socket, address(outside, 40_000)));
    }

    /// Lets nothing through that comes from a socket or goes to it.
    void forbid(InetSocketAddress socket) {
        forbidden.add(socket);
    }

    void allow(InetSocketAddress socket) {
        forbidden.remove(socket);
    }

    /// Starts both, and tells each of the other at once.
    void connect(Peer one, Peer other) {
        one.start();
        other.start();
        other.meets(one, true);
        one.meets(other, true);
    }

    void send(InetSocketAddress from, InetSocketAddress to, ByteBuffer packet) {
        var bytes = new byte[packet.remaining()];
        packet.duplicate().get(bytes);
        var source = translators.stream().filter(one -> one.inside.equals(from)).findFirst();
        source.ifPresent(one -> one.permitted.add(to.getAddress()));
        var seen = source.map(one -> one.outside).orElse(from);
        var copies = random.nextDouble() < repetition ? 2 : 1;
        for (var i = 0; i < copies; i++) {
            if (!cut && !forbidden.contains(from) && !forbidden.contains(to) && random.nextDouble() >= loss) {
                var late = jitter.isZero() ? 0 : random.nextLong(jitter.toNanos());
                underway.add(new Packet(now + delay.toNanos() + late, number++, seen, to, bytes));
            }
        }
    }

    /// Lets time pass until something holds; false if it does not within `limit`.
    boolean within(Duration limit, BooleanSupplier condition) {
        var end = now + limit.toNanos();
        for (var steps = 0; steps < 1_000_000; steps++) {
            if (condition.getAsBoolean()) {
                return true;
            }
            var next = peers.values().stream().mapToLong(Peer::nextTimeout).min().orElse(Long.MAX_VALUE);
            next = Math.min(next, underway.isEmpty() ? Long.MAX_VALUE : underway.peek().at);
            if (next > end) {
                now = end;
                return condition.getAsBoolean();
            }
            now = Math.max(now, next);
            while (!underway.isEmpty() && underway.peek().at <= now) {
                deliver(underway.poll());
            }
            Set.copyOf(peers.values()).forEach(Peer::tick);
        }
        throw new AssertionError("an agent asks to be woken without end");
    }

    void pass(Duration time) {
        within(time, () -> false);
    }

    private void deliver(Packet packet) {
        if (packet.to.equals(STUN)) {
            var request = StunMessage.parse(packet.bytes, 0, packet.bytes.length).orElseThrow();
            var response = new StunWriter(StunMessage.Kind.SUCCESS, StunMessage.BINDING, request.id());
            send(STUN, packet.from, ByteBuffer.wrap(response.mappedAddress(packet.from).bytes()));
            return;
        }
        if (turnServer.filter(server -> server.owns(packet.to)).isPresent()) {
            turnServer.get()
                    .receive(packet.from, packet.to, packet.bytes, now)
                    .forEach(one -> send(one.from(), one.to(), ByteBuffer.wrap(one.bytes())));
            return;
        }
        var translator = translators.stream().filter(one -> one.outside.equals(packet.to)).findFirst();
        if (translator.isPresent()) {
            if (translator.get().permitted.contains(packet.from.getAddress())) {
                peers.get(translator.get().inside).receive(packet.bytes, packet.from);
            }
            return;
        }
        // What is behind a translator cannot be reached by its own address.
        var hidden = translators.stream().anyMatch(one -> one.inside.equals(packet.to));
        var peer = peers.get(packet.to);
        if (peer == null || hidden) {
            return;
        }
        var via = packet.to.getPort() - peer.socket.getPort();
        if (via > 0 && via <= peer.relays.size()) {
            peer.receiveRelayed(via, packet.bytes);
        } else {
            peer.receive(packet.bytes, packet.from);
        }
    }
}
