package dev.parley.rtc;

import dev.parley.media.RtpPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection to one other peer, such as a browser: sound as RTP, and data channels, over one encrypted UDP flow
/// (WebRTC; RFC 8825).
///
/// One side makes an offer, the other answers it; how the texts get across is up to both:
/// ```
/// caller.createOffer() -> callee.setRemote(offer); callee.createAnswer() -> caller.setRemote(answer)
/// ```
/// Host candidates are in the texts from the start; those that take longer follow through [PeerListener#onCandidate], and
/// [#awaitGathering] waits for them where they cannot. Thread-safe. No method waits for the network but those named `await`.
public final class PeerConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    /// For the handshake, once there is a way.
    private static final Duration HANDSHAKE = Duration.ofSeconds(15);
    /// A handshake that begins before we know the way waits for us, up to here.
    private static final int MOST_EARLY = 8;
    /// Candidates of ours that fit into a description; more network interfaces than this are not told of.
    private static final int MOST_HOSTS = 16;
    private static final int MOST_RELAYS = 8;

    /// How a connection is to be. Made by [RtcEngine#peer()].
    public static final class Builder {
        private final RtcEngine engine;
        private boolean audio = true;
        private boolean data = true;
        private boolean iceLite;
        private List<Codec> codecs = List.of(Codec.OPUS, Codec.PCMU, Codec.PCMA, Codec.TELEPHONE_EVENT_48K,
                Codec.TELEPHONE_EVENT_8K);
        private Optional<InetAddress> bind = Optional.empty();
        private Optional<InetAddress> advertised = Optional.empty();
        private final List<InetSocketAddress> stunServers = new ArrayList<>();
        private final List<TurnServer> turnServers = new ArrayList<>();
        private boolean relayOnly;
        private final List<Channel> channels = new ArrayList<>();
        private PeerListener listener = new PeerListener() {};
        private RtpHandler rtp = (packet, nanos) -> {};

        private record Channel(String label, DataChannelOptions options) {}

        Builder(RtcEngine engine) {
            this.engine = engine;
        }

        /// No sound: data channels alone.
        public Builder withoutAudio() {
            audio = false;
            return this;
        }

        /// No data channels: sound alone. WhatsApp refuses descriptions with more.
        public Builder withoutData() {
            data = false;
            return this;
        }

        /// Leaves finding the way to the other side, as a server with a public address may (RFC 8445 section 2.5).
        public Builder iceLite() {
            iceLite = true;
            return this;
        }

        /// What sound may be coded with, the best first, instead of Opus and G.711 with digits.
        public Builder codecs(List<Codec> some) {
            if (some.stream().map(Codec::payloadType).distinct().count() != some.size()) {
                throw new IllegalArgumentException("expected codecs with payload types of their own, found " + some);
            }
            codecs = List.copyOf(some);
            return this;
        }

        /// The one local address to use, instead of all.
        public Builder bind(InetAddress address) {
            bind = Optional.of(address);
            return this;
        }

        /// The address that others see us at, where a translator maps it to us port by port.
        public Builder advertise(InetAddress address) {
            advertised = Optional.of(address);
            return this;
        }

        /// A STUN server, to find out how others see us. Its name must be resolved.
        public Builder stunServer(InetSocketAddress server) {
            if (server.isUnresolved()) {
                throw new IllegalArgumentException("expected a STUN server whose name was resolved, found " + server);
            }
            stunServers.add(server);
            return this;
        }

        /// A server that relays packets where no other way leads to the other side; up to 8. One that is spoken to in
        /// datagrams is a STUN server too.
        public Builder turn(TurnServer server) {
            if (turnServers.size() == MOST_RELAYS) {
                throw new IllegalArgumentException("expected up to " + MOST_RELAYS + " TURN servers, found more");
            }
            turnServers.add(server);
            return this;
        }

        /// Lets no packet go but through a relay, so that the other side does not learn our address.
        public Builder relayOnly() {
            relayOnly = true;
            return this;
        }

        /// A data channel to be opened with the connection; [PeerListener#onDataChannel] is handed it.
        public Builder dataChannel(String label) {
            return dataChannel(label, DataChannelOptions.RELIABLE);
        }

        /// A data channel as above, with options.
        public Builder dataChannel(String label, DataChannelOptions options) {
            channels.add(new Channel(label, options));
            return this;
        }

        /// Who is told what becomes of it.
        public Builder listener(PeerListener one) {
            listener = one;
            return this;
        }

        /// Who takes its RTP packets.
        public Builder onRtp(RtpHandler handler) {
            rtp = handler;
            return this;
        }

        /// Opens the connection's socket and begins to gather candidates.
        ///
        /// @throws RtcException if there is no free port or no address
        public PeerConnection open() {
            if (!audio && !data) {
                throw new IllegalStateException("expected sound or data channels, found neither");
            }
            if (!data && !channels.isEmpty()) {
                throw new IllegalStateException("expected no data channel on a connection without data, found "
                        + channels.size());
            }
            if (engine.shared().isPresent() && bind.isPresent()) {
                throw new IllegalStateException("expected no address to bind to, as the engine has one port for all "
                        + "connections; found " + bind.get());
            }
            if (relayOnly && turnServers.isEmpty()) {
                throw new IllegalStateException(
                        "expected a TURN server, as nothing but relays may be used; found none");
            }
            if (iceLite && !turnServers.isEmpty()) {
                throw new IllegalStateException("expected no TURN server on a connection that is ICE-lite, found "
                        + turnServers + ": it looks for no way, and needs an address that everybody reaches");
            }
            return new PeerConnection(this).start();
        }
    }

    private final RtcEngine engine;
    private final IoLoop loop;
    private final PeerPort socket;
    private final List<PeerRelay> relays;
    private final PeerListener listener;
    private final RtpHandler rtpHandler;
    private final Negotiation negotiation;
    private final List<Builder.Channel> wantedChannels;
    private final InOrder events;
    private final InOrder channelEvents;
    private final InstantSource clock = InstantSource.system();
    private final int ssrc = RANDOM.nextInt();
    private final String cname = IceCredentials.random(RANDOM).ufrag();
    private final Alarm iceAlarm = new Alarm(this::onIceAlarm);
    private final Alarm reportAlarm = new Alarm(this::onReportAlarm);

    /// Guards all below that is not volatile. Held while STUN is sent, which never waits, and never while a listener runs.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final IceAgent ice;
    private final Deque<byte[]> early = new ArrayDeque<>();
    private String reason = "";
    private boolean torn;

    /// Of the I/O thread.
    private boolean complained;

    private volatile PeerState state = PeerState.NEW;
    private volatile @Nullable IceRoute route;
    private volatile @Nullable DtlsEndpoint dtls;
    private volatile @Nullable DataChannels channels;
    private volatile @Nullable RtpSession rtp;

    private PeerConnection(Builder builder) {
        engine = builder.engine;
        loop = engine.nextLoop();
        listener = builder.listener;
        rtpHandler = builder.rtp;
        var wishes = new Jsep.Wishes(builder.audio, builder.data, builder.codecs, Direction.SENDRECV, builder.iceLite);
        negotiation = new Negotiation(wishes, engine.identity().fingerprint(),
                new Sdp.Source(Integer.toUnsignedLong(ssrc), cname), RANDOM.nextLong() >>> 2);
        wantedChannels = List.copyOf(builder.channels);
        events = new InOrder(engine.listeners());
        channelEvents = new InOrder(engine.listeners());
        PeerPort.Receiver receiver = (bytes, length, from) -> onDatagram(IceRoute.DIRECT, bytes, length, from);
        var shared = engine.shared();
        socket = shared.isPresent() ? shared.get().share(receiver) : PeerSocket.open(builder.bind, receiver);
        var addresses = builder.advertised.or(() -> builder.bind)
                .or(() -> shared.flatMap(SharedPort::address))
                .map(List::of)
                .orElseGet(PeerSocket::hostAddresses);
        var port = socket.port();
        var hosts = addresses.stream().limit(MOST_HOSTS).map(address -> new InetSocketAddress(address, port)).toList();
        ice = new IceAgent(new IceAgent.Settings(builder.iceLite, hosts, stunServers(builder),
                builder.turnServers.size(), builder.relayOnly), true, RANDOM);
        relays = openRelays(builder);
    }

    private static List<InetSocketAddress> stunServers(Builder builder) {
        var relaying = builder.turnServers.stream()
                .filter(server -> server.transport() == TurnServer.Transport.UDP)
                .map(TurnServer::address);
        return Stream.concat(builder.stunServers.stream(), relaying).distinct().toList();
    }

    private List<PeerRelay> openRelays(Builder builder) {
        List<PeerRelay> opened = new ArrayList<>();
        try {
            for (var server : builder.turnServers) {
                opened.add(new PeerRelay(opened.size() + 1, server, builder.bind, loop, relayOwner()));
            }
            return List.copyOf(opened);
        } catch (RtcException e) {
            opened.forEach(PeerRelay::close);
            socket.close();
            throw e;
        }
    }

    private PeerRelay.Owner relayOwner() {
        return new PeerRelay.Owner() {
            @Override
            public void onRelayed(int via, InetSocketAddress address, InetSocketAddress mapped) {
                locked(() -> ice.relayed(via, address, mapped, loop.now()));
            }

            @Override
            public void onRelayGone(int via, String why) {
                LOG.info("a connection is without its relay {}: {}", via, why);
                locked(() -> ice.relayGone(via, why, loop.now()));
            }

            @Override
            public void onRelayedDatagram(int via, byte[] bytes, int length, InetSocketAddress from) {
                onDatagram(via, bytes, length, from);
            }
        };
    }

    private PeerConnection start() {
        try {
            engine.opened(this);
        } catch (IllegalStateException e) {
            relays.forEach(PeerRelay::close);
            socket.close();
            throw e;
        }
        socket.answersTo(ice.local().ufrag());
        socket.register(loop);
        locked(() -> ice.start(loop.now()));
        relays.forEach(PeerRelay::start);
        return this;
    }

    // --- Descriptions -----------------------------------------------------------------------------------------------

    /// Offers a connection, or the present one anew after [#restartIce()].
    ///
    /// @return the session description for the other side
    public String createOffer() {
        lock.lock();
        try {
            requireOpen();
            return described(negotiation.offer(ice.local()));
        } finally {
            lock.unlock();
        }
    }

    /// Takes the other side's description: the answer if there is an offer of ours, or else an offer.
    ///
    /// @throws SdpException if it cannot be used; then it counts as not given
    public void setRemote(String description) {
        var sdp = Sdp.parse(description);
        lock.lock();
        try {
            requireOpen();
            negotiation.setRemote(sdp).ifPresent(this::agree);
        } finally {
            lock.unlock();
        }
    }

    /// Answers the offer that was set.
    ///
    /// @return the session description for the other side
    /// @throws SdpException if nothing of the offer can be accepted
    public String createAnswer() {
        lock.lock();
        try {
            requireOpen();
            // Another name than before is how a restart is asked for.
            if (negotiation.asksForRestart()) {
                renewIce();
            } else if (negotiation.agreement().isEmpty()) {
                ice.answer();
            }
            agree(negotiation.answer(ice.local()));
            return described(negotiation.local());
        } finally {
            lock.unlock();
        }
    }

    /// Looks for another way with the next offer, and goes on with the present one until it is found.
    public void restartIce() {
        locked(() -> {
            requireOpen();
            renewIce();
        });
    }

    private void renewIce() {
        ice.restart(loop.now());
        socket.answersTo(ice.local().ufrag());
    }

    /// Our description with the candidates that are known by now.
    public String description() {
        lock.lock();
        try {
            return described(negotiation.local());
        } finally {
            lock.unlock();
        }
    }

    private String described(Sdp sdp) {
        return sdp.withCandidates(ice.candidates(), ice.isGathered()).write();
    }

    private void agree(Jsep.Agreement next) {
        var now = loop.now();
        ice.remote(new IceCredentials(next.remote().ufrag(), next.remote().password()), next.remoteLite(), now);
        next.remote().candidates().forEach(candidate -> ice.addRemote(candidate, now));
        perform();
        if (route != null) {
            // A lite agent may be chosen by the other side before it is told who that is.
            secure();
        }
    }

    /// A candidate of the other side, as a browser's `RTCIceCandidate` has it; empty: there are no more.
    ///
    /// @throws SdpException if it is none
    public void addCandidate(String candidate) {
        if (candidate.isBlank()) {
            return;
        }
        var parsed = IceCandidate.parse(candidate);
        locked(() -> {
            if (!torn) {
                ice.addRemote(parsed, loop.now());
            }
        });
    }

    // --- Sound and messages -----------------------------------------------------------------------------------------

    /// Sends an RTP packet of `length` bytes at `offset`, which are left as they are. Callable from [RtpHandler]s.
    ///
    /// Its source should be [#ssrc()], and its payload type one of [#codecs()].
    ///
    /// @return false if it was dropped: before the connection stands, after its end, or for want of room
    public boolean sendRtp(byte[] bytes, int offset, int length) {
        var session = rtp;
        return session != null && state != PeerState.CLOSED && state != PeerState.FAILED
                && session.send(bytes, offset, length, System.nanoTime());
    }

    /// The source that our descriptions name, for the packets we send.
    public int ssrc() {
        return ssrc;
    }

    /// What was agreed on for sound, the best first, under the numbers to send; empty before that, and without sound.
    public List<Codec> codecs() {
        lock.lock();
        try {
            return negotiation.codecs();
        } finally {
            lock.unlock();
        }
    }

    /// Opens a data channel on a connection whose descriptions are exchanged. [Builder#dataChannel] does so beforehand.
    public DataChannel openDataChannel(String label, DataChannelOptions options, DataChannel.Listener channelListener) {
        var open = channels;
        if (open == null) {
            throw new IllegalStateException("expected a connection with data channels, found one that is " + state
                    + "; ask for the channel when the connection is built");
        }
        return open.open(label, options, channelListener);
    }

    /// What the connection has carried so far.
    public PeerStatistics statistics() {
        var session = rtp;
        return session == null ? PeerStatistics.NOTHING : session.statistics();
    }

    // --- State ------------------------------------------------------------------------------------------------------

    /// How it stands now.
    public PeerState state() {
        return state;
    }

    /// Whether its packets go through a relay of ours now.
    public boolean isRelayed() {
        var current = route;
        return current != null && current.isRelayed();
    }

    /// Waits until the connection stands.
    ///
    /// @throws RtcException if it does not within the time, or never will
    public void awaitConnected(Duration limit) throws InterruptedException {
        await(limit, () -> state != PeerState.NEW && state != PeerState.CONNECTING);
        if (state == PeerState.CLOSED) {
            throw new RtcException("closed before it was connected: " + reason());
        }
        if (state != PeerState.CONNECTED) {
            throw new RtcException("expected a connection within " + limit.toMillis() + " ms, found one that is "
                    + state + (reason().isEmpty() ? "" : ": " + reason()));
        }
    }

    /// Waits until all candidates of ours are known, for those who cannot send them one by one; at most 8 s pass.
    ///
    /// @return [#description()]
    public String awaitGathering(Duration limit) throws InterruptedException {
        await(limit, ice::isGathered);
        return description();
    }

    private String reason() {
        lock.lock();
        try {
            return reason;
        } finally {
            lock.unlock();
        }
    }

    private void await(Duration limit, BooleanSupplier condition) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var left = limit.toNanos();
            while (!condition.getAsBoolean() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Says goodbye and ends the connection. Idempotent; does not wait.
    @Override
    public void close() {
        end(PeerState.CLOSED, "closed by us");
    }

    /// Ends the connection without a word, as a crash does: the other side finds out by our silence. Idempotent; does not
    /// wait.
    public void abandon() {
        socket.close();
        end(PeerState.CLOSED, "abandoned by us");
    }

    // --- The I/O thread ---------------------------------------------------------------------------------------------

    /// By the first byte (RFC 7983): 0 to 3 STUN, 20 to 63 DTLS, 128 to 191 RTP and RTCP.
    private void onDatagram(int via, byte[] bytes, int length, InetSocketAddress from) {
        var first = bytes[0] & 0xFF;
        if (first >= 128 && first < 192) {
            var session = rtp;
            if (session != null && isKnown(via, from)) {
                onSound(session, bytes, length);
            }
        } else if (first < 4) {
            onStun(new IceRoute(via, from), bytes, length);
        } else if (first >= 20 && first < 64) {
            onDtls(via, bytes, length, from);
        }
    }

    private void onStun(IceRoute from, byte[] bytes, int length) {
        locked(() -> {
            ice.receive(bytes, 0, length, from, loop.now());
            if (!from.isRelayed() && ice.isKnown(from)) {
                socket.belongs(from.remote());
            }
        });
    }

    private void onSound(RtpSession session, byte[] bytes, int length) {
        if (RtpPacket.isRtcp(bytes, 0, length)) {
            session.receiveReports(bytes, length, System.nanoTime(), clock.instant());
            return;
        }
        try {
            session.receive(bytes, length, System.nanoTime(), rtpHandler);
        } catch (RuntimeException e) {
            if (!complained) {
                LOG.warn("the handler of a connection's packets fails, and may go on to", e);
            }
            complained = true;
        }
    }

    private boolean isKnown(int via, InetSocketAddress from) {
        var current = route;
        if (current != null && current.via() == via && current.remote().equals(from)) {
            return true;
        }
        lock.lock();
        try {
            return ice.isKnown(new IceRoute(via, from));
        } finally {
            lock.unlock();
        }
    }

    private void onDtls(int via, byte[] bytes, int length, InetSocketAddress from) {
        if (!isKnown(via, from)) {
            return;
        }
        var endpoint = dtls;
        if (endpoint != null) {
            endpoint.receive(bytes, 0, length);
            return;
        }
        lock.lock();
        try {
            if (early.size() < MOST_EARLY && !torn) {
                early.add(Arrays.copyOf(bytes, length));
            }
        } finally {
            lock.unlock();
        }
    }

    private void onIceAlarm() {
        var session = rtp;
        locked(() -> {
            if (session != null) {
                session.lastHeard().ifPresent(heard -> ice.alive(loop.at(heard)));
            }
            ice.tick(loop.now());
        });
    }

    private void onReportAlarm() {
        var session = rtp;
        if (session != null && state != PeerState.CLOSED) {
            session.report(System.nanoTime(), clock.instant(), false);
            loop.wake(reportAlarm, loop.now() + RtpSession.REPORT_PERIOD.toNanos());
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            perform();
        } finally {
            lock.unlock();
        }
    }

    /// Does what the agent wants, in the lock.
    private void perform() {
        if (torn) {
            return;
        }
        for (var effect = ice.poll(); effect.isPresent(); effect = ice.poll()) {
            switch (effect.get()) {
                case IceEffect.Transmit(var to, var packet) ->
                    transmit(to, packet.array(), packet.arrayOffset(), packet.remaining());
                case IceEffect.Gathered(var candidate) -> {
                    var line = candidate.line();
                    events.execute(() -> listener.onCandidate(line));
                }
                case IceEffect.GatheringDone() -> {
                    changed.signalAll();
                    events.execute(() -> listener.onCandidate(""));
                }
                case IceEffect.Selected(var chosen) -> {
                    if (chosen.isRelayed()) {
                        relay(chosen).bind(chosen.remote());
                    }
                    route = chosen;
                    secure();
                }
                case IceEffect.Changed(var to, var why) -> onIce(to, why);
            }
        }
        loop.wake(iceAlarm, ice.nextTimeout());
    }

    private void onIce(IceState to, String why) {
        switch (to) {
            case NEW, CHECKING -> become(PeerState.CONNECTING, why);
            case CONNECTED -> {
                if (rtp != null) {
                    become(PeerState.CONNECTED, why);
                }
            }
            case DISCONNECTED -> {
                // The handshake has a limit of its own.
                if (rtp != null) {
                    become(PeerState.DISCONNECTED, why);
                }
            }
            case FAILED -> become(PeerState.FAILED, why);
        }
    }

    private void become(PeerState to, String why) {
        if (state == to || state == PeerState.CLOSED) {
            return;
        }
        state = to;
        reason = why;
        changed.signalAll();
        LOG.debug("a connection is {}: {}", to, why);
        events.execute(() -> listener.onState(to, why));
    }

    // --- Security ---------------------------------------------------------------------------------------------------

    /// Begins the handshake, once there is a way.
    private void secure() {
        if (dtls != null || negotiation.agreement().isEmpty()) {
            return;
        }
        var agreed = negotiation.agreement().get();
        var role = agreed.dtlsClient() ? DtlsEndpoint.Role.CLIENT : DtlsEndpoint.Role.SERVER;
        agreed.data().ifPresent(data -> openChannels(role, data));
        var endpoint = DtlsEndpoint.start(role, engine.identity(), agreed.fingerprint(), HANDSHAKE, this::sendSecured,
                new DtlsEndpoint.Listener() {
                    @Override
                    public void onConnected(SrtpKeys local, SrtpKeys theirs) {
                        secured(local, theirs, agreed.codecs());
                    }

                    @Override
                    public void onData(byte[] bytes, int offset, int length) {
                        var open = channels;
                        if (open != null) {
                            open.receive(bytes, offset, length);
                        }
                    }

                    @Override
                    public void onClosed(String why) {
                        end(rtp == null ? PeerState.FAILED : PeerState.CLOSED, why);
                    }
                });
        dtls = endpoint;
        // Not in the lock: the handshake's thread may want it.
        var waiting = List.copyOf(early);
        early.clear();
        loop.execute(() -> waiting.forEach(datagram -> endpoint.receive(datagram, 0, datagram.length)));
    }

    private void sendSecured(byte[] bytes, int offset, int length) {
        sendSound(bytes, offset, length);
    }

    private boolean sendSound(byte[] bytes, int offset, int length) {
        var to = route;
        return to != null && transmit(to, bytes, offset, length);
    }

    private boolean transmit(IceRoute to, byte[] bytes, int offset, int length) {
        return to.isRelayed()
                ? relay(to).send(bytes, offset, length, to.remote())
                : socket.send(bytes, offset, length, to.remote());
    }

    private PeerRelay relay(IceRoute to) {
        return relays.get(to.via() - 1);
    }

    private void openChannels(DtlsEndpoint.Role role, Sdp.Data data) {
        var limit = (int) Math.min(data.maxMessageSize(), Integer.MAX_VALUE);
        var open = new DataChannels(role, Jsep.SCTP_PORT, data.sctpPort(), limit, this::sendMessage, engine.timer(),
                channelEvents, channel -> listener.onDataChannel(channel),
                why -> LOG.debug("the data channels of a connection are over: {}", why));
        channels = open;
        wantedChannels.forEach(wanted -> {
            var channel = open.open(wanted.label(), wanted.options(), new DataChannel.Listener() {});
            channelEvents.execute(() -> listener.onDataChannel(channel));
        });
    }

    private void sendMessage(byte[] bytes, int offset, int length) {
        var endpoint = dtls;
        if (endpoint != null) {
            endpoint.send(bytes, offset, length);
        }
    }

    private void secured(SrtpKeys local, SrtpKeys theirs, List<Codec> codecs) {
        lock.lock();
        try {
            if (torn) {
                return;
            }
            rtp = new RtpSession(local, theirs, ssrc, cname, codecs, this::sendSound, IoThread::sealedHere);
            become(PeerState.CONNECTED, "the handshake is done");
            if (!codecs.isEmpty()) {
                loop.wake(reportAlarm, loop.now() + RtpSession.REPORT_PERIOD.toNanos());
            }
        } finally {
            lock.unlock();
        }
        var open = channels;
        if (open != null) {
            open.start();
        }
    }

    private void end(PeerState how, String why) {
        lock.lock();
        try {
            become(how, why);
            if (torn) {
                return;
            }
            torn = true;
            // At once: whoever closes what another thread is just ending need not wait for the rest to be sure of that.
            engine.closed(this);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        loop.forget(iceAlarm);
        loop.forget(reportAlarm);
        var session = rtp;
        if (session != null && !codecs().isEmpty()) {
            session.report(System.nanoTime(), clock.instant(), true);
        }
        var open = channels;
        if (open != null) {
            open.close();
        }
        var endpoint = dtls;
        if (endpoint != null) {
            endpoint.close();
        }
        relays.forEach(PeerRelay::close);
        socket.close();
    }

    private void requireOpen() {
        if (torn) {
            throw new IllegalStateException("expected an open connection, found one that is " + state + ": " + reason);
        }
    }

    @Override
    public String toString() {
        return "PeerConnection[" + state + "]";
    }
}
