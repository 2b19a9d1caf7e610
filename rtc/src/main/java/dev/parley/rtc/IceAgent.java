package dev.parley.rtc;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Finds a way to the other side and watches over it (RFC 8445, RFC 7675), for one component.
///
/// Pure: it is told what arrives and what time it is, and [#poll] says what is to be done. Times are nanoseconds since any
/// moment, and never run backwards. After every call: poll until nothing is left, then call [#tick] at [#nextTimeout].
/// Not thread-safe.
///
/// It answers to both roles and settles conflicts about them. As a lite agent it only answers: the other side checks. STUN
/// that is not signed with the right password is dropped without a word, so that nobody can be made to send to somebody
/// else.
final class IceAgent {
    /// The pace of checks (RFC 8445 section 14.2).
    static final long PACE = Duration.ofMillis(50).toNanos();
    /// The least time before a check is repeated (RFC 8445 section 14.3), and the most.
    static final long FIRST_RETRY = Duration.ofMillis(500).toNanos();
    static final long LAST_RETRY = Duration.ofSeconds(2).toNanos();
    private static final int MOST_TRIES = 7;
    /// How long a better pair than the first is waited for before one is nominated.
    static final long DELIBERATION = Duration.ofMillis(150).toNanos();
    /// Consent (RFC 7675): asked for every 5 s, give or take a fifth, and lost after 30 s.
    private static final long CONSENT_PERIOD = Duration.ofSeconds(5).toNanos();
    /// How often a side that has fallen silent is asked: at 20 % loss five questions in 30 s are too few.
    private static final long URGENT_PERIOD = Duration.ofSeconds(1).toNanos();
    static final long CONSENT_LIFE = Duration.ofSeconds(30).toNanos();
    /// Two periods without an answer.
    static final long SUSPICION = Duration.ofSeconds(12).toNanos();
    /// After this time without a sign of life we ask for one, again and again, until the other side counts as silent: whoever
    /// talks to it is to hear of that within 5 s. Consent is another matter, and not lost with it.
    static final long QUIET = Duration.ofMillis(1_500).toNanos();
    static final long PROBE_PERIOD = Duration.ofMillis(300).toNanos();
    static final long SILENCE = Duration.ofSeconds(4).toNanos();
    /// So many questions at least, or the silence may have been our own, in a machine that was suspended say.
    private static final int ENOUGH_PROBES = 5;
    /// How long the way is looked for.
    static final long PATIENCE = Duration.ofSeconds(30).toNanos();
    private static final int MOST_TRANSACTIONS = 256;

    private static final int BAD_REQUEST = 400;
    private static final int UNKNOWN_ATTRIBUTE = 420;
    private static final int ROLE_CONFLICT = 487;

    /// What an agent is started with.
    ///
    /// @param lite      whether it leaves the checks to the other side
    /// @param hosts     where our socket may be reached, the best first; all of them the same socket
    /// @param servers   STUN servers
    /// @param relays    how many relays are being asked for; what becomes of each is told by [#relayed] and [#relayGone]
    /// @param relayOnly whether nothing but relays may be used, so that the other side does not learn where we are
    record Settings(boolean lite, List<InetSocketAddress> hosts, List<InetSocketAddress> servers, int relays,
            boolean relayOnly) {
        Settings {
            hosts = List.copyOf(hosts);
            servers = List.copyOf(servers);
        }

        /// Without relays.
        Settings(boolean lite, List<InetSocketAddress> hosts, List<InetSocketAddress> servers) {
            this(lite, hosts, servers, 0, false);
        }
    }

    private final Settings settings;
    private final RandomGenerator random;
    private final long tieBreaker;
    private final Deque<IceEffect> effects = new ArrayDeque<>();
    private final IceGathering gathering;
    private final IceLocals locals;
    /// Of the other side, for relays that are there later than these.
    private final List<IceCandidate> remotes = new ArrayList<>();
    private final Map<StunMessage.TransactionId, IceTransaction> transactions = new LinkedHashMap<>();

