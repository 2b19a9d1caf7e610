package dev.parley.rtc;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Our side's ways out, and the candidates they make: one socket under all its addresses, and relays (RFC 8445
/// section 5.1.1). Pure.
final class IceLocals {
    /// Among candidates of one kind; what comes by a relay is worth less than what comes directly.
    private static final int BEST_DIRECT = 65_535;
    private static final int BEST_RELAYED = 32_767;

    private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);

    private enum Relay {
        AWAITED,
        THERE,
        GONE
    }

    private final List<InetSocketAddress> hosts;
    private final boolean relayOnly;
    private final Relay[] relays;
    private final InetSocketAddress[] relayed;
    private final List<IceCandidate> candidates = new ArrayList<>();
    private final Consumer<IceEffect> out;

    IceLocals(IceAgent.Settings settings, Consumer<IceEffect> out) {
        hosts = settings.hosts();
        relayOnly = settings.relayOnly();
        relays = new Relay[settings.relays()];
        Arrays.fill(relays, Relay.AWAITED);
        relayed = new InetSocketAddress[settings.relays()];
        this.out = out;
    }

    List<IceCandidate> candidates() {
        return List.copyOf(candidates);
    }

    /// Whether every relay is there, or will never be.
    boolean isDone() {
        return Arrays.stream(relays).noneMatch(one -> one == Relay.AWAITED);
    }

    void offerHosts() {
        if (!relayOnly) {
            hosts.forEach(host -> offer(
                    IceCandidate.of(IceCandidate.Type.HOST, host, directPreference(host), Optional.empty())));
        }
    }

    /// How a STUN server sees our socket.
    void offerReflexive(InetSocketAddress seen) {
        var base = hosts.stream().filter(host -> isSameFamily(host, seen)).findFirst();
        if (candidates.stream().noneMatch(one -> one.socketAddress().filter(seen::equals).isPresent())) {
            offer(IceCandidate.of(IceCandidate.Type.SERVER_REFLEXIVE, seen, directPreference(seen), base));
        }
    }

    /// A relay is there; `mapped` is how it sees us, which stays a secret where nothing but relays may be used.
    void offerRelayed(int via, InetSocketAddress address, InetSocketAddress mapped) {
        relays[via - 1] = Relay.THERE;
        relayed[via - 1] = address;
        offer(IceCandidate.of(IceCandidate.Type.RELAYED, address, BEST_RELAYED - via,
                Optional.of(relayOnly ? NOWHERE : mapped)));
    }

    void gone(int via) {
        relays[via - 1] = Relay.GONE;
    }

    /// Whether there is a way out, or may be one yet.
    boolean isAnyOpen() {
        return !relayOnly || Arrays.stream(relays).anyMatch(one -> one != Relay.GONE);
    }

    /// Whether packets may come and go by this way.
    boolean isOpen(int via) {
        return via == IceRoute.DIRECT ? !relayOnly : relays[via - 1] == Relay.THERE;
    }

    /// Whether a route is there and leads to addresses of that family.
    boolean canGo(IceRoute route) {
        return isOpen(route.via()) && (route.isRelayed()
                ? isSameFamily(relayed[route.via() - 1], route.remote())
                : hosts.stream().anyMatch(host -> isSameFamily(host, route.remote())));
    }

    /// The priority of the candidate that a route begins at.
    long priority(IceRoute route) {
        return IceCandidate.priority(route.isRelayed() ? IceCandidate.Type.RELAYED : IceCandidate.Type.HOST,
                preference(route));
    }

    /// The priority of the candidate that the other side learns of by our check.
    long learntPriority(IceRoute route) {
        return IceCandidate.priority(IceCandidate.Type.PEER_REFLEXIVE, preference(route));
    }

    private int preference(IceRoute route) {
        return route.isRelayed() ? BEST_RELAYED - route.via() : directPreference(route.remote());
    }

    /// The preference of the first host address of the same family.
    private int directPreference(InetSocketAddress address) {
        for (var i = 0; i < hosts.size(); i++) {
            var host = hosts.get(i);
            if (host.equals(address) || (isSameFamily(host, address) && !hosts.contains(address))) {
                return BEST_DIRECT - i;
            }
        }
        return 0;
    }

    private void offer(IceCandidate candidate) {
        candidates.add(candidate);
        out.accept(new IceEffect.Gathered(candidate));
    }

    private static boolean isSameFamily(InetSocketAddress one, InetSocketAddress other) {
        return one.getAddress() instanceof Inet6Address == other.getAddress() instanceof Inet6Address;
    }
}
