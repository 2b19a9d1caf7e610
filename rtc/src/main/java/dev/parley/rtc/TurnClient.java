package dev.parley.rtc;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Gets a relay from a server, keeps it, and speaks with peers through it (TURN, RFC 8656).
///
/// Pure: times are nanoseconds since any moment. After every call: [#poll] until nothing is left, and then [#tick] at
/// [#nextTimeout]. Not thread-safe.
///
/// Whom we send to may answer: the server is asked for that permission with the first packet, which goes out behind the
/// question at once. The peer whom we settle on gets a channel, whose packets bear 4 bytes more instead of 36:
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |         Channel Number        |            Length             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
final class TurnClient {
    static final int ALLOCATE = 0x003;
    static final int REFRESH = 0x004;
    static final int SEND = 0x006;
    static final int DATA = 0x007;
    static final int CREATE_PERMISSION = 0x008;
    static final int CHANNEL_BIND = 0x009;
    static final int FIRST_CHANNEL = 0x4000;
    static final int CHANNEL_HEADER_LENGTH = 4;

    /// As many addresses as ICE tries.
    private static final int MOST_PERMISSIONS = IceCheckList.MOST_PAIRS;
    private static final int MOST_CHANNELS = 16;
    /// Credentials are far longer than anything else that a request says.
    private static final int LONGEST_REQUEST = 2_304;

    private static final long FIRST_RETRY = Duration.ofMillis(250).toNanos();
    /// Five requests, the last given up after 8 s; in a stream one, which is given as long.
    private static final int MOST_TRIES = 5;
    static final long PATIENCE = Duration.ofSeconds(8).toNanos();
    /// How often a request is repeated because the server wants a newer nonce.
    private static final int MOST_NONCES = 3;
    /// A permission lives 5 minutes and a channel 10 (RFC 8656 sections 9 and 12).
    private static final long PERMISSION_PERIOD = Duration.ofMinutes(4).toNanos();
    private static final long CHANNEL_PERIOD = Duration.ofMinutes(9).toNanos();
    /// What a server has no room for now it may have then.
    private static final long REFUSAL_PERIOD = Duration.ofSeconds(30).toNanos();
    private static final long LIFETIME = Duration.ofMinutes(10).toSeconds();
    private static final long LEAST_LIFETIME = 10;
    private static final long MOST_LIFETIME = Duration.ofHours(1).toSeconds();
    /// A relay is asked for again this long before it ends.
    private static final long REFRESH_AHEAD = 60;

    private static final int UNAUTHENTICATED = 401;
    private static final int BAD_REQUEST = 400;
    private static final int MISMATCH = 437;
    private static final int STALE_NONCE = 438;
    private static final int SERVER_ERRORS = 500;

    private enum State {
        NEW, ALLOCATING, ALLOCATED, OVER
    }

    /// What the server is asked for.
    private sealed interface Ask {
        record Allocate() implements Ask {}

        /// @param lifetime in seconds; 0 gives the relay up
        record Refresh(long lifetime) implements Ask {}

        record Permit(InetAddress peer) implements Ask {}

        record Bind(InetSocketAddress peer) implements Ask {}
    }

    private static final class Transaction {
        final Ask ask;
        final byte[] packet;
        final int nonces;
        int tries = 1;
        long retryAt;

        Transaction(Ask ask, byte[] packet, int nonces) {
            this.ask = ask;
            this.packet = packet;
            this.nonces = nonces;
        }
    }

    /// What we may do with one peer, until when; for an address a permission, for an address and a port a channel.
    private static final class Grant {
        final int channel;
        boolean granted;
        boolean refused;
        boolean used = true;
        /// Never, while the server is being asked.
        long renewAt = Long.MAX_VALUE;

        Grant(int channel) {
            this.channel = channel;
        }
    }

    /// A packet that a peer has sent through the relay; a piece of the bytes that were received.
    record Payload(InetSocketAddress from, ByteBuffer data) {}

    private final TurnAuth auth;
    private final boolean stream;
    private final RandomGenerator random;
    private final Deque<TurnEffect> effects = new ArrayDeque<>();
    private final Map<StunMessage.TransactionId, Transaction> transactions = new LinkedHashMap<>();
    private final Map<InetAddress, Grant> permissions = new LinkedHashMap<>();
    private final Map<InetSocketAddress, Grant> channels = new LinkedHashMap<>();
    private final List<InetSocketAddress> channelPeers = new ArrayList<>();

    private State state = State.NEW;
    private boolean relayIsIpv6;
    private boolean givenUpBefore;
    private long allocateBy = Long.MAX_VALUE;
    private long refreshAt = Long.MAX_VALUE;
    private long endsAt = Long.MAX_VALUE;