    private boolean controlling;
    private boolean gathered;
    private IceState state = IceState.NEW;
    private IceCredentials local;
    /// Still answered to after a restart, until its way is found.
    private Optional<IceCredentials> former = Optional.empty();
    private Optional<IceCredentials> remote = Optional.empty();
    private IceCheckList list = new IceCheckList();
    private long nextCheckAt;
    private long giveUpAt = Long.MAX_VALUE;
    private long firstValidAt = Long.MAX_VALUE;
    private boolean nominating;

    private Optional<IcePair> selected = Optional.empty();
    /// Whether the pair in use was found since the last restart.
    private boolean current;
    private IceCredentials selectedLocal;
    private Optional<IceCredentials> selectedRemote = Optional.empty();
    private long askAgainAt = Long.MAX_VALUE;
    private long askedAt;
    /// When the other side last gave consent, by an answer; a lite agent takes its questions for that.
    private long heardAt;
    /// When it last showed life, by whatever it sent.
    private long aliveAt;
    /// Questions since then.
    private int probes;

    IceAgent(Settings settings, boolean controlling, RandomGenerator random) {
        this.settings = settings;
        this.controlling = controlling && !settings.lite;
        this.random = random;
        tieBreaker = random.nextLong();
        local = IceCredentials.random(random);
        selectedLocal = local;
        locals = new IceLocals(settings, effects::add);
        gathering = new IceGathering(settings.lite || settings.relayOnly ? List.of() : settings.servers, random,
                effects::add);
    }

    IceCredentials local() {
        return local;
    }

    IceState state() {
        return state;
    }

    boolean isControlling() {
        return controlling;
    }

    /// Our candidates so far.
    List<IceCandidate> candidates() {
        return locals.candidates();
    }

    boolean isGathered() {
        return gathered;
    }

    Optional<IceEffect> poll() {
        return Optional.ofNullable(effects.poll());
    }

    /// Begins to gather candidates.
    void start(long now) {
        locals.offerHosts();
        tick(now);
    }

    /// Begins anew with other credentials, and goes on with the old way until another is found.
    void restart(long now) {
        former = Optional.of(local);
        local = IceCredentials.random(random);
        remote = Optional.empty();
        list = new IceCheckList();
        remotes.clear();
        transactions.values().removeIf(transaction -> !transaction.consent);
        nominating = false;
        firstValidAt = Long.MAX_VALUE;
        giveUpAt = Long.MAX_VALUE;
        current = false;
        if (state == IceState.FAILED) {
            selected = Optional.empty();
            change(IceState.NEW, "restarted");
        }
        tick(now);
    }

    /// Leaves control to the other side, which made the first offer (RFC 8445 section 6.1.1). Pion settles no conflict.
    void answer() {
        controlling = false;
    }

    /// Who the other side is, once its description is there. Again only after a restart.
    ///
    /// @param lite whether it leaves the checks to us; then we are the controlling one
    void remote(IceCredentials credentials, boolean lite, long now) {
        if (remote.isPresent()) {
            return;
        }
        if (lite && settings.lite) {
            fail("both sides are ICE-lite, and neither looks for the other");
            return;
        }
        remote = Optional.of(credentials);
        if (settings.lite) {
            controlling = false;
        } else if (lite) {
            controlling = true;
        }
        if (selected.isEmpty()) {
            giveUpAt = now + PATIENCE;
            change(IceState.CHECKING, "the other side's description is there");
        }
        tick(now);
    }

    /// A relay is there.
    ///
    /// @param via     its number, from 1
    /// @param mapped  how it sees us
    void relayed(int via, InetSocketAddress address, InetSocketAddress mapped, long now) {
        locals.offerRelayed(via, address, mapped);
        remotes.forEach(candidate -> addPairs(candidate, via));
        tick(now);
    }

