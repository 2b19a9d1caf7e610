package dev.parley.realtime;

import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the client says, one type per event. Like [ServerEvent], each keeps the JSON it came as.
public sealed interface ClientEvent {
    /// The event as it is on the wire.
    JsonNode raw();

    /// Name of the event on the wire.
    default String type() {
        return raw().path("type").asString("");
    }

    /// The client's own id for this event, which the server names in an error it causes.
    default Optional<String> eventId() {
        return Optional.ofNullable(raw().get("event_id")).filter(JsonNode::isString).map(JsonNode::asString);
    }

    /// The same event under an id of the client's choice, at most 512 characters.
    default ClientEvent withEventId(String id) {
        var json = Json.object().put("type", type()).put("event_id", id);
        raw().properties().forEach(member -> {
            if (!json.has(member.getKey())) {
                json.set(member.getKey(), member.getValue());
            }
        });
        return read(json);
    }

    /// The frame to send.
    default String toJson() {
        return Json.write(raw());
    }

    /// Reads one frame, as a server does.
    ///
    /// @throws ProtocolException if it is not JSON, or lacks what its type requires
    static ClientEvent parse(String frame) {
        return read(Json.parseObject(frame));
    }

    /// Reads an event that is JSON already.
    ///
    /// @throws ProtocolException if it lacks what its type requires
    static ClientEvent read(ObjectNode json) {
        var in = Fields.of(json);
        var type = in.optionalString("type");
        return switch (type) {
            case null -> throw new ProtocolException("invalid_event", null, "The 'type' field is missing.");
            case "session.update" -> new SessionUpdate(in);
            case "input_audio_buffer.append" -> new InputAppend(in);
            case "input_audio_buffer.commit" -> new InputCommit(in);
            case "input_audio_buffer.clear" -> new InputClear(in);
            case "conversation.item.create" -> new ItemCreate(in);
            case "conversation.item.retrieve" -> new ItemRetrieve(in);
            case "conversation.item.truncate" -> new ItemTruncate(in);
            case "conversation.item.delete" -> new ItemDelete(in);
            case "response.create" -> new ResponseCreate(in);
            case "response.cancel" -> new ResponseCancel(in);
            case "output_audio_buffer.clear" -> new OutputBufferClear(in);
            default -> new Unknown(json);
        };
    }

    /// Changes the session; what the document does not mention stays. Answered by `session.updated`.
    record SessionUpdate(SessionConfig session, JsonNode raw) implements ClientEvent {
        public SessionUpdate(SessionConfig session) {
            this(Fields.event("session.update").with("session", session.raw()));
        }

        private SessionUpdate(Fields in) {
            this(SessionConfig.read(in.object("session")), in.node());
        }

        /// Without what MCP servers are told in confidence.
        @Override
        public String toString() {
            return "SessionUpdate[" + session + "]";
        }
    }

    /// More of the caller's audio, base64 in the session's input format. The only event without an answer.
    record InputAppend(String audio, JsonNode raw) implements ClientEvent {
        /// `audio` is not kept.
        public InputAppend(byte[] audio) {
            this(Fields.event("input_audio_buffer.append").with("audio", Base64Text.of(audio)));
        }

        private InputAppend(Fields in) {
            this(in.string("audio"), in.node());
        }

        /// The bytes of this piece.
        ///
        /// @throws ProtocolException if it is not base64
        public byte[] bytes() {
            try {
                return Base64.getDecoder().decode(audio);
            } catch (IllegalArgumentException _) {
                throw new ProtocolException("invalid_value", "audio",
                        "Invalid 'audio'. Expected base64-encoded audio bytes.");
            }
        }
    }

    /// Makes the buffered audio a user item. Starts no response.
    record InputCommit(JsonNode raw) implements ClientEvent {
        public InputCommit() {
            this(Fields.event("input_audio_buffer.commit"));
        }

        private InputCommit(Fields in) {
            this(in.node());
        }
    }

