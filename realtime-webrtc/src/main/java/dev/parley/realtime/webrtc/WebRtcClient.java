package dev.parley.realtime.webrtc;

import dev.parley.realtime.ApiException;
import dev.parley.realtime.CallAnswer;
import dev.parley.realtime.ConnectException;
import dev.parley.realtime.RealtimeCalls;
import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.RealtimeSession;
import dev.parley.realtime.ReconnectPolicy;
import dev.parley.realtime.SessionChange;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.webrtc.EventChannel.Follower;
import dev.parley.rtc.PeerConnection;
import dev.parley.rtc.PeerState;
import dev.parley.rtc.RtcEngine;
import dev.parley.rtc.RtcException;
import dev.parley.rtc.SdpException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Opens Realtime sessions over WebRTC, at OpenAI, at Azure, or at whatever speaks the protocol (protocol section 1.7).
///
/// ```java
/// try (var engine = RtcEngine.open();
///         var client = WebRtcClient.of(engine, RealtimeClient.builder().apiKey(key));
///         var session = client.connect()) {
///     session.audio().onAudio(speaker::play);
/// ```
///
/// The key may be a standard one, or a client secret, whose session it then is. Thread-safe. Closing a client ends its
/// sessions; the engine is closed by whoever opened it.
public final class WebRtcClient implements AutoCloseable {
    private static final int UNAUTHORIZED = 401;
    /// For candidates that others see us at, where servers were named that tell; without, there is nothing to wait for.
    private static final Duration GATHERING = Duration.ofSeconds(2);

    private final RtcEngine engine;
    private final RealtimeClient service;
    private final RealtimeCalls calls;
    private final UnaryOperator<PeerConnection.Builder> peers;

    private WebRtcClient(RtcEngine engine, RealtimeClient.Builder service,
            UnaryOperator<PeerConnection.Builder> peers) {
        this.engine = engine;
        this.calls = service.calls();
        this.service = service.build();
        this.peers = peers;
    }

    /// A client of a service that is reached with the engine's connections.
    ///
    /// @param service address, key, model, dialect, limits, observer and timeouts, as for WebSockets
    /// @throws IllegalArgumentException if the address or the credential cannot be one, or the service has no calls
    public static WebRtcClient of(RtcEngine engine, RealtimeClient.Builder service) {
        return of(engine, service, UnaryOperator.identity());
    }

    /// A client whose connections are to be special: have STUN servers, a certain address, or other codecs, say.
    ///
    /// @param peers is handed each connection before it is opened. Its listeners and its data channel are the session's
    public static WebRtcClient of(RtcEngine engine, RealtimeClient.Builder service,
            UnaryOperator<PeerConnection.Builder> peers) {
        return new WebRtcClient(engine, service, peers);
    }

    /// What a program may print when it starts; see [RealtimeClient#description()].
    public String description() {
        return service.description();
    }

    /// Runs handshakes and codecs in memory, so that the first call neither starts slowly nor stutters. Takes a second or two;
    /// once in a program, at its start.
    public void warmUp() throws InterruptedException {
        engine.warmUp();
        Coding.warmUp();
    }

    /// Opens a session of the client's model, or of the client secret that is its key, and waits until events can be sent.
    /// The first event is `session.created`.
    ///
    /// @throws ConnectException if that fails or takes longer than the connect timeout
    public WebRtcSession connect() {
        return connect(calls::answer);
    }

    /// Opens a session with these settings; for standard keys. If they name no model, it is the client's.
    ///
    /// @throws ConnectException if that fails or takes longer than the connect timeout
    public WebRtcSession connect(SessionConfig settings) {
        return connect(offer -> calls.answer(offer, settings));
    }

    /// Opens a session that goes on over another call when its own is lost or about to expire, as a
    /// [dev.parley.realtime.LastingSession] does over other sockets, and by the same rules: configuration and items are
    /// restored, nothing comes twice. The leg of its sound stays.
    ///
    /// A call counts as lost when nothing is heard of the service for 4 s, and when the service ends it: a data channel has
    /// no close codes that tell a mishap from a wish. Whoever hangs it up elsewhere closes the session, too. A fresh call
    /// needs a key that opens more than one: not a client secret, unless a supplier gives fresh ones.
    ///
    /// @param changes told of every such change, on the thread that reads the session
    /// @throws ConnectException if the first call cannot be opened; that is not retried
    public WebRtcSession connect(ReconnectPolicy policy, Consumer<SessionChange> changes) {
        return connect(calls::answer, policy, changes);
    }