    /// A relay is not to be had, or is lost. If it was in use, another way that is known to work takes its place.
    void relayGone(int via, String why, long now) {
        locals.gone(via);
        if (!locals.isAnyOpen()) {
            fail("nothing but relays may be used, and there is none: " + why);
        }
        list.remove(via);
        transactions.values().removeIf(transaction -> {
            var gone = transaction.pair.route.via() == via;
            nominating &= !(gone && transaction.nominates);
            return gone;
        });
        if (selected.filter(pair -> pair.route.via() == via).isPresent()) {
            current = false;
            heardAt = Math.min(heardAt, now - SUSPICION);
            askAgainAt = now;
            change(IceState.DISCONNECTED, "the relay in use is gone");
        }
        tick(now);
    }

    /// An address of the other side. What cannot be used, such as a name of its local network, is left aside: it will
    /// come to us.
    void addRemote(IceCandidate candidate, long now) {
        if (!settings.lite && candidate.isUsable() && remotes.size() < IceCheckList.MOST_PAIRS) {
            remotes.add(candidate);
            for (var via = IceRoute.DIRECT; via <= settings.relays; via++) {
                addPairs(candidate, via);
            }
            tick(now);
        }
    }

    private void addPairs(IceCandidate candidate, int via) {
        candidate.socketAddress()
                .map(at -> new IceRoute(via, at))
                .filter(route -> locals.canGo(route) && list.find(route).isEmpty())
                .ifPresent(route -> list.add(new IcePair(route, locals.priority(route), candidate.priority())));
    }

    /// Whether packets other than STUN that came so are the other side's, as far as one can tell before they are
    /// decrypted.
    boolean isKnown(IceRoute from) {
        if (selected.isPresent() && selected.get().route.equals(from)) {
            return true;
        }
        return list.find(from)
                .filter(pair -> settings.lite || pair.wanted || pair.check == IcePair.Check.SUCCEEDED)
                .isPresent();
    }

    /// The other side was alive at `at`, as an authentic packet of sound shows that came by the way in use. Counts with the
    /// next [#tick].
    void alive(long at) {
        if (at > aliveAt) {
            aliveAt = at;
            probes = 0;
        }
    }

    /// Takes a datagram whose first byte is 0 to 3.
    void receive(byte[] bytes, int offset, int length, IceRoute from, long now) {
        if (!locals.isOpen(from.via())) {
            return;
        }
        StunMessage.parse(bytes, offset, length).ifPresent(message -> {
            if (message.isBinding(StunMessage.Kind.REQUEST)) {
                onRequest(message, from, now);
            } else if (message.isBinding(StunMessage.Kind.SUCCESS) || message.isBinding(StunMessage.Kind.ERROR)) {
                onResponse(message, from, now);
            }
            tick(now);
        });
    }

    /// Does what is due.
    void tick(long now) {
        gathering.tick(now, selected.isEmpty() && state != IceState.FAILED);
        if (!gathered && gathering.isDone() && locals.isDone()) {
            gathered = true;
            effects.add(new IceEffect.GatheringDone());
        }
        if (state == IceState.FAILED) {
            return;
        }
        if (!settings.lite) {
            retry(now);
            nominate(now);
            check(now);
        }
        watch(now);
    }

    /// When [#tick] is to be called, at the latest.
    long nextTimeout() {
        var next = gathering.nextTimeout(selected.isEmpty() && state != IceState.FAILED);
        if (state == IceState.FAILED) {
            return next;
        }
        next = Math.min(next, Math.min(giveUpAt, nextAskAt()));
        if (selected.isPresent()) {
            next = Math.min(next, heardAt + (state == IceState.DISCONNECTED ? CONSENT_LIFE : SUSPICION));
        }
        if (state == IceState.CONNECTED && probes >= ENOUGH_PROBES) {
            next = Math.min(next, aliveAt + SILENCE);
        }
        if (settings.lite) {
            return next;
        }
        for (var transaction : transactions.values()) {
            next = Math.min(next, transaction.retryAt);
        }
        if (remote.isPresent() && list.hasNext()) {
            next = Math.min(next, nextCheckAt);
        }
        if (controlling && !nominating && !current && list.bestValid(true).isPresent()) {
            next = Math.min(next, firstValidAt + DELIBERATION);
        }
        return next;
    }

