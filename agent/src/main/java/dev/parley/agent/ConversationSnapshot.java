package dev.parley.agent;

import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Item;
import dev.parley.realtime.ProtocolException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A conversation to be kept, and to be brought into another session.
///
/// As JSON it is `{"version":1,"items":[...]}`, the items as the protocol writes them, without sound: whoever can read
/// protocol items can read it.
///
/// @param items in the order of the conversation
public record ConversationSnapshot(List<Item> items) {
    private static final int VERSION = 1;
    private static final String LOST = ToolJson.error(
            "The connection was lost before the result came; whether the call took effect is unknown.");

    public ConversationSnapshot {
        items = List.copyOf(items);
    }

    /// Reads what [#toJson()] wrote.
    ///
    /// @throws IllegalArgumentException if it is something else
    public static ConversationSnapshot of(JsonNode json) {
        if (json.path("version").asInt(0) != VERSION || !json.path("items").isArray()) {
            throw new IllegalArgumentException("expected a conversation of version " + VERSION
                    + " with a list of items, found version " + json.path("version").asString("none"));
        }
        var items = new ArrayList<Item>();
        for (var item : json.get("items")) {
            items.add(item(item, items.size()));
        }
        return new ConversationSnapshot(items);
    }

    private static Item item(JsonNode json, int index) {
        if (!(json instanceof ObjectNode object)) {
            throw new IllegalArgumentException("expected an item at items[" + index + "], found "
                    + ArgumentFields.describe(json));
        }
        try {
            return Item.of(object);
        } catch (ProtocolException e) {
            throw new IllegalArgumentException("expected an item at items[" + index + "]: " + e.getMessage(), e);
        }
    }

    public ObjectNode toJson() {
        var json = ToolJson.NODES.objectNode().put("version", VERSION);
        var list = json.putArray("items");
        items.forEach(item -> list.add(item.raw().deepCopy()));
        return json;
    }

    /// What to send, in this order, to a fresh session for it to know the conversation. Starts no response.
    ///
    /// What the agent said becomes text, for the service takes no sound from us under the agent's name; what the caller
    /// said becomes text, too. Items without words are left out. A function call without an output gets one that says that
    /// it is not known what became of it: without the call, the model would ask for it again. What only the service can
    /// create, such as calls of MCP servers, is left out.
    public List<ClientEvent> replay() {
        var answered = items.stream()
                .filter(Item.FunctionCallOutput.class::isInstance)
                .map(output -> ((Item.FunctionCallOutput) output).callId())
                .collect(Collectors.toSet());
        var called = new HashSet<String>();
        var replay = new ArrayList<Item>();
        for (var item : items) {
            var written = item.written().orElse(null);
            switch (written) {
                case Item.FunctionCall call -> {
                    called.add(call.callId());
                    replay.add(call);
                    if (!answered.contains(call.callId())) {
                        replay.add(Item.functionCallOutput(call.callId(), LOST));
                    }
                }
                case Item.FunctionCallOutput output when !called.contains(output.callId()) -> {
                    // Its call is gone.
                }
                case null -> {
                    // Nothing to say, or not ours to create.
                }
                default -> replay.add(written);
            }
        }
        return replay.stream().<ClientEvent>map(ClientEvent.ItemCreate::new).toList();
    }

    /// Leaves the words out.
    @Override
    public String toString() {
        return "ConversationSnapshot[" + items.size() + " items]";
    }
}