    /// Throws the buffered audio away.
    record InputClear(JsonNode raw) implements ClientEvent {
        public InputClear() {
            this(Fields.event("input_audio_buffer.clear"));
        }

        private InputClear(Fields in) {
            this(in.node());
        }
    }

    /// Puts an item into the conversation; `previousItemId` null appends it, `root` puts it first.
    record ItemCreate(@Nullable String previousItemId, Item item, JsonNode raw) implements ClientEvent {
        public ItemCreate(Item item) {
            this(Fields.event("conversation.item.create").with("item", item.raw()));
        }

        public ItemCreate(String previousItemId, Item item) {
            this(Fields.event("conversation.item.create")
                    .with("previous_item_id", previousItemId)
                    .with("item", item.raw()));
        }

        private ItemCreate(Fields in) {
            this(in.optionalString("previous_item_id"), Item.read(in.object("item")), in.node());
        }
    }

    /// Asks for an item with its audio.
    record ItemRetrieve(String itemId, JsonNode raw) implements ClientEvent {
        public ItemRetrieve(String itemId) {
            this(Fields.event("conversation.item.retrieve").with("item_id", itemId));
        }

        private ItemRetrieve(Fields in) {
            this(in.string("item_id"), in.node());
        }
    }

    /// Cuts an assistant item to what the caller heard, in milliseconds of its audio.
    record ItemTruncate(String itemId, int contentIndex, long audioEndMs, JsonNode raw) implements ClientEvent {
        public ItemTruncate(String itemId, int contentIndex, long audioEndMs) {
            this(Fields.event("conversation.item.truncate")
                    .with("item_id", itemId)
                    .with("content_index", contentIndex)
                    .with("audio_end_ms", audioEndMs));
        }

        private ItemTruncate(Fields in) {
            this(in.string("item_id"), in.index("content_index"), in.integer("audio_end_ms"), in.node());
        }
    }

    /// Takes an item out of the conversation.
    record ItemDelete(String itemId, JsonNode raw) implements ClientEvent {
        public ItemDelete(String itemId) {
            this(Fields.event("conversation.item.delete").with("item_id", itemId));
        }

        private ItemDelete(Fields in) {
            this(in.string("item_id"), in.node());
        }
    }

    /// Asks the model to speak. Refused while a response is running.
    record ResponseCreate(ResponseConfig response, JsonNode raw) implements ClientEvent {
        public ResponseCreate() {
            this(ResponseConfig.DEFAULT);
        }

        public ResponseCreate(ResponseConfig response) {
            this(response.isDefault()
                    ? Fields.event("response.create")
                    : Fields.event("response.create").with("response", response.raw()));
        }

        private ResponseCreate(Fields in) {
            var response = in.optionalObject("response");
            this(response == null ? ResponseConfig.DEFAULT : ResponseConfig.read(response), in.node());
        }

        /// Without what MCP servers are told in confidence.
        @Override
        public String toString() {
            return "ResponseCreate[" + response + "]";
        }
    }

    /// Stops the running response, or the one named.
    record ResponseCancel(@Nullable String responseId, JsonNode raw) implements ClientEvent {
        public ResponseCancel() {
            this(Fields.event("response.cancel"));
        }

        public ResponseCancel(String responseId) {
            this(Fields.event("response.cancel").with("response_id", responseId));
        }

        private ResponseCancel(Fields in) {
            this(in.optionalString("response_id"), in.node());
        }
    }

    /// Throws away what is still to be heard; on WebRTC and SIP only, after a [ResponseCancel]. A WebSocket session
    /// refuses it, for there the client plays the sound.
    record OutputBufferClear(JsonNode raw) implements ClientEvent {
        public OutputBufferClear() {
            this(Fields.event("output_audio_buffer.clear"));
        }

        private OutputBufferClear(Fields in) {
            this(in.node());
        }
    }

    /// An event of a type this version does not know, kept as it came.
    record Unknown(JsonNode raw) implements ClientEvent {}
}