    // --- What the other side asks -----------------------------------------------------------------------------------

    private void onRequest(StunMessage request, IceRoute from, long now) {
        var username = request.username().orElse("");
        var asked = username.startsWith(local.ufrag() + ":")
                ? Optional.of(local)
                : former.filter(old -> username.startsWith(old.ufrag() + ":"));
        if (asked.isEmpty() || !request.isAuthentic(asked.get().key())) {
            return;
        }
        var key = asked.get().key();
        var unknown = request.unknown();
        if (!unknown.isEmpty()) {
            transmit(from, answer(StunMessage.Kind.ERROR, request).error(UNKNOWN_ATTRIBUTE, "Unknown Attribute")
                    .unknown(unknown.stream().limit(8).toList())
                    .sealed(key));
            return;
        }
        if (request.priority().isEmpty()) {
            transmit(from, answer(StunMessage.Kind.ERROR, request).error(BAD_REQUEST, "Bad Request").sealed(key));
            return;
        }
        if (yields(request)) {
            controlling = !controlling;
        } else if (isConflict(request)) {
            transmit(from, answer(StunMessage.Kind.ERROR, request).error(ROLE_CONFLICT, "Role Conflict").sealed(key));
            return;
        }
        transmit(from, answer(StunMessage.Kind.SUCCESS, request).mappedAddress(from.remote()).sealed(key));
        if (selected.filter(pair -> pair.route.equals(from)).isPresent()) {
            alive(now);
        }
        if (asked.get().equals(local)) {
            onCheck(request, from, now);
        } else if (settings.lite) {
            heard(now);
        }
    }

    /// A check of this generation. It shows an address, whether it was told of or not, and calls for a check of ours.
    private void onCheck(StunMessage request, IceRoute from, long now) {
        var pair = list.find(from).orElse(null);
        if (pair == null) {
            pair = new IcePair(from, locals.priority(from), request.priority().orElseThrow());
            if (!list.add(pair)) {
                return;
            }
        }
        var wanted = request.useCandidate() && !controlling;
        if (settings.lite) {
            pair.check = IcePair.Check.SUCCEEDED;
            heard(now);
            if (wanted) {
                select(pair, now);
            }
            return;
        }
        pair.wanted |= wanted;
        if (pair.check == IcePair.Check.SUCCEEDED) {
            if (wanted) {
                prefer(pair, now);
            }
        } else if (now - pair.sentAt >= PACE) {
            // Ours may be lost, or was not let through before theirs had opened the way.
            list.trigger(pair);
        }
    }

    private static StunWriter answer(StunMessage.Kind kind, StunMessage request) {
        return new StunWriter(kind, StunMessage.BINDING, request.id());
    }

    private boolean isConflict(StunMessage request) {
        return controlling ? request.controlling().isPresent() : request.controlled().isPresent();
    }

    /// Whether we are the one to change roles (RFC 8445 section 7.3.1.1). A lite agent does not change its own.
    private boolean yields(StunMessage request) {
        if (settings.lite || !isConflict(request)) {
            return false;
        }
        return controlling
                ? Long.compareUnsigned(tieBreaker, request.controlling().orElseThrow()) < 0
                : Long.compareUnsigned(tieBreaker, request.controlled().orElseThrow()) >= 0;
    }

    // --- What it answers --------------------------------------------------------------------------------------------

