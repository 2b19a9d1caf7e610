package dev.parley.emulator;

import dev.parley.emulator.Doorkeeper.Admission;
import dev.parley.emulator.Visit.Route;
import dev.parley.emulator.internal.ClientSocket;
import dev.parley.realtime.Close;
import dev.parley.realtime.ServerEvent;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServletFactory;
import org.eclipse.jetty.websocket.api.Session;

/// Opens WebSockets for those whom the [Doorkeeper] lets in, and tells the others why not.
final class Reception {
    private static final String GUEST = "guest";
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final String PROTOCOL_HEADER = "Sec-WebSocket-Protocol";
    private static final Map<String, Route> ROUTES = Map.of("/v1/realtime", Route.OPENAI, "/openai/v1/realtime",
            Route.AZURE, "/openai/realtime", Route.AZURE_PREVIEW);
    static final List<String> PATHS = ROUTES.keySet().stream().sorted().toList();
    private static final Close NEVER_OPENED = new Close(Close.ABNORMAL, "the connection was not opened");

    private final Emulator.Settings settings;
    private final Doorkeeper doorkeeper;
    private final FaultPlan faults;
    private final Sessions sessions;
    private final Calls calls;
    private final Supplier<Ids> newIds;

    /// Whom a socket is being opened for.
    private sealed interface Guest {
        JettyWire wire();

        record OfSession(String sessionId, SessionConnection connection, JettyWire wire) implements Guest {}

        record OfCall(Call call, JettyWire wire) implements Guest {}

        record TurnedAway(Admission.TurnedAway why, JettyWire wire) implements Guest {}
    }

    Reception(Emulator.Settings settings, Doorkeeper doorkeeper, FaultPlan faults, Sessions sessions,
            Calls calls, Supplier<Ids> newIds) {
        this.settings = settings;
        this.doorkeeper = doorkeeper;
        this.faults = faults;
        this.sessions = sessions;
        this.calls = calls;
        this.newIds = newIds;
    }

    void addTo(RoutesConfig routes) {
        routes.wsBeforeUpgrade("*", this::receive);
        // What comes over a socket is a ClientSocket's.
        routes.ws("*", _ -> {});
        routes.wsAfterUpgrade("*", Reception::abandonUnlessOpened);
    }

    void addTo(JettyWebSocketServletFactory sockets) {
        PATHS.forEach(path -> sockets.addMapping(path, (request, _) -> socket((Guest) Objects.requireNonNull(request
                .getServletAttribute(GUEST)))));
    }

    /// Before the socket opens, while there is an HTTP status to answer with. Whatever there is to be known of a session
    /// is known before its client is told that it may come in.
    private void receive(Context context) {
        // Javalin would answer with the first protocol offered, which may be the one that carries the key.
        context.res().setHeader(PROTOCOL_HEADER, null);
        var route = ROUTES.get(context.path());
        if (route == null) {
            throw Refusal.of(404, null, null, "Not found. The emulator opens sessions on " + String.join(", ", PATHS)
                    + ".");
        }
        var visit = visit(route, context);
        var fault = faults.refusalAtConnect().map(Answers::refusal);
        if (fault.isPresent()) {
            throw refused(fault.get(), request(context, visit, Optional.empty()));
        }
        var admission = doorkeeper.admit(visit, now());
        var request = request(context, visit, admission instanceof Admission.Admitted admitted
                ? admitted.safetyIdentifier()
                : Optional.empty());
        var guest = switch (admission) {
            case Admission.Admitted admitted -> {
                admitted.opening().rates().closedFor(now()).map(Refusal::noTokens).ifPresent(refusal -> {
                    throw refused(refusal, request);
                });
                yield guest(admitted, request);
            }
            case Admission.Joining(var callId) -> guest(calls.find(callId)
                    .orElseThrow(() -> refused(new Refusal(404, Refusal.noSuchCall()), request)));
            case Admission.TurnedAway away -> guest(away, request);
            case Admission.Refused(var status, var error) -> throw refused(new Refusal(status, error), request);
        };
        visit.selectedProtocol().ifPresent(protocol -> context.res().setHeader(PROTOCOL_HEADER, protocol));
        context.attribute(GUEST, guest);
    }

    private Guest guest(Admission.Admitted admitted, SessionLog.Request request) {
        var conduct = settings.conduct();
        var ids = newIds.get();
        var session = new EmulatedSession(admitted.opening(), ids, settings.scenario().pacing(), now());
        var wire = new JettyWire(settings.limits().patience(), () -> sessions.gone(session.id(), NEVER_OPENED));
        var beta = admitted.speaksBeta()
                ? Optional.of(new BetaDialect(conduct.strictness()))
                : Optional.<BetaDialect>empty();
        var connection = new SessionConnection(session, ids, beta, wire, Line.NONE, settings.faculties(),
                conduct.time(), faults.watch(), new SessionLog(session.id(), request));
        sessions.open(connection);
        return new Guest.OfSession(session.id(), connection, wire);
    }

    private Guest guest(Call call) {
        return new Guest.OfCall(call, new JettyWire(settings.limits().patience(), () -> {}));
    }

