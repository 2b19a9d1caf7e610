package dev.parley.rtc;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// The threads that all peer connections of a program share, and their identity. One is enough.
///
/// Two threads read the sockets, one keeps the times of data channels; listeners run on virtual threads. No connection has a
/// thread of its own, but for a virtual one while it shakes hands. Thread-safe.
public final class RtcEngine implements AutoCloseable {
    private static final int LOOPS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final List<IoLoop> loops;
    private final AtomicInteger turn = new AtomicInteger();
    private final DtlsIdentity identity;
    private final ScheduledThreadPoolExecutor timer;
    private final ExecutorService listeners;
    private final Set<PeerConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private final Optional<SharedPort> shared;

    /// How an engine is to be, where it is not as usual.
    public static final class Builder {
        private Optional<InetSocketAddress> shared = Optional.empty();

        private Builder() {}

        /// One UDP port for all connections, for a server of which a firewall shows no more; port 0: any free one. One
        /// thread reads it. Peers that all call from one port of their own need connections with a port each.
        public Builder sharedPort(InetSocketAddress address) {
            if (address.isUnresolved()) {
                throw new IllegalArgumentException("expected an address of this machine, or that of all, found "
                        + address);
            }
            shared = Optional.of(address);
            return this;
        }

        /// Starts it.
        ///
        /// @throws RtcException if the shared port is taken
        public RtcEngine open() {
            return new RtcEngine(DtlsIdentity.ofProcess(), shared);
        }
    }

    private RtcEngine(DtlsIdentity identity, Optional<InetSocketAddress> sharedAddress) {
        this.identity = identity;
        loops = IntStream.range(0, LOOPS).mapToObj(number -> new IoLoop("rtc-io-" + number)).toList();
        timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("rtc-timer").daemon().factory());
        timer.setRemoveOnCancelPolicy(true);
        listeners = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("rtc-listener").factory());
        shared = sharedAddress.map(this::openShared);
    }

    private SharedPort openShared(InetSocketAddress address) {
        try {
            return new SharedPort(address, loops.getFirst());
        } catch (RtcException e) {
            closeThreads();
            throw e;
        }
    }

    /// Starts an engine with the identity of this process.
    public static RtcEngine open() {
        return builder().open();
    }

    /// An engine to be built.
    public static Builder builder() {
        return new Builder();
    }

    static RtcEngine open(DtlsIdentity identity) {
        return new RtcEngine(identity, Optional.empty());
    }

    /// A connection to be built.
    public PeerConnection.Builder peer() {
        return new PeerConnection.Builder(this);
    }

    /// Makes connections to itself over loopback and ends them, so that the first call is not slow. Takes around two
    /// seconds; for a thread of its own at start.
    public void warmUp() throws InterruptedException {
        WarmUp.run(identity);
    }

    /// Connections that are not closed.
    public int connections() {
        return connections.size();
    }

    /// The port that all connections share, if they do.
    public OptionalInt sharedPort() {
        return shared.map(port -> OptionalInt.of(port.port())).orElseGet(OptionalInt::empty);
    }

    Optional<SharedPort> shared() {
        return shared;
    }

    IoLoop nextLoop() {
        return shared.isPresent() ? shared.get().loop() : loops.get(Math.floorMod(turn.getAndIncrement(), LOOPS));
    }

    DtlsIdentity identity() {
        return identity;
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    ExecutorService listeners() {
        return listeners;
    }

    void opened(PeerConnection connection) {
        if (closed) {
            throw new IllegalStateException("expected an open engine, found a closed one");
        }
        connections.add(connection);
    }

    void closed(PeerConnection connection) {
        connections.remove(connection);
    }

    /// Closes all connections, and ends the threads. Listeners that are still busy after 5 s are interrupted.
    @Override
    public void close() {
        closed = true;
        connections.forEach(PeerConnection::close);
        shared.ifPresent(SharedPort::close);
        closeThreads();
    }

    private void closeThreads() {
        loops.forEach(IoLoop::close);
        timer.shutdownNow();
        listeners.shutdown();
        try {
            if (!listeners.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                listeners.shutdownNow();
            }
        } catch (InterruptedException _) {
            listeners.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
