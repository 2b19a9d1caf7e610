package dev.parley.emulator;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.function.Consumer;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What tests in other languages ask of the emulator: faults, what passed, events to be sent. Only for this machine.
final class ControlApi {
    private static final String ROOT = "/control";

    private final FaultPlan faults;
    private final Sessions sessions;
    private final Calls calls;
    private final Consumer<PlannedFault> inject;

    ControlApi(FaultPlan faults, Sessions sessions, Calls calls, Consumer<PlannedFault> inject) {
        this.faults = faults;
        this.sessions = sessions;
        this.calls = calls;
        this.inject = inject;
    }

    void addTo(RoutesConfig routes) {
        routes.before(ROOT + "/*", ControlApi::requireThisMachine);
        routes.get(ROOT + "/faults", this::faults);
        routes.post(ROOT + "/faults", context -> {
            var planned = planned(RestApi.bodyOf(context));
            inject.accept(planned);
            Answers.json(context, 201, FaultFormat.write(planned));
        });
        routes.delete(ROOT + "/faults", context -> {
            faults.clear();
            context.status(204);
        });
        routes.get(ROOT + "/sessions", this::list);
        routes.delete(ROOT + "/sessions", context -> {
            sessions.forget();
            context.status(204);
        });
        routes.get(ROOT + "/sessions/{id}", this::show);
        routes.post(ROOT + "/sessions/{id}/events", this::say);
        routes.get(ROOT + "/calls", this::calls);
    }

    private static PlannedFault planned(ObjectNode json) {
        try {
            return FaultFormat.read(json, new When.Now());
        } catch (IllegalArgumentException e) {
            throw Refusal.of(400, "invalid_fault", null, String.valueOf(e.getMessage()));
        }
    }

    private void faults(Context context) {
        var body = JsonNodeFactory.instance.objectNode();
        var list = body.putArray("faults");
        faults.planned().forEach(planned -> list.add(FaultFormat.write(planned)));
        Answers.json(context, 200, body);
    }

    private void list(Context context) {
        var body = JsonNodeFactory.instance.objectNode();
        var list = body.putArray("sessions");
        sessions.logs().forEach(log -> list.add(summary(log)));
        var turnedAway = body.putArray("turned_away");
        sessions.turnedAway()
                .forEach(client -> turnedAway.addObject()
                        .put("at", client.at().toString())
                        .put("status", client.status())
                        .put("code", client.code().orElse(null))
                        .set("request", described(client.request())));
        Answers.json(context, 200, body);
    }

    private static ObjectNode summary(SessionLog log) {
        var json = JsonNodeFactory.instance.objectNode()
                .put("id", log.sessionId())
                .put("open", log.closed().isEmpty())
                .put("events", log.entries().size());
        log.callId().ifPresent(id -> json.put("call_id", id));
        json.set("request", described(log.request()));
        log.closed()
                .ifPresent(close -> json.putObject("closed")
                        .put("code", close.code())
                        .put("reason", close
                                .reason()));
        return json;
    }

    private static ObjectNode described(SessionLog.Request request) {
        var json = JsonNodeFactory.instance.objectNode().put("path", request.path());
        var query = json.putObject("query");
        request.query().forEach(query::put);
        var headers = json.putObject("headers");
        request.headers().forEach(headers::put);
        request.safetyIdentifier().ifPresent(id -> json.put("safety_identifier", id));
        return json;
    }

    private void show(Context context) {
        var log = sessions.log(context.pathParam("id")).orElseThrow(() -> noSuchSession(context));
        var type = context.queryParam("type");
        var json = summary(log);
        var events = json.putArray("log");
        for (var entry : log.entries()) {
            if (type == null || entry.type().equals(type)) {
                var one = events.addObject().put("at", entry.at().toString());
                switch (entry) {
                    case SessionLog.Entry.Received(_, var event) -> one.put("direction", "received")
                            .set("event",
                                    event);
                    case SessionLog.Entry.Sent(_, var event) -> one.put("direction", "sent").set("event", event);
                }
            }
        }
        Answers.json(context, 200, json);
    }

    private void calls(Context context) {
        var body = JsonNodeFactory.instance.objectNode();
        var list = body.putArray("calls");
        for (var call : calls.glances()) {
            list.addObject()
                    .put("id", call.id())
                    .put("session_id", call.sessionId())
                    .put("state", call.state().name().toLowerCase(Locale.ROOT))
                    .put("codec", call.codec())
                    .put("sidebands", call.sidebands())
                    .put("packets_received", call.packetsReceived())
                    .put("packets_lost", call.packetsLost())
                    .put("packets_sent", call.packetsSent());
        }
        Answers.json(context, 200, body);
    }

    private void say(Context context) {
        var event = RestApi.bodyOf(context);
        if (!event.path("type").isString()) {
            throw Refusal.of(400, "missing_required_parameter", "type",
                    "expected an event with a type, found none");
        }
        sessions.open(context.pathParam("id")).orElseThrow(() -> noSuchSession(context)).say(event);
        context.status(202);
    }

    private static Refusal noSuchSession(Context context) {
        return Refusal.of(404, "session_not_found", "id", "expected the id of a session of GET " + ROOT
                + "/sessions, found " + context.pathParam("id"));
    }

    /// Neither another machine, nor a web page of another site, nor what either sends through a proxy on this one.
    private static void requireThisMachine(Context context) {
        var origin = context.header("Origin");
        // A name that was made to lead here is not one of this machine's.
        if (!isThisMachine(context.req().getRemoteAddr()) || !isOriginHere("http://" + context.header("Host"))
                || context.header("Forwarded") != null
                || context.header("X-Forwarded-For") != null || (origin != null && !isOriginHere(origin))) {
            throw Refusal.of(403, "control_is_local", null,
                    "The emulator is controlled from its own machine only: expected a loopback address.");
        }
    }

    static boolean isOriginHere(String origin) {
        try {
            var host = URI.create(origin).getHost();
            return host != null && (host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]"));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static boolean isThisMachine(String address) {
        try {
            // A literal: nothing is looked up.
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException _) {
            return false;
        }
    }
}
