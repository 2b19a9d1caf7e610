package dev.parley.emulator;

import dev.parley.emulator.Doorkeeper.Admission;
import dev.parley.emulator.Visit.Route;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Calls over HTTP: offers, and what is done about a call (protocol sections 1.7, 1.9 and 11).
final class CallsApi {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SDP = "application/sdp";
    private static final String FORM = "multipart/form-data";
    /// What Azure's data channel is limited to by `webrtcfilter=on`.
    private static final Set<String> FILTERED = Set.of("input_audio_buffer.speech_started",
            "input_audio_buffer.speech_stopped", "output_audio_buffer.started", "output_audio_buffer.stopped",
            "conversation.item.input_audio_transcription.completed", "conversation.item.added",
            "conversation.item.created", "response.output_text.delta", "response.output_text.done",
            "response.output_audio_transcript.delta", "response.output_audio_transcript.done");

    private final Emulator.Settings settings;
    private final Doorkeeper doorkeeper;
    private final RestApi rest;
    private final FaultPlan faults;
    private final Sessions sessions;
    private final Calls calls;

    CallsApi(Emulator.Settings settings, Doorkeeper doorkeeper, RestApi rest, FaultPlan faults, Sessions sessions,
            Calls calls) {
        this.settings = settings;
        this.doorkeeper = doorkeeper;
        this.rest = rest;
        this.faults = faults;
        this.sessions = sessions;
        this.calls = calls;
    }

    void addTo(RoutesConfig routes) {
        for (var route : List.of(Route.OPENAI, Route.AZURE)) {
            var path = (route == Route.OPENAI ? "/v1" : "/openai/v1") + "/realtime/calls";
            routes.post(path, context -> answer(context, route, doorkeeper::admitCall));
            routes.post(path + "/{call_id}/hangup", context -> {
                rest.requireKey(context, route);
                calls.find(context.pathParam("call_id"))
                        .orElseThrow(() -> new Refusal(404, Refusal.noSuchCall()))
                        .hangUp();
            });
            for (var verb : List.of("accept", "reject", "refer")) {
                routes.post(path + "/{call_id}/" + verb, context -> {
                    rest.requireKey(context, route);
                    throw new Refusal(404, Refusal.noSuchCall());
                });
            }
        }
        routes.post("/v1/realtime", context -> answer(context, Route.OPENAI, doorkeeper::admitBetaCall));
        routes.post("/v1/realtimertc", context -> answer(context, Route.AZURE_PREVIEW, doorkeeper::admitBetaCall));
    }

    /// Decides about a call.
    private interface Door {
        Admission admit(Visit visit, Optional<ClientSecrets.Secret> asked, Instant now);
    }

    /// What comes with a request for a call.
    private record Offer(String sdp, Optional<ObjectNode> session) {}

    private void answer(Context context, Route route, Door door) {
        var visit = Reception.visit(route, context);
        var known = request(context, visit, Optional.empty());
        try {
            faults.refusalAtConnect().map(Answers::refusal).ifPresent(fault -> {
                throw fault;
            });
            var now = settings.conduct().time().instant();
            // Who may not come in is not read.
            rest.requireKeyOrSecret(context, route);
            var offer = offerIn(context);
            var asked = offer.session.map(session -> rest.sessionOf(context, route, session));
            var admitted = switch (door.admit(visit, asked, now)) {
                case Admission.Admitted admission -> admission;
                case Admission.Refused(var status, var error) -> throw new Refusal(status, error);
                case Admission.TurnedAway(_, var error) -> throw new Refusal(400, error);
                case Admission.Joining _ -> throw new IllegalStateException("a caller does not join");
            };
            var answer = calls.answer(offer.sdp, admitted, request(context, visit, admitted.safetyIdentifier()),
                    visit.parameter("webrtcfilter").filter("on"::equals).isPresent() && route.isAzure()
                            ? FILTERED
                            : Set.of());
            context.status(201)
                    .header("Location", "/v1/realtime/calls/" + answer.callId())
                    .contentType(SDP)
                    .result(answer.sdp());
        } catch (Refusal refusal) {
            sessions.turnAway(new TurnedAway(settings.conduct().time().instant(), known, refusal.status(), Optional
                    .ofNullable(refusal.error().code())));
            throw refusal;
        }
    }

    private static SessionLog.Request request(Context context, Visit visit, Optional<String> safetyIdentifier) {
        return new SessionLog.Request(context.path(), visit.publicQuery(), visit.publicHeaders(), safetyIdentifier);
    }

    private Offer offerIn(Context context) {
        var type = Optional.ofNullable(context.contentType()).orElse("").toLowerCase(Locale.ROOT);
        if (type.startsWith(SDP)) {
            return new Offer(checked(context.body()), Optional.empty());
        }
        if (type.startsWith(FORM)) {
            var sdp = part(context, "sdp").orElseThrow(() -> Refusal.of(400, "missing_required_parameter", "sdp",
                    "Missing required parameter: 'sdp'."));
            return new Offer(checked(sdp), part(context, "session").map(CallsApi::json));
        }
        throw Refusal.of(400, "unsupported_content_type", null, "Unsupported content type: '" + type
                + "'. This API method only accepts '" + SDP + "' and '" + FORM + "' requests.");
    }

    /// The service does not take an offer whose last line does not end.
    private String checked(String sdp) {
        if (sdp.isBlank() || (settings.conduct().strictness() == Strictness.STRICT && !sdp.endsWith("\n"))) {
            throw Refusal.of(400, "invalid_offer", null,
                    "Failed to parse offer: failed to unmarshal SDP: EOF. Expected an offer whose every line ends, the"
                            + " last one too.");
        }
        return sdp;
    }

    private static ObjectNode json(String session) {
        try {
            if (JSON.readTree(session) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException _) {
            // Told below, without what was sent.
        }
        throw Refusal.of(400, "invalid_json", "session", "We could not parse the part 'session' of your request:"
                + " expected one JSON object.");
    }

    /// A part of a form, whether it comes as a field or as a file. It stays in memory, so that an offer is on no disk.
    private Optional<String> part(Context context, String name) {
        int most = settings.limits().bodyBytes();
        if (context.req().getContentLengthLong() > most) {
            throw tooLarge();
        }
        context.req()
                .setAttribute(ServletContextRequest.MULTIPART_CONFIG_ELEMENT, new MultipartConfigElement("", most, most,
                        most));
        try {
            var part = context.req().getPart(name);
            if (part == null) {
                return Optional.empty();
            }
            try (var content = part.getInputStream()) {
                return Optional.of(new String(content.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IllegalStateException _) {
            throw tooLarge();
        } catch (IOException | ServletException e) {
            // Jetty ends the connection then without saying so, and the client would lose its next request.
            context.header("Connection", "close");
            throw Refusal.of(400, "invalid_form", null, "We could not parse the form in the body of your request: "
                    + e.getMessage());
        }
    }

    private static Refusal tooLarge() {
        return Refusal.of(413, "request_too_large", null, "The body is larger than the emulator takes.");
    }
}
