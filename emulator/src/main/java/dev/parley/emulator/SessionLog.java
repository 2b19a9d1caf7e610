package dev.parley.emulator;

import dev.parley.realtime.ServerEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What passed between one client and the emulator, to be looked at and asserted on.
///
/// Sound is left out and the oldest entries go when there are too many, so that a log stays small however long the
/// session. Safe to read from any thread while the session runs.
public final class SessionLog {
    private static final int MOST_ENTRIES = 10_000;

    private final String sessionId;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    SessionLog(String sessionId) {
        this.sessionId = sessionId;
    }

    /// An event that passed, with its sound replaced by the number of characters it had.
    public sealed interface Entry {
        Instant at();

        JsonNode event();

        /// Name of the event on the wire.
        default String type() {
            return event().path("type").asString("");
        }

        /// The client sent this.
        record Received(Instant at, JsonNode event) implements Entry {}

        /// The emulator sent this.
        record Sent(Instant at, JsonNode event) implements Entry {}
    }

    public String sessionId() {
        return sessionId;
    }

    /// Everything so far, oldest first.
    public List<Entry> entries() {
        synchronized (entries) {
            return List.copyOf(entries);
        }
    }

    /// The types of the events the emulator sent, in order.
    public List<String> sentTypes() {
        return entries().stream().filter(Entry.Sent.class::isInstance).map(Entry::type).toList();
    }

    /// The events of this type that the client sent, in order.
    public List<JsonNode> received(String type) {
        return entries().stream()
                .filter(entry -> entry instanceof Entry.Received && entry.type().equals(type))
                .map(Entry::event)
                .toList();
    }

    void received(Instant at, JsonNode event) {
        add(new Entry.Received(at, withoutSound(withoutItemSound(event), "audio")));
    }

    void sent(Instant at, ServerEvent event) {
        add(new Entry.Sent(at, event instanceof ServerEvent.OutputAudioDelta
                ? withoutSound(event.raw(), "delta")
                : withoutItemSound(event.raw())));
    }

    private void add(Entry entry) {
        synchronized (entries) {
            entries.add(entry);
            if (entries.size() > MOST_ENTRIES) {
                entries.removeFirst();
            }
        }
    }

    /// An item may carry its sound within its content.
    private static JsonNode withoutItemSound(JsonNode event) {
        var content = event.path("item").path("content");
        if (content.valueStream().noneMatch(part -> part.path("audio").isString())) {
            return event;
        }
        var copy = event.deepCopy();
        var parts = (ArrayNode) copy.path("item").path("content");
        for (int i = 0; i < parts.size(); i++) {
            parts.set(i, withoutSound(parts.get(i), "audio"));
        }
        return copy;
    }

    private static JsonNode withoutSound(JsonNode event, String field) {
        if (!(event instanceof ObjectNode object) || !event.path(field).isString()) {
            return event;
        }
        var copy = object.objectNode();
        object.properties().forEach(member -> copy.set(member.getKey(), member.getValue()));
        return copy.put(field, event.path(field).stringValue().length() + " characters");
    }
}