    /// As above, for whoever does not care about the changes.
    ///
    /// @throws ConnectException if the first call cannot be opened; that is not retried
    public WebRtcSession connect(ReconnectPolicy policy) {
        return connect(policy, _ -> {});
    }

    /// As above; every call is opened with these settings. For standard keys.
    ///
    /// @throws ConnectException if the first call cannot be opened; that is not retried
    public WebRtcSession connect(SessionConfig settings, ReconnectPolicy policy, Consumer<SessionChange> changes) {
        return connect(offer -> calls.answer(offer, settings), policy, changes);
    }

    private WebRtcSession connect(Function<String, CallAnswer> exchange) {
        var line = new Line();
        return new WebRtcSession(open(exchange, line, new EventChannel(Follower.NONE, line::close)), line);
    }

    private WebRtcSession connect(Function<String, CallAnswer> exchange, ReconnectPolicy policy,
            Consumer<SessionChange> changes) {
        var line = new Line();
        return new WebRtcSession(service.connect(() -> openAnother(exchange, line), policy, change -> {
            line.on(change);
            changes.accept(change);
        }), line);
    }

    private RealtimeSession openAnother(Function<String, CallAnswer> exchange, Line line) {
        try {
            return open(exchange, line, new EventChannel(Follower.ANOTHER, () -> {}));
        } catch (ConnectException e) {
            // It may be tried again.
            throw e;
        } catch (RuntimeException e) {
            // A token supplier's, which ends the session.
            line.close();
            throw e;
        }
    }

    /// @param line is told of the call
    private RealtimeSession open(Function<String, CallAnswer> exchange, Line line, EventChannel events) {
        var opening = new Opening(System.nanoTime() + service.connectTimeout().toNanos(), line, events);
        try {
            return opening.session(exchange);
        } catch (ApiException e) {
            throw opening.failed(e);
        } catch (SdpException e) {
            throw opening.failed("expected an SDP answer that fits the offer, found one that does not: "
                    + e.getMessage(), e);
        } catch (RtcException e) {
            throw opening.failed(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw opening.failed("interrupted", e);
        } catch (RuntimeException e) {
            opening.close();
            throw e;
        }
    }

    /// A session on its way, and what is to be let go of if it does not get there.
    private final class Opening {
        private final long deadline;
        private final Line line;
        private final EventChannel events;

        Opening(long deadline, Line line, EventChannel events) {
            this.deadline = deadline;
            this.line = line;
            this.events = events;
        }

        RealtimeSession session(Function<String, CallAnswer> exchange) throws InterruptedException {
            var ear = line.sound().ear();
            var peer = events.open(peers.apply(engine.peer()).onRtp(ear));
            peer.createOffer();
            var answer = exchange.apply(peer.awaitGathering(atMost(GATHERING)));
            peer.setRemote(answer.sdp());
            try {
                peer.awaitConnected(atMost(service.connectTimeout()));
            } catch (RtcException e) {
                var hint = peer.state() == PeerState.CLOSED ? "" : "; is UDP let through?";
                throw failed(e.getMessage() + hint, e);
            }
            if (!events.awaitOpen(deadline - System.nanoTime())) {
                throw failed("connected, but the data channel " + EventChannel.LABEL + " was not opened "
                        + events.closed()
                                .map(close -> "before the end: " + close.reason())
                                .orElse("within " + service.connectTimeout().toMillis() + " ms"),
                        null);
            }
            var session = service.connect(events);
            line.opened(new Line.Call(answer.callId(), peer, ear));
            return session;
        }

        private Duration atMost(Duration most) {
            long left = Math.max(0, deadline - System.nanoTime());
            return most.toNanos() < left ? most : Duration.ofNanos(left);
        }

        ConnectException failed(String why, @Nullable Exception cause) {
            close();
            return new ConnectException("cannot connect to " + place() + ": " + why, cause);
        }

        ConnectException failed(ApiException refusal) {
            close();
            return ConnectException.of("cannot connect to " + place() + ": " + refusal.getMessage()
                    + (refusal.status() == UNAUTHORIZED ? ": check the API key" : ""), refusal);
        }

        private String place() {
            return service.baseUrl() + "/realtime/calls";
        }

        void close() {
            events.abort();
        }
    }

    @Override
    public void close() {
        service.close();
        calls.close();
    }
}