    private Guest guest(Admission.TurnedAway away, SessionLog.Request request) {
        sessions.turnAway(new TurnedAway(now(), request, away.code(), Optional.ofNullable(away.error().code())));
        return new Guest.TurnedAway(away, new JettyWire(settings.limits().patience(), () -> {}));
    }

    /// A handshake may still fail on what is Jetty's to check.
    private static void abandonUnlessOpened(Context context) {
        var guest = context.<Guest>attribute(GUEST);
        if (guest != null && context.res().getStatus() != SWITCHING_PROTOCOLS) {
            guest.wire().abandon();
        }
    }

    private Refusal refused(Refusal refusal, SessionLog.Request request) {
        sessions.turnAway(new TurnedAway(now(), request, refusal.status(), Optional.ofNullable(refusal.error()
                .code())));
        return refusal;
    }

    private static SessionLog.Request request(Context context, Visit visit, Optional<String> safetyIdentifier) {
        return new SessionLog.Request(context.path(), visit.publicQuery(), visit.publicHeaders(), safetyIdentifier);
    }

    private Instant now() {
        return settings.conduct().time().instant();
    }

    static Visit visit(Route route, Context context) {
        var query = context.queryParamMap()
                .entrySet()
                .stream()
                .filter(parameter -> !parameter.getValue().isEmpty())
                .collect(Collectors.toMap(Map.Entry::getKey, parameter -> parameter.getValue().getFirst()));
        var headers = context.headerMap()
                .entrySet()
                .stream()
                .collect(Collectors.toMap(header -> header.getKey().toLowerCase(Locale.ROOT),
                        Map.Entry::getValue, (one, _) -> one));
        return new Visit(route, query, headers);
    }

    private ClientSocket socket(Guest guest) {
        var limits = settings.limits();
        return new ClientSocket(limits.messageBytes(), limits.hardMessageBytes(), switch (guest) {
            case Guest.OfSession(var sessionId, var connection, var wire) -> new Talking(sessionId, connection, wire);
            case Guest.OfCall(var call, var wire) -> new Joined(call, wire);
            case Guest.TurnedAway(var why, var wire) -> new Leaving(why, wire);
        });
    }

    private final class Talking implements ClientSocket.Listener {
        private final String sessionId;
        private final SessionConnection connection;
        private final JettyWire wire;

        Talking(String sessionId, SessionConnection connection, JettyWire wire) {
            this.sessionId = sessionId;
            this.connection = connection;
            this.wire = wire;
        }

        @Override
        public void opened(Session socket) {
            wire.open(socket);
        }

        @Override
        public void received(String message) {
            connection.received(message);
        }

        @Override
        public void broken(Close how) {
            connection.close(how.code(), how.reason());
        }

        @Override
        public void flooded() {
            connection.cut();
        }

        @Override
        public void gone(Close how) {
            sessions.gone(sessionId, how);
        }

        @Override
        public void lost(Throwable problem) {
            gone(Answers.closeFor(problem));
        }
    }

    /// Of a client that has joined a call.
    private static final class Joined implements ClientSocket.Listener {
        private final Call call;
        private final JettyWire wire;
        private final Outlet outlet;

        Joined(Call call, JettyWire wire) {
            this.call = call;
            this.wire = wire;
            this.outlet = call.join(wire);
        }

        @Override
        public void opened(Session socket) {
            wire.open(socket);
        }

        @Override
        public void received(String message) {
            call.received(message);
        }

        @Override
        public void broken(Close how) {
            outlet.close(how);
        }

        @Override
        public void flooded() {
            call.leave(outlet);
        }

        @Override
        public void gone(Close how) {
            call.leave(outlet);
        }

        @Override
        public void lost(Throwable problem) {
            call.leave(outlet);
        }
    }

    /// Of a client that is told why it may not stay.
    private final class Leaving implements ClientSocket.Listener {
        private final Admission.TurnedAway why;
        private final JettyWire wire;

        Leaving(Admission.TurnedAway why, JettyWire wire) {
            this.why = why;
            this.wire = wire;
        }

        @Override
        public void opened(Session socket) {
            wire.open(socket);
            turnAway(why, wire);
        }

        @Override
        public void received(String message) {
            // Nobody listens.
        }

        @Override
        public void broken(Close how) {
            // It is being closed.
        }

        @Override
        public void flooded() {
            wire.cut();
        }

        @Override
        public void gone(Close how) {
            // As it should.
        }

        @Override
        public void lost(Throwable problem) {
            // As well.
        }
    }

    private void turnAway(Admission.TurnedAway why, JettyWire wire) {
        var eventId = newIds.get().next("event");
        // Not on the socket's own thread, which must be free to see the client's answer.
        Thread.ofVirtual().name("turning-away").start(() -> {
            try {
                var event = new ServerEvent.ErrorEvent(why.error());
                wire.send(new Outbox.Frame(event.type(), event.raw(), event.toJson(eventId)));
                wire.close(why.close().code(), why.close().reason());
            } catch (SessionConnection.WireException e) {
                wire.giveUp(e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
