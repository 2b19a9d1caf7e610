package dev.parley.emulator;

import dev.parley.realtime.ClientEvent;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is forgiven of an old client's frames before they are read: flat members of the beta dialect in a GA session, the
/// names it gave to parts, and a session of no type.
final class Leniency {
    private Leniency() {}

    /// The event a frame is meant to be.
    ///
    /// @throws dev.parley.realtime.ProtocolException if that is past all forgiving
    static ClientEvent read(ObjectNode frame, EmulatedSession.Kind kind) {
        var mended = frame.deepCopy();
        switch (frame.path("type").asString("")) {
            case "session.update" -> session(mended, kind);
            case "transcription_session.update" -> session(mended.put("type", "session.update"), kind);
            case "response.create" -> {
                if (mended.get("response") instanceof ObjectNode response) {
                    mended.set("response", nested(response, "response", BetaObjects.RESPONSE));
                    response.path("input").forEach(Leniency::parts);
                }
            }
            case "conversation.item.create" -> parts(mended.path("item"));
            default -> {
                // As it is.
            }
        }
        return ClientEvent.read(mended);
    }

    private static void session(ObjectNode frame, EmulatedSession.Kind kind) {
        if (frame.get("session") instanceof ObjectNode session) {
            if (!session.has("type")) {
                session.put("type", kind == EmulatedSession.Kind.REALTIME ? "realtime" : "transcription");
            }
            frame.set("session", nested(session, "session", BetaObjects.SESSION));
        }
    }

    /// The flat members where GA has them; the others stay where they are.
    private static ObjectNode nested(ObjectNode from, String at, Map<String, String> members) {
        var flat = BetaObjects.object();
        var rest = BetaObjects.object();
        from.properties().forEach(member -> {
            var place = members.get(member.getKey());
            (place == null || place.equals(member.getKey()) ? rest : flat).set(member.getKey(), member.getValue());
        });
        BetaObjects.mergeInto(rest, BetaObjects.toGa(flat, at, members, Strictness.LENIENT));
        return rest;
    }

    private static void parts(JsonNode item) {
        BetaObjects.partsToGa(item, "item", Strictness.LENIENT);
    }
}
