package dev.parley.realtime;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The beta dialect (protocol section 6), translated on the JSON so that members neither side knows pass through.
///
/// Beta says `conversation.item.created` once; GA says `added`, and `done` when the item is final. For an item the model
/// is still writing, `done` is made from the `response.output_item.done` that comes later, which is why this remembers
/// the items in between.
final class BetaWire implements Wire {
    private static final Map<String, String> EVENTS = Map.of("response.text.delta", "response.output_text.delta",
            "response.text.done", "response.output_text.done",
            "response.audio.delta", "response.output_audio.delta",
            "response.audio.done", "response.output_audio.done",
            "response.audio_transcript.delta", "response.output_audio_transcript.delta",
            "response.audio_transcript.done", "response.output_audio_transcript.done",
            "transcription_session.created", "session.created",
            "transcription_session.updated", "session.updated");

    /// Items being written, with the id of the item before each.
    private final Map<String, JsonNode> writing = new HashMap<>();

    @Override
    public String write(ClientEvent event) {
        var json = (ObjectNode) event.raw().deepCopy();
        switch (event) {
            case ClientEvent.SessionUpdate update -> {
                if (update.session().isTranscriptionOnly()) {
                    json.put("type", "transcription_session.update");
                }
                json.set("session", BetaSession.toBeta((ObjectNode) json.get("session")));
            }
            case ClientEvent.ResponseCreate _ -> {
                if (json.get("response") instanceof ObjectNode response) {
                    json.set("response", BetaSession.responseToBeta(response));
                    response.path("input").forEach(BetaWire::partsToBeta);
                }
            }
            case ClientEvent.ItemCreate _ -> partsToBeta(json.get("item"));
            default -> {
                // The same in both.
            }
        }
        return Json.write(json);
    }

    @Override
    public List<ServerEvent> read(String frame) {
        ObjectNode json;
        try {
            json = Json.parseObject(frame);
        } catch (ProtocolException _) {
            return List.of(ServerEvent.parse(frame));
        }
        var type = json.path("type").asString("");
        json.put("type", EVENTS.getOrDefault(type, type));
        if (json.get("session") instanceof ObjectNode session) {
            json.set("session", BetaSession.toGa(session, type.startsWith("transcription_session.")));
        }
        if (json.get("response") instanceof ObjectNode response) {
            json.set("response", BetaSession.responseToGa(response));
            response.path("output").forEach(BetaWire::partsToGa);
        }
        partsToGa(json.get("item"));
        return switch (type) {
            case "conversation.item.created" -> created(json);
            case "response.output_item.done" -> outputItemDone(json);
            case "response.done" -> {
                // Whatever it left unfinished stays so, and is not waited for.
                writing.clear();
                yield List.of(ServerEventReaders.read(json));
            }
            default -> List.of(ServerEventReaders.read(json));
        };
    }

    private List<ServerEvent> created(ObjectNode json) {
        var added = ServerEventReaders.read(json.deepCopy().put("type", "conversation.item.added"));
        if ("in_progress".equals(json.path("item").path("status").asString(""))) {
            writing.put(json.path("item").path("id").asString(""), json.path("previous_item_id"));
            return List.of(added);
        }
        return List.of(added, ServerEventReaders.read(json.put("type", "conversation.item.done")));
    }

    private List<ServerEvent> outputItemDone(ObjectNode json) {
        var done = ServerEventReaders.read(json);
        var previous = writing.remove(json.path("item").path("id").asString(""));
        if (previous == null) {
            return List.of(done);
        }
        var itemDone = Json.object().put("type", "conversation.item.done");
        itemDone.set("event_id", json.path("event_id"));
        itemDone.set("previous_item_id", previous.isMissingNode() ? JsonNodeFactory.instance.nullNode() : previous);
        itemDone.set("item", json.get("item"));
        return List.of(done, ServerEventReaders.read(itemDone));
    }

    private static void partsToBeta(@Nullable JsonNode item) {
        parts(item, Map.of("output_text", "text", "output_audio", "audio"));
    }

    private static void partsToGa(@Nullable JsonNode item) {
        if (item != null && "assistant".equals(item.path("role").asString(""))) {
            parts(item, Map.of("text", "output_text", "audio", "output_audio"));
        }
    }

    private static void parts(@Nullable JsonNode item, Map<String, String> names) {
        if (item == null) {
            return;
        }
        for (var part : item.path("content")) {
            var name = names.get(part.path("type").asString(""));
            if (name != null) {
                ((ObjectNode) part).put("type", name);
            }
        }
    }
}
