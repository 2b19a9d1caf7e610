package dev.parley.emulator;

import dev.parley.emulator.Doorkeeper.Admission;
import dev.parley.realtime.Close;
import dev.parley.rtc.PeerConnection;
import dev.parley.rtc.RtcEngine;
import dev.parley.rtc.SdpException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The WebRTC calls of one emulator. Thread-safe.
final class Calls implements AutoCloseable {
    private final Emulator.Settings settings;
    private final FaultPlan faults;
    private final Sessions sessions;
    private final Supplier<Ids> newIds;
    private final Semaphore room;
    private final Map<String, Call> open = new ConcurrentHashMap<>();
    /// Made for the first call: most emulators never have one. Guarded by this.
    private @Nullable RtcEngine engine;
    private boolean closed;

    /// How an offer is answered.
    record Answer(String callId, String sdp) {}

    Calls(Emulator.Settings settings, FaultPlan faults, Sessions sessions, Supplier<Ids> newIds) {
        this.settings = settings;
        this.faults = faults;
        this.sessions = sessions;
        this.newIds = newIds;
        this.room = new Semaphore(settings.webRtc().mostCalls());
    }

    /// Answers an offer, and opens the session it is for.
    ///
    /// @param told types of the events that the data channel is limited to; empty for all
    /// @throws Refusal if the offer is none, or there are as many calls as may be
    Answer answer(String offer, Admission.Admitted admitted, SessionLog.Request request, Set<String> told) {
        if (!room.tryAcquire()) {
            throw Refusal.tooManyCalls(settings.webRtc().mostCalls());
        }
        try {
            return begin(offer, admitted, request, told);
        } catch (RuntimeException e) {
            room.release();
            throw e;
        }
    }

    private Answer begin(String offer, Admission.Admitted admitted, SessionLog.Request request, Set<String> told) {
        var call = new Call("rtc_" + newIds.get().hex(), told, settings.limits().messageBytes(), newIds.get(),
                this::over);
        try {
            return begin(call, offer, admitted, request);
        } catch (RuntimeException e) {
            call.cut();
            throw e;
        }
    }

    private Answer begin(Call call, String offer, Admission.Admitted admitted, SessionLog.Request request) {
        var peer = peer(call);
        var answer = answer(peer, offer);
        var line = call.answered(peer, settings.limits().patience());
        var conduct = settings.conduct();
        var ids = newIds.get();
        var session = new EmulatedSession(admitted.opening().overCall(), ids, settings.scenario().pacing(), conduct
                .time()
                .instant());
        var beta = admitted.speaksBeta()
                ? Optional.of(new BetaDialect(conduct.strictness()))
                : Optional.<BetaDialect>empty();
        var connection = new SessionConnection(session, ids, beta, call, line, settings.faculties(), conduct.time(),
                faults.watch(), new SessionLog(session.id(), request, Optional.of(call.id())));
        call.begin(connection);
        open.put(call.id(), call);
        sessions.open(connection);
        return new Answer(call.id(), answer);
    }

    private static String answer(PeerConnection peer, String offer) {
        try {
            peer.setRemote(offer);
            var answer = peer.createAnswer();
            if (peer.codecs().isEmpty()) {
                throw new SdpException("expected a section of sound with Opus, PCMU or PCMA, found none");
            }
            return answer;
        } catch (SdpException e) {
            peer.close();
            throw Refusal.of(400, "invalid_offer", null, "Failed to parse offer: " + e.getMessage());
        }
    }

    private PeerConnection peer(Call call) {
        var webRtc = settings.webRtc();
        var builder = engine().peer().listener(call).onRtp(call::heard);
        address().ifPresent(builder::bind);
        webRtc.advertised().ifPresent(builder::advertise);
        if (webRtc.ice() == WebRtc.Ice.LITE) {
            builder.iceLite();
        }
        return builder.open();
    }

    /// Empty for all addresses of this machine.
    private Optional<InetAddress> address() {
        var host = settings.listening().host();
        try {
            var address = settings.webRtc().address();
            return Optional.of(address.isPresent() ? address.get() : InetAddress.getByName(host))
                    .filter(one -> !one.isAnyLocalAddress());
        } catch (UnknownHostException e) {
            throw new EmulatorException("expected an address of this machine for calls, found " + host, e);
        }
    }

    private synchronized RtcEngine engine() {
        if (closed) {
            throw new Refusal(503, Refusal.serverError());
        }
        var running = engine;
        if (running == null) {
            running = RtcEngine.open();
            engine = running;
        }
        return running;
    }

    private void over(Call call, Close how) {
        if (open.remove(call.id(), call)) {
            room.release();
            sessions.gone(call.sessionId(), how);
        }
    }

    Optional<Call> find(String callId) {
        return Optional.ofNullable(open.get(callId));
    }

    /// The calls there are, in the order of their ids.
    List<Call.Glance> glances() {
        return open.values().stream().map(Call::glance).sorted(Comparator.comparing(Call.Glance::id)).toList();
    }

    @Override
    public void close() {
        RtcEngine running;
        synchronized (this) {
            closed = true;
            running = engine;
        }
        if (running != null) {
            running.close();
        }
    }
}