    private void onResponse(StunMessage response, IceRoute from, long now) {
        var transaction = transactions.get(response.id());
        if (transaction == null) {
            if (response.kind() == StunMessage.Kind.SUCCESS && !from.isRelayed()) {
                gathering.onResponse(response, from.remote(), now).ifPresent(locals::offerReflexive);
            }
            return;
        }
        if (!response.isAuthentic(transaction.remote.key())) {
            return;
        }
        transactions.remove(response.id());
        if (response.kind() == StunMessage.Kind.ERROR) {
            onError(response, transaction);
        } else if (!from.equals(transaction.pair.route)) {
            // The way back is another than the way there (RFC 8445 section 7.2.5.2.1).
            failed(transaction);
        } else if (transaction.consent) {
            heard(now);
        } else {
            onSuccess(transaction, now);
        }
    }

    private void onSuccess(IceTransaction transaction, long now) {
        var pair = transaction.pair;
        pair.check = IcePair.Check.SUCCEEDED;
        firstValidAt = Math.min(firstValidAt, now);
        if (transaction.nominates && controlling) {
            nominating = false;
            select(pair, now);
        } else if (pair.wanted && !controlling) {
            prefer(pair, now);
        }
    }

    private void onError(StunMessage response, IceTransaction transaction) {
        if (response.errorCode().orElse(0) == ROLE_CONFLICT) {
            if (controlling == transaction.controlling) {
                controlling = !controlling;
            }
            if (!transaction.consent) {
                nominating &= !transaction.nominates;
                transaction.pair.check = IcePair.Check.WAITING;
                list.trigger(transaction.pair);
            }
        } else {
            failed(transaction);
        }
    }

    private void failed(IceTransaction transaction) {
        if (!transaction.consent) {
            transaction.pair.check = IcePair.Check.FAILED;
            nominating &= !transaction.nominates;
        }
    }

    /// Silence is no refusal: while a way is looked for, the pair has its turn again.
    private void unanswered(IceTransaction transaction) {
        failed(transaction);
        if (!transaction.consent && giveUpAt != Long.MAX_VALUE) {
            transaction.pair.check = IcePair.Check.WAITING;
        }
    }

    // --- Checks -----------------------------------------------------------------------------------------------------

    private void check(long now) {
        if (remote.isEmpty() || now < nextCheckAt) {
            return;
        }
        list.next(controlling).ifPresent(pair -> {
            pair.check = IcePair.Check.IN_PROGRESS;
            transactions.values().removeIf(old -> old.pair == pair && !old.consent && !old.nominates);
            ask(pair, local, remote.orElseThrow(), false, false, now);
            nextCheckAt = now + PACE;
        });
    }

    private void retry(long now) {
        for (Iterator<IceTransaction> all = transactions.values().iterator(); all.hasNext();) {
            var transaction = all.next();
            if (now < transaction.retryAt) {
                continue;
            }
            if (transaction.consent || transaction.tries == MOST_TRIES) {
                all.remove();
                unanswered(transaction);
                continue;
            }
            transaction.tries++;
            transaction.retry = Math.min(2 * transaction.retry, Math.max(LAST_RETRY, firstRetry()));
            transaction.retryAt = now + transaction.retry;
            transaction.pair.sentAt = now;
            transmit(transaction.pair.route, transaction.packet);
        }
    }

    /// Nominates the best pair once none better is to be expected, or after a short while (RFC 8445 section 8.1.1).
    private void nominate(long now) {
        if (!controlling || nominating || current || remote.isEmpty()) {
            return;
        }
        list.bestValid(true)
                .filter(pair -> now >= firstValidAt + DELIBERATION || !list.mayImproveOn(pair, true))
                .ifPresent(pair -> {
                    nominating = true;
                    ask(pair, local, remote.orElseThrow(), true, false, now);
                });
    }

    private void ask(IcePair pair, IceCredentials ours, IceCredentials theirs, boolean nominates, boolean consent,
            long now) {
        var id = StunMessage.TransactionId.random(random);
        var request = StunWriter.bindingRequest(id)
                .username(theirs.ufrag() + ":" + ours.ufrag())
                .priority(locals.learntPriority(pair.route))
                .role(controlling, tieBreaker);
        if (nominates) {
            request.useCandidate();
        }
        var packet = request.sealed(theirs.key());
        var transaction = new IceTransaction(pair, theirs, controlling, nominates, consent, packet);
        transaction.retry = firstRetry();
        transaction.retryAt = now + (consent ? CONSENT_LIFE : transaction.retry);
        if (transactions.size() < MOST_TRANSACTIONS) {
            transactions.put(id, transaction);
        }
        pair.sentAt = now;
        transmit(pair.route, packet);
    }

