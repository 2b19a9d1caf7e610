package dev.parley.emulator;

import dev.parley.emulator.EmulatedSession.Input;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.ProtocolException;
import dev.parley.realtime.ServerEvent;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The beta dialect on the service's side (protocol section 6.3): what the client writes becomes GA before the session
/// reads it, and the session's events become beta before they leave. The session itself knows only GA.
///
/// One belongs to one session. [#read] may run on another thread than [#write].
final class BetaDialect {
    private static final Map<String, String> EVENTS = Map.of("response.output_text.delta", "response.text.delta",
            "response.output_text.done", "response.text.done",
            "response.output_audio.delta", "response.audio.delta",
            "response.output_audio.done", "response.audio.done",
            "response.output_audio_transcript.delta", "response.audio_transcript.delta",
            "response.output_audio_transcript.done", "response.audio_transcript.done",
            "conversation.item.added", "conversation.item.created");
    /// Said once in beta, and of what it does not have.
    private static final Set<String> GA_ONLY = Set.of("conversation.item.done", "mcp_list_tools.in_progress",
            "mcp_list_tools.completed", "mcp_list_tools.failed");

    private final Strictness strictness;
    /// The one member of a beta session that GA has no place for; it changes nothing in an emulated model.
    private volatile double temperature = BetaObjects.DEFAULT_TEMPERATURE;

    BetaDialect(Strictness strictness) {
        this.strictness = strictness;
    }

    /// Reads a client's frame.
    Input.Frame read(String frame) {
        var plain = Input.Frame.read(frame);
        if (!(plain.json() instanceof ObjectNode json)) {
            return plain;
        }
        try {
            return switch (json.path("type").asString("")) {
                case "session.update" -> new Input.Said(session(json, BetaObjects.SESSION, "realtime"), json);
                case "transcription_session.update" ->
                    new Input.Said(session(json, BetaObjects.TRANSCRIPTION, "transcription"), json);
                case "response.create" -> new Input.Said(response(json), json);
                case "conversation.item.create" -> new Input.Said(item(json), json);
                default -> plain;
            };
        } catch (ProtocolException e) {
            return new Input.Unreadable(e, json);
        }
    }

    private ClientEvent session(ObjectNode json, Map<String, String> members, String type) {
        var ga = json.deepCopy().put("type", "session.update");
        if (json.get("session") instanceof ObjectNode beta) {
            var session = BetaObjects.object().put("type", type);
            ga.set("session", session.setAll(BetaObjects.toGa(beta, "session", members, strictness)));
            if (beta.path("temperature").isNumber()) {
                temperature = beta.path("temperature").doubleValue();
            }
        }
        return ClientEvent.read(ga);
    }

    private ClientEvent response(ObjectNode json) {
        var ga = json.deepCopy();
        if (json.get("response") instanceof ObjectNode beta) {
            var response = BetaObjects.toGa(beta, "response", BetaObjects.RESPONSE, strictness);
            for (int i = 0; i < response.path("input").size(); i++) {
                BetaObjects.partsToGa(response.path("input").get(i), "response.input[" + i + "]", strictness);
            }
            ga.set("response", response);
        }
        return ClientEvent.read(ga);
    }

    private ClientEvent item(ObjectNode json) {
        var ga = json.deepCopy();
        BetaObjects.partsToGa(ga.path("item"), "item", strictness);
        return ClientEvent.read(ga);
    }

    /// The frame that tells a beta client of an event; empty when beta has no such event.
    Optional<String> write(String eventId, ServerEvent event) {
        var type = event.type();
        if (GA_ONLY.contains(type)) {
            return Optional.empty();
        }
        var json = (ObjectNode) event.raw().deepCopy();
        json.put("type", EVENTS.getOrDefault(type, type));
        if (json.get("session") instanceof ObjectNode session) {
            if (session.path("type").asString("").equals("transcription")) {
                json.put("type", "transcription_" + type);
            }
            json.set("session", BetaObjects.session(session, temperature));
        }
        if (json.get("response") instanceof ObjectNode response) {
            json.set("response", BetaObjects.response(response, temperature));
        }
        if (json.get("error") instanceof ObjectNode error && !isGaRefused(error)) {
            rename(error, "param");
            rename(error, "message");
        }
        BetaObjects.partsToBeta(json.path("item"));
        return Optional.of(new ServerEvent.Unknown(json).toJson(eventId));
    }

    /// A member of GA was refused here, and is called what the client called it.
    private static boolean isGaRefused(ObjectNode error) {
        var param = error.path("param").asString("");
        return error.path("code").asString("").equals("unknown_parameter") && !param.equals(BetaObjects.inBeta(param))
                && BetaObjects.isPlace(param);
    }

    /// What the session found wrong is called by its name in beta.
    private static void rename(ObjectNode error, String member) {
        JsonNode text = error.path(member);
        if (text.isString()) {
            error.put(member, BetaObjects.inBeta(text.stringValue()));
        }
    }
}
