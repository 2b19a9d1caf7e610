package dev.parley.rtc;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Asks STUN servers how our socket looks from outside (RFC 8445 section 5.1.1.2), and keeps the way open while the other
/// side's answer is awaited. Pure: times are nanoseconds since any moment.
final class IceGathering {
    private static final long FIRST_RETRY = Duration.ofMillis(250).toNanos();
    /// Five requests, the last given up after 8 s.
    private static final int MOST_TRIES = 5;
    /// RFC 8445 section 11.
    private static final long KEEP_ALIVE = Duration.ofSeconds(15).toNanos();

    private static final class Probe {
        final InetSocketAddress server;
        StunMessage.TransactionId id;
        int tries;
        long nextAt;
        boolean over;

        Probe(InetSocketAddress server, StunMessage.TransactionId id) {
            this.server = server;
            this.id = id;
        }
    }

    private final List<Probe> probes = new ArrayList<>();
    private final Map<InetSocketAddress, InetSocketAddress> mapped = new HashMap<>();
    private final RandomGenerator random;
    private final Consumer<IceEffect> out;

    IceGathering(List<InetSocketAddress> servers, RandomGenerator random, Consumer<IceEffect> out) {
        this.random = random;
        this.out = out;
        servers.forEach(server -> probes.add(new Probe(server, StunMessage.TransactionId.random(random))));
    }

    boolean isDone() {
        return probes.stream().allMatch(probe -> probe.over);
    }

    /// Sends what is due. `keepAlive` says whether known mappings are still needed.
    void tick(long now, boolean keepAlive) {
        for (var probe : probes) {
            if (now < probe.nextAt || (probe.over && !(keepAlive && mapped.containsKey(probe.server)))) {
                continue;
            }
            if (!probe.over && probe.tries == MOST_TRIES) {
                probe.over = true;
                continue;
            }
            probe.nextAt = now + (probe.over ? KEEP_ALIVE : FIRST_RETRY << probe.tries);
            probe.tries++;
            out.accept(new IceEffect.Transmit(IceRoute.direct(probe.server),
                    ByteBuffer.wrap(StunWriter.bindingRequest(probe.id).bytes())));
        }
    }

    long nextTimeout(boolean keepAlive) {
        return probes.stream()
                .filter(probe -> !probe.over || (keepAlive && mapped.containsKey(probe.server)))
                .mapToLong(probe -> probe.nextAt)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /// The address a server tells of, the first time it does.
    Optional<InetSocketAddress> onResponse(StunMessage response, InetSocketAddress from, long now) {
        for (var probe : probes) {
            if (!probe.id.equals(response.id()) || !probe.server.equals(from)) {
                continue;
            }
            probe.over = true;
            probe.id = StunMessage.TransactionId.random(random);
            probe.nextAt = now + KEEP_ALIVE;
            return response.mappedAddress().filter(address -> mapped.put(from, address) == null);
        }
        return Optional.empty();
    }
}