    private long firstRetry() {
        return Math.max(FIRST_RETRY, PACE * list.open());
    }

    // --- The way in use ---------------------------------------------------------------------------------------------

    /// Follows the other side's wish. Some wish for every pair, of which the best is meant; but a pair that is silent is
    /// given up for any other.
    private void prefer(IcePair pair, long now) {
        var keeps = current && selected.isPresent() && selected.get() != pair && now - heardAt < CONSENT_PERIOD * 3 / 2
                && selected.get().priority(controlling) >= pair.priority(controlling);
        if (!keeps) {
            select(pair, now);
        }
    }

    private void select(IcePair pair, long now) {
        if (current && selected.filter(one -> one == pair).isPresent()) {
            return;
        }
        selected = Optional.of(pair);
        current = true;
        former = Optional.empty();
        selectedLocal = local;
        selectedRemote = remote;
        giveUpAt = Long.MAX_VALUE;
        heardAt = now;
        alive(now);
        askedAt = now;
        askAgainAt = settings.lite ? Long.MAX_VALUE : now + consentPeriod();
        effects.add(new IceEffect.Selected(pair.route));
        change(IceState.CONNECTED, "a pair is selected");
    }

    private void heard(long now) {
        heardAt = now;
        alive(now);
    }

    private void watch(long now) {
        if (now >= giveUpAt) {
            fail(state == IceState.CHECKING && firstValidAt != Long.MAX_VALUE
                    ? "no pair was nominated within 30 s"
                    : "the other side was not reached within 30 s");
            return;
        }
        if (selected.isEmpty()) {
            return;
        }
        if (now >= heardAt + CONSENT_LIFE) {
            fail("the other side has not answered for 30 s");
            return;
        }
        var unanswered = now >= heardAt + SUSPICION;
        var silent = probes >= ENOUGH_PROBES && now >= aliveAt + SILENCE;
        if (state == IceState.CONNECTED && (unanswered || silent)) {
            change(IceState.DISCONNECTED, unanswered
                    ? "the other side has not answered for 12 s"
                    : "nothing was heard of the other side for 4 s");
            askAgainAt = settings.lite ? askAgainAt : now;
        } else if (state == IceState.DISCONNECTED && !unanswered && !silent) {
            change(IceState.CONNECTED, "the other side is heard again");
        }
        if (now >= nextAskAt()) {
            selectedRemote.ifPresent(theirs -> ask(selected.get(), selectedLocal, theirs, false, true, now));
            probes++;
            askedAt = now;
            askAgainAt = now + consentPeriod();
        }
    }

    /// For consent when its time has come, and for a sign of life where there was none. A lite agent does not ask.
    private long nextAskAt() {
        return settings.lite || state != IceState.CONNECTED
                ? askAgainAt
                : Math.min(askAgainAt, Math.max(aliveAt + QUIET, askedAt + PROBE_PERIOD));
    }

    private long consentPeriod() {
        var period = state == IceState.DISCONNECTED ? URGENT_PERIOD : CONSENT_PERIOD;
        return (long) (period * random.nextDouble(0.8, 1.2));
    }

    private void fail(String reason) {
        transactions.clear();
        change(IceState.FAILED, reason);
    }

    private void change(IceState to, String reason) {
        if (state != to) {
            state = to;
            effects.add(new IceEffect.Changed(to, reason));
        }
    }

    private void transmit(IceRoute to, byte[] packet) {
        effects.add(new IceEffect.Transmit(to, ByteBuffer.wrap(packet)));
    }
}