    /// @param stream whether the server is spoken to in a stream, which loses nothing
    TurnClient(String username, String password, boolean stream, RandomGenerator random) {
        auth = new TurnAuth(username, password);
        this.stream = stream;
        this.random = random;
    }

    Optional<TurnEffect> poll() {
        return Optional.ofNullable(effects.poll());
    }

    boolean isAllocated() {
        return state == State.ALLOCATED;
    }

    void start(long now) {
        state = State.ALLOCATING;
        allocateBy = now + PATIENCE;
        ask(new Ask.Allocate(), now);
    }

    /// Gives the relay up, without waiting for an answer; what the server does not hear ends by itself.
    void close(long now) {
        if (state == State.ALLOCATED) {
            ask(new Ask.Refresh(0), now);
        }
        over();
    }

    /// The way to the server is lost.
    void fail(String reason) {
        if (state != State.OVER) {
            over();
            effects.add(new TurnEffect.Failed(reason));
        }
    }

    private void over() {
        state = State.OVER;
        transactions.clear();
        permissions.clear();
        channels.clear();
    }

    // --- Packets ----------------------------------------------------------------------------------------------------

    /// Makes of a packet for a peer one for the server; nothing before there is a relay, and for those whom it does not
    /// reach. What [#poll] has by then is to be sent before it.
    Optional<ByteBuffer> wrap(byte[] bytes, int offset, int length, InetSocketAddress to, long now) {
        if (state != State.ALLOCATED || relayIsIpv6 != to.getAddress() instanceof Inet6Address
                || !isPermitted(to.getAddress(), now)) {
            return Optional.empty();
        }
        var channel = channels.get(to);
        if (channel != null) {
            channel.used = true;
        }
        if (channel == null || !channel.granted) {
            var id = StunMessage.TransactionId.random(random);
            var room = StunMessage.HEADER_LENGTH + 3 * StunMessage.ATTRIBUTE_HEADER_LENGTH + 20 + length;
            return Optional.of(ByteBuffer.wrap(new StunWriter(StunMessage.Kind.INDICATION, SEND, id, room)
                    .peerAddress(to)
                    .data(bytes, offset, length)
                    .plain()));
        }
        var padded = stream ? length + 3 & ~3 : length;
        return Optional.of(ByteBuffer.allocate(CHANNEL_HEADER_LENGTH + padded)
                .putShort((short) channel.channel)
                .putShort((short) length)
                .put(bytes, offset, length)
                .rewind());
    }

    private boolean isPermitted(InetAddress peer, long now) {
        var permission = permissions.get(peer);
        if (permission == null) {
            if (permissions.size() == MOST_PERMISSIONS) {
                return false;
            }
            permission = new Grant(0);
            permissions.put(peer, permission);
            ask(new Ask.Permit(peer), now);
        }
        permission.used = true;
        return !permission.refused;
    }

    /// Wants a channel to a peer. Until there is one, its packets go without.
    void bind(InetSocketAddress peer, long now) {
        if (state != State.ALLOCATED || channels.containsKey(peer) || channels.size() == MOST_CHANNELS) {
            return;
        }
        channels.put(peer, new Grant(FIRST_CHANNEL + channelPeers.size()));
        channelPeers.add(peer);
        ask(new Ask.Bind(peer), now);
    }

    /// Takes what the server has sent: one datagram, or one frame of a stream.
    Optional<Payload> receive(byte[] bytes, int offset, int length, long now) {
        if (state == State.OVER || length < CHANNEL_HEADER_LENGTH) {
            return Optional.empty();
        }
        if ((bytes[offset] & 0xC0) == 0x40) {
            return fromChannel(bytes, offset, length);
        }
        var message = StunMessage.parse(bytes, offset, length);
        if (message.isEmpty()) {
            return Optional.empty();
        }
        return switch (message.get().kind()) {
            case INDICATION -> fromIndication(message.get());
            case SUCCESS, ERROR -> {
                onResponse(message.get(), now);
                yield Optional.empty();
            }
            case REQUEST -> Optional.empty();
        };
    }

    private Optional<Payload> fromChannel(byte[] bytes, int offset, int length) {
        var number = Wire.u16(bytes, offset) - FIRST_CHANNEL;
        var size = Wire.u16(bytes, offset + 2);
        if (number >= channelPeers.size() || size > length - CHANNEL_HEADER_LENGTH) {
            return Optional.empty();
        }
        return Optional.of(new Payload(channelPeers.get(number),
                ByteBuffer.wrap(bytes, offset + CHANNEL_HEADER_LENGTH, size)));
    }

    private Optional<Payload> fromIndication(StunMessage message) {
        if (message.method() != DATA) {
            return Optional.empty();
        }
        return message.peerAddress()
                .filter(peer -> permissions.containsKey(peer.getAddress()))
                .flatMap(peer -> message.data().map(data -> new Payload(peer, data)));
    }

