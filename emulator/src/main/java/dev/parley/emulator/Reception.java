package dev.parley.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.emulator.Doorkeeper.Admission;
import dev.parley.emulator.Visit.Route;
import dev.parley.realtime.Close;
import dev.parley.realtime.ServerEvent;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsContext;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Opens WebSockets for those whom the [Doorkeeper] lets in, and tells the others why not.
final class Reception {
    private static final String ADMISSION = "admission";
    private static final String REQUEST = "request";
    private static final String PROTOCOL_HEADER = "Sec-WebSocket-Protocol";
    private static final Map<String, Route> ROUTES = Map.of("/v1/realtime", Route.OPENAI, "/openai/v1/realtime",
            Route.AZURE, "/openai/realtime", Route.AZURE_PREVIEW);
    static final List<String> PATHS = ROUTES.keySet().stream().sorted().toList();
    private static final Close TOO_BIG = new Close(Close.TOO_BIG, "the message is larger than the emulator takes");
    private static final Close BINARY = new Close(1003, "expected text frames, found a binary one");

    private final Emulator.Settings settings;
    private final Doorkeeper doorkeeper;
    private final FaultPlan faults;
    private final Sessions sessions;
    private final Supplier<Ids> newIds;

    Reception(Emulator.Settings settings, Doorkeeper doorkeeper, FaultPlan faults, Sessions sessions,
            Supplier<Ids> newIds) {
        this.settings = settings;
        this.doorkeeper = doorkeeper;
        this.faults = faults;
        this.sessions = sessions;
        this.newIds = newIds;
    }

    void addTo(RoutesConfig routes) {
        routes.wsBeforeUpgrade("*", this::receive);
        routes.ws("*", this::serve);
    }

    /// Before the socket opens, while there is an HTTP status to answer with.
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
        if (admission instanceof Admission.Refused(var status, var error)) {
            throw refused(new Refusal(status, error), request);
        }
        visit.selectedProtocol().ifPresent(protocol -> context.res().setHeader(PROTOCOL_HEADER, protocol));
        context.attribute(ADMISSION, admission);
        context.attribute(REQUEST, request);
    }

    private Refusal refused(Refusal refusal, SessionLog.Request request) {
        sessions.turnAway(new TurnedAway(now(), request, refusal.status(), Optional.ofNullable(refusal.error()
                .code())));
        return refusal;
    }

    private static SessionLog.Request request(Context context, Visit visit, Optional<String> safetyIdentifier) {
        return new SessionLog.Request(context.path(), visit.publicQuery(), visit.publicHeaders(), safetyIdentifier);
    }

    private static SessionLog.Request request(WsContext context) {
        return Objects.requireNonNull(context.<SessionLog.Request>attribute(REQUEST));
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

    private void serve(WsConfig socket) {
        socket.onConnect(context -> {
            switch (Objects.requireNonNull(context.<Admission>attribute(ADMISSION))) {
                case Admission.Admitted admitted -> open(context, admitted);
                case Admission.TurnedAway away -> turnAway(context, away);
                case Admission.Refused _ -> throw new IllegalStateException("a refused client has a socket");
            }
        });
        socket.onMessage(context -> sessions.ofSocket(context.sessionId()).ifPresent(connection -> {
            if (bytes(context.message()) > settings.limits().messageBytes()) {
                connection.close(TOO_BIG.code(), TOO_BIG.reason());
            } else {
                connection.received(context.message());
            }
        }));
        socket.onBinaryMessage(context -> sessions.ofSocket(context.sessionId())
                .ifPresent(connection -> connection
                        .close(BINARY.code(), BINARY.reason())));
        socket.onClose(context -> sessions.gone(context.sessionId(), new Close(context.status(), Objects
                .requireNonNullElse(context.reason(), ""))));
        socket.onError(context -> {
            var problem = Objects.requireNonNullElseGet(context.error(), () -> new IllegalStateException("unknown"));
            sessions.gone(context.sessionId(), Answers.closeFor(problem));
        });
    }

    /// At least as many as the characters, and counted only when that leaves it open.
    private long bytes(String message) {
        int characters = message.length();
        return characters > settings.limits().messageBytes() || 3L * characters <= settings.limits().messageBytes()
                ? characters
                : message.getBytes(UTF_8).length;
    }

    private void open(WsContext context, Admission.Admitted admitted) {
        var conduct = settings.conduct();
        var ids = newIds.get();
        var session = new EmulatedSession(admitted.opening(), ids, settings.scenario().pacing(), now());
        var log = new SessionLog(session.id(), request(context));
        var beta = admitted.speaksBeta()
                ? Optional.of(new BetaDialect(conduct.strictness()))
                : Optional.<BetaDialect>empty();
        sessions.open(context.sessionId(), new SessionConnection(session, ids, beta, new JettyWire(context, settings
                .limits()
                .patience()), settings.faculties(), conduct.time(), faults.watch(), log));
    }

    private void turnAway(WsContext context, Admission.TurnedAway away) {
        sessions.turnAway(new TurnedAway(now(), request(context), away.code(), Optional.ofNullable(away.error()
                .code())));
        var wire = new JettyWire(context, settings.limits().patience());
        var eventId = newIds.get().next("event");
        // Not on the socket's own thread, which must be free to see the client's answer.
        Thread.ofVirtual().name("turning-away").start(() -> {
            try {
                wire.send(new ServerEvent.ErrorEvent(away.error()).toJson(eventId));
                wire.close(away.close().code(), away.close().reason());
            } catch (SessionConnection.WireException _) {
                // It has gone by itself.
                wire.cut();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