    // --- Time -------------------------------------------------------------------------------------------------------

    /// Does what is due.
    void tick(long now) {
        if (state == State.NEW || state == State.OVER) {
            return;
        }
        if (state == State.ALLOCATING && now >= allocateBy) {
            fail("the TURN server has given no relay within 8 s");
            return;
        }
        for (var entry : List.copyOf(transactions.entrySet())) {
            var transaction = entry.getValue();
            if (now < transaction.retryAt || state == State.OVER) {
                continue;
            }
            if (stream || transaction.tries == MOST_TRIES) {
                transactions.remove(entry.getKey());
                onSilence(transaction.ask, now);
            } else {
                transaction.retryAt = now + (FIRST_RETRY << transaction.tries);
                transaction.tries++;
                effects.add(new TurnEffect.Transmit(ByteBuffer.wrap(transaction.packet)));
            }
        }
        if (now >= refreshAt) {
            refreshAt = Long.MAX_VALUE;
            ask(new Ask.Refresh(LIFETIME), now);
        }
        permissions.entrySet()
                .removeIf(entry -> now >= entry.getValue().renewAt && !renew(entry.getValue(),
                        new Ask.Permit(entry.getKey()), now));
        channels.forEach((peer, channel) -> {
            if (now >= channel.renewAt && !renew(channel, new Ask.Bind(peer), now)) {
                channel.granted = false;
                channel.renewAt = now + REFUSAL_PERIOD;
            }
        });
    }

    /// Asks anew for what was used; else false.
    private boolean renew(Grant grant, Ask ask, long now) {
        if (!grant.used || (grant.refused && grant.channel == 0)) {
            return false;
        }
        grant.used = false;
        grant.renewAt = Long.MAX_VALUE;
        ask(ask, now);
        return true;
    }

    /// When [#tick] is to be called, at the latest.
    long nextTimeout() {
        if (state == State.NEW || state == State.OVER) {
            return Long.MAX_VALUE;
        }
        var next = state == State.ALLOCATING ? Math.min(allocateBy, refreshAt) : refreshAt;
        for (var transaction : transactions.values()) {
            next = Math.min(next, transaction.retryAt);
        }
        for (var permission : permissions.values()) {
            next = Math.min(next, permission.renewAt);
        }
        for (var channel : channels.values()) {
            next = Math.min(next, channel.renewAt);
        }
        return next;
    }

    // --- Questions and answers --------------------------------------------------------------------------------------

    private void ask(Ask ask, long now) {
        ask(ask, 0, now);
    }

    private void ask(Ask ask, int nonces, long now) {
        var id = StunMessage.TransactionId.random(random);
        var request = switch (ask) {
            case Ask.Allocate() -> request(ALLOCATE, id).requestedUdp();
            case Ask.Refresh(var lifetime) -> request(REFRESH, id).lifetime(lifetime);
            case Ask.Permit(var peer) -> request(CREATE_PERMISSION, id).peerAddress(new InetSocketAddress(peer, 0));
            case Ask.Bind(var peer) ->
                request(CHANNEL_BIND, id).channelNumber(FIRST_CHANNEL + channelPeers.indexOf(peer)).peerAddress(peer);
        };
        var transaction = new Transaction(ask, auth.seal(request), nonces);
        transaction.retryAt = now + (stream ? PATIENCE : FIRST_RETRY);
        transactions.put(id, transaction);
        effects.add(new TurnEffect.Transmit(ByteBuffer.wrap(transaction.packet)));
    }

    private static StunWriter request(int method, StunMessage.TransactionId id) {
        return new StunWriter(StunMessage.Kind.REQUEST, method, id, LONGEST_REQUEST);
    }

    private void onResponse(StunMessage response, long now) {
        var transaction = transactions.get(response.id());
        if (transaction == null || !isCredible(response)) {
            return;
        }
        transactions.remove(response.id());
        if (response.kind() == StunMessage.Kind.SUCCESS) {
            onSuccess(transaction.ask, response, now);
        } else {
            onError(transaction, response, now);
        }
        tick(now);
    }

    /// Once we sign, the server does too, but for what it says about signing (RFC 8489 section 9.2.5).
    private boolean isCredible(StunMessage response) {
        if (response.kind() == StunMessage.Kind.SUCCESS) {
            return auth.isAuthentic(response);
        }
        return !auth.isKnown() || auth.isAuthentic(response) || switch (response.errorCode().orElse(0)) {
            case BAD_REQUEST, UNAUTHENTICATED, STALE_NONCE -> true;
            default -> false;
        };
    }

    private void onSuccess(Ask ask, StunMessage response, long now) {
        switch (ask) {
            case Ask.Allocate() -> onAllocated(response, now);
            case Ask.Refresh(var lifetime) -> {
                if (lifetime > 0) {
                    refreshLater(response, now);
                } else {
                    ask(new Ask.Allocate(), now);
                }
            }
            case Ask.Permit(var peer) -> grant(permissions.get(peer), now + PERMISSION_PERIOD);
            case Ask.Bind(var peer) -> grant(channels.get(peer), now + CHANNEL_PERIOD);
        }
    }

    private static void grant(@Nullable Grant grant, long until) {
        if (grant != null) {
            grant.granted = true;
            grant.refused = false;
            grant.renewAt = until;
        }
    }

    private void onAllocated(StunMessage response, long now) {
        var relayed = response.relayedAddress().filter(TurnClient::isUsable);
        var mapped = response.mappedAddress();
        if (relayed.isEmpty() || mapped.isEmpty()) {
            fail("the TURN server has given a relay without an address");
            return;
        }
        state = State.ALLOCATED;
        relayIsIpv6 = relayed.get().getAddress() instanceof Inet6Address;
        refreshLater(response, now);
        effects.add(new TurnEffect.Allocated(relayed.get(), mapped.get()));
    }

    private static boolean isUsable(InetSocketAddress relayed) {
        return relayed.getPort() != 0 && !relayed.getAddress().isAnyLocalAddress()
                && !relayed.getAddress().isMulticastAddress();
    }

    private void refreshLater(StunMessage response, long now) {
        var lifetime = Math.clamp(response.lifetime().orElse(LIFETIME), LEAST_LIFETIME, MOST_LIFETIME);
        refreshAt = now + Duration.ofSeconds(lifetime - Math.min(REFRESH_AHEAD, lifetime / 2)).toNanos();
        endsAt = now + Duration.ofSeconds(lifetime).toNanos();
    }

    private void onError(Transaction transaction, StunMessage response, long now) {
        var code = response.errorCode().orElse(0);
        var ask = transaction.ask;
        if (code == STALE_NONCE && transaction.nonces < MOST_NONCES && auth.learn(response)) {
            ask(ask, transaction.nonces + 1, now);
        } else if (code == UNAUTHENTICATED) {
            if (!auth.isKnown() && auth.learn(response)) {
                ask(ask, now);
            } else {
                fail("the TURN server does not accept the credentials");
            }
        } else if (code == MISMATCH) {
            onMismatch(ask, now);
        } else {
            switch (ask) {
                case Ask.Allocate() -> fail(refusal(code));
                case Ask.Refresh _ -> fail(refusal(code));
                case Ask.Permit(var peer) -> refuse(permissions.get(peer), code, now);
                case Ask.Bind(var peer) -> refuse(channels.get(peer), code, now);
            }
        }
    }

    /// The server thinks otherwise about whether we have a relay. An old one, of a port that was used before, is given up
    /// for a new one, once.
    private void onMismatch(Ask ask, long now) {
        if (state == State.ALLOCATING && ask instanceof Ask.Allocate && !givenUpBefore) {
            givenUpBefore = true;
            ask(new Ask.Refresh(0), now);
        } else if (state == State.ALLOCATING && ask instanceof Ask.Refresh) {
            ask(new Ask.Allocate(), now);
        } else {
            fail(state == State.ALLOCATING
                    ? "the TURN server has another relay for our port and does not give it up (437)"
                    : "the TURN server does not know our relay any more (437)");
        }
    }

    private static void refuse(@Nullable Grant grant, int code, long now) {
        if (grant != null) {
            grant.granted = false;
            grant.refused = true;
            grant.renewAt = code >= SERVER_ERRORS ? now + REFUSAL_PERIOD : Long.MAX_VALUE;
        }
    }

    private static String refusal(int code) {
        return "the TURN server gives no relay: " + switch (code) {
            case 300 -> "it names another server (300), which is not asked";
            case 403 -> "it is forbidden (403)";
            case 440 -> "it has none for this kind of address (440)";
            case 441 -> "it belongs to somebody else (441)";
            case 442 -> "it relays no UDP (442)";
            case 486 -> "there are as many as this user may have (486)";
            case 508 -> "there is no room (508)";
            default -> "error " + code;
        };
    }

    private void onSilence(Ask ask, long now) {
        switch (ask) {
            case Ask.Allocate() -> fail("the TURN server does not answer");
            case Ask.Refresh(var lifetime) -> {
                if (state == State.ALLOCATING || now >= endsAt) {
                    fail("the TURN server does not answer any more");
                } else {
                    ask(new Ask.Refresh(lifetime), now);
                }
            }
            // With the next packet it is asked for again.
            case Ask.Permit(var peer) -> permissions.remove(peer);
            case Ask.Bind(var peer) -> refuse(channels.get(peer), SERVER_ERRORS, now);
        }
    }
}
