package dev.parley.realtime;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the service says, one type per event.
///
/// Every event keeps the JSON it came as in [#raw()]: fields this version does not read survive, and an event type it
/// does not know arrives as [Unknown] rather than being dropped. Events are immutable as long as that JSON is only read.
///
/// Coordinates used throughout: `responseId` and `itemId` name what an event belongs to, `outputIndex` is the item's
/// place in the response, `contentIndex` the part's place in the item.
public sealed interface ServerEvent {
    /// The event as it is on the wire.
    JsonNode raw();

    /// Name of the event on the wire.
    default String type() {
        return raw().path("type").asString("");
    }

    /// The server's id for this event.
    default Optional<String> eventId() {
        return Optional.ofNullable(raw().get("event_id")).filter(JsonNode::isString).map(JsonNode::asString);
    }

    /// The frame to send.
    default String toJson() {
        return Json.write(raw());
    }

    /// This event under the id a server gives it; `event_id` follows `type`, as in live traffic.
    default String toJson(String eventId) {
        var frame = Json.object().put("type", type()).put("event_id", eventId);
        ((ObjectNode) raw()).properties().forEach(member -> {
            if (!frame.has(member.getKey())) {
                frame.set(member.getKey(), member.getValue());
            }
        });
        return Json.write(frame);
    }

    /// Reads one frame. What cannot be read is a [Malformed] event, for a bad frame must not end a call.
    static ServerEvent parse(String frame) {
        try {
            return ServerEventReaders.read(Json.parseObject(frame));
        } catch (ProtocolException e) {
            return new Malformed(e.getMessage(), Json.object());
        }
    }

    // The session

    /// First event of every session: its configuration as the server starts it.
    record SessionCreated(SessionConfig session, JsonNode raw) implements ServerEvent {
        public SessionCreated(SessionConfig session) {
            this(Fields.event("session.created").with("session", session.raw()));
        }

        SessionCreated(Fields in) {
            this(SessionConfig.read(in.object("session")), in.node());
        }
    }

    /// A `session.update` took effect; the whole configuration now in force.
    record SessionUpdated(SessionConfig session, JsonNode raw) implements ServerEvent {
        public SessionUpdated(SessionConfig session) {
            this(Fields.event("session.updated").with("session", session.raw()));
        }

        SessionUpdated(Fields in) {
            this(SessionConfig.read(in.object("session")), in.node());
        }
    }

    /// Something was refused or failed. The session usually goes on.
    record ErrorEvent(RealtimeError error, JsonNode raw) implements ServerEvent {
        public ErrorEvent(RealtimeError error) {
            this(Fields.event("error")
                    .with("error", Json.object()
                            .put("type", error.type())
                            .put("code", error.code())
                            .put("message", error.message())
                            .put("param", error.param())
                            .put("event_id", error.eventId())));
        }

        ErrorEvent(Fields in) {
            this(RealtimeError.read(in.object("error")), in.node());
        }
    }

    /// What is left of the account's limits. Live sessions tell only of `tokens`, after each response.
    record RateLimitsUpdated(List<RateLimit> rateLimits, JsonNode raw) implements ServerEvent {
        public RateLimitsUpdated {
            rateLimits = List.copyOf(rateLimits);
        }

        public RateLimitsUpdated(List<RateLimit> rateLimits) {
            this(rateLimits, Fields.event("rate_limits.updated")
                    .with("rate_limits", Json.array(rateLimits, RateLimit::toJson))
                    .node());
        }

        /// One limit, of `tokens`.
        public RateLimitsUpdated(long limit, long remaining, double resetSeconds) {
            this(List.of(new RateLimit("tokens", limit, remaining, RateLimit.seconds(resetSeconds))));
        }

        RateLimitsUpdated(Fields in) {
            this(in.list("rate_limits", RateLimit::read), in.node());
        }
    }

    // The caller's audio

    /// Nobody spoke for the idle timeout; the silence becomes a user item and the model is asked to answer it.
    ///
    /// @param audioStartMs where the silence begins in all audio ever sent in this session
    /// @param audioEndMs where it ends
    record TimeoutTriggered(String itemId, long audioStartMs, long audioEndMs, JsonNode raw) implements ServerEvent {
        public TimeoutTriggered(String itemId, long audioStartMs, long audioEndMs) {
            this(Fields.event("input_audio_buffer.timeout_triggered")
                    .with("audio_start_ms", audioStartMs)
                    .with("audio_end_ms", audioEndMs)
                    .with("item_id", itemId));
        }

        TimeoutTriggered(Fields in) {
            this(in.string("item_id"), in.integer("audio_start_ms"), in.integer("audio_end_ms"), in.node());
        }
    }

    /// The caller pressed a key of the telephone; SIP only. The one event without an `event_id`.
    ///
    /// @param key one of `0` to `9`, `*`, `#`, `A` to `D`
    record DtmfReceived(String key, Instant receivedAt, JsonNode raw) implements ServerEvent {
        /// `receivedAt` is sent in whole seconds.
        public DtmfReceived(String key, Instant receivedAt) {
            this(Fields.event("input_audio_buffer.dtmf_event_received")
                    .with("event", key)
                    .with("received_at", receivedAt.getEpochSecond()));
        }

        DtmfReceived(Fields in) {
            this(in.string("event"), Instant.ofEpochSecond(in.seconds("received_at")), in.node());
        }
    }

    /// The server's detector heard the caller begin; `itemId` is the user item this speech will become.
    ///
    /// @param audioStartMs start of the speech, prefix padding included, in all audio ever sent in this session
    record SpeechStarted(String itemId, long audioStartMs, JsonNode raw) implements ServerEvent {
        public SpeechStarted(String itemId, long audioStartMs) {
            this(Fields.event("input_audio_buffer.speech_started")
                    .with("audio_start_ms", audioStartMs)
                    .with("item_id", itemId));
        }

        SpeechStarted(Fields in) {
            this(in.string("item_id"), in.integer("audio_start_ms"), in.node());
        }
    }

    /// The caller stopped speaking; `audioEndMs` includes the silence that said so.
    record SpeechStopped(String itemId, long audioEndMs, JsonNode raw) implements ServerEvent {
        public SpeechStopped(String itemId, long audioEndMs) {
            this(Fields.event("input_audio_buffer.speech_stopped")
                    .with("audio_end_ms", audioEndMs)
                    .with("item_id", itemId));
        }

        SpeechStopped(Fields in) {
            this(in.string("item_id"), in.integer("audio_end_ms"), in.node());
        }
    }

    /// Buffered audio became a user item.
    record InputCommitted(String itemId, @Nullable String previousItemId, JsonNode raw) implements ServerEvent {
        public InputCommitted(String itemId, @Nullable String previousItemId) {
            this(Fields.event("input_audio_buffer.committed")
                    .with("previous_item_id", previousItemId)
                    .with("item_id", itemId));
        }

        InputCommitted(Fields in) {
            this(in.string("item_id"), in.optionalString("previous_item_id"), in.node());
        }
    }

    /// Buffered audio was thrown away on request.
    record InputCleared(JsonNode raw) implements ServerEvent {
        public InputCleared() {
            this(Fields.event("input_audio_buffer.cleared"));
        }

        InputCleared(Fields in) {
            this(in.node());
        }
    }

    // The conversation

    /// The conversation exists. In the schema, but not seen on a live GA session.
    record ConversationCreated(String conversationId, JsonNode raw) implements ServerEvent {
        public ConversationCreated(String conversationId) {
            this(Fields.event("conversation.created")
                    .with("conversation", Json.object()
                            .put("id", conversationId)
                            .put("object", "realtime.conversation")));
        }

        ConversationCreated(Fields in) {
            this(in.object("conversation").string("id"), in.node());
        }
    }

    /// An item entered the conversation, in the words of the beta dialect; GA says [ItemAdded], then [ItemDone].
    record ItemCreated(@Nullable String previousItemId, Item item, JsonNode raw) implements ServerEvent {
        public ItemCreated(@Nullable String previousItemId, Item item) {
            this(Fields.event("conversation.item.created")
                    .with("previous_item_id", previousItemId)
                    .with("item", item.raw()));
        }

        ItemCreated(Fields in) {
            this(in.optionalString("previous_item_id"), Item.read(in.object("item")), in.node());
        }
    }

    /// An item entered the conversation; one the model is still writing has no content yet.
    record ItemAdded(@Nullable String previousItemId, Item item, JsonNode raw) implements ServerEvent {
        public ItemAdded(@Nullable String previousItemId, Item item) {
            this(Fields.event("conversation.item.added")
                    .with("previous_item_id", previousItemId)
                    .with("item", item.raw()));
        }

        ItemAdded(Fields in) {
            this(in.optionalString("previous_item_id"), Item.read(in.object("item")), in.node());
        }
    }

    /// An item is final.
    record ItemDone(@Nullable String previousItemId, Item item, JsonNode raw) implements ServerEvent {
        public ItemDone(@Nullable String previousItemId, Item item) {
            this(Fields.event("conversation.item.done")
                    .with("previous_item_id", previousItemId)
                    .with("item", item.raw()));
        }

        ItemDone(Fields in) {
            this(in.optionalString("previous_item_id"), Item.read(in.object("item")), in.node());
        }
    }

    /// The item asked for, audio included.
    record ItemRetrieved(Item item, JsonNode raw) implements ServerEvent {
        public ItemRetrieved(Item item) {
            this(Fields.event("conversation.item.retrieved").with("item", item.raw()));
        }

        ItemRetrieved(Fields in) {
            this(Item.read(in.object("item")), in.node());
        }
    }

    /// An assistant item was cut to what was heard; its transcript is gone.
    record ItemTruncated(String itemId, int contentIndex, long audioEndMs, JsonNode raw) implements ServerEvent {
        public ItemTruncated(String itemId, int contentIndex, long audioEndMs) {
            this(Fields.event("conversation.item.truncated")
                    .with("item_id", itemId)
                    .with("content_index", contentIndex)
                    .with("audio_end_ms", audioEndMs));
        }

        ItemTruncated(Fields in) {
            this(in.string("item_id"), in.index("content_index"), in.integer("audio_end_ms"), in.node());
        }
    }

    record ItemDeleted(String itemId, JsonNode raw) implements ServerEvent {
        public ItemDeleted(String itemId) {
            this(Fields.event("conversation.item.deleted").with("item_id", itemId));
        }

        ItemDeleted(Fields in) {
            this(in.string("item_id"), in.node());
        }
    }

    /// A piece of what the caller said.
    record InputTranscriptDelta(String itemId, int contentIndex, String delta, JsonNode raw) implements ServerEvent {
        public InputTranscriptDelta(String itemId, int contentIndex, String delta) {
            this(Fields.event("conversation.item.input_audio_transcription.delta")
                    .with("item_id", itemId)
                    .with("content_index", contentIndex)
                    .with("delta", delta));
        }

        InputTranscriptDelta(Fields in) {
            this(in.string("item_id"), in.index("content_index"), in.string("delta", ""), in.node());
        }

        /// The log probabilities as they came, when `include` asked for them.
        public Optional<JsonNode> logprobs() {
            return Json.present(raw, "logprobs");
        }
    }

    /// What the caller said. It comes at any time after the commit, often after the answer has begun.
    ///
    /// @param usage what it cost, when the service says so
    record InputTranscriptCompleted(String itemId, int contentIndex, String transcript,
            @Nullable TranscriptionUsage usage, JsonNode raw) implements ServerEvent {
        /// @param seconds length of the audio transcribed, which is what transcription is billed by
        public InputTranscriptCompleted(String itemId, int contentIndex, String transcript, double seconds) {
            this(Fields.event("conversation.item.input_audio_transcription.completed")
                    .with("item_id", itemId)
                    .with("content_index", contentIndex)
                    .with("transcript", transcript)
                    .with("usage", Json.object().put("type", "duration").put("seconds", seconds)));
        }

        InputTranscriptCompleted(Fields in) {
            this(in.string("item_id"), in.index("content_index"), in.string("transcript"),
                    TranscriptionUsage.read(in.optionalObject("usage")), in.node());
        }

        /// The log probabilities as they came, when `include` asked for them.
        public Optional<JsonNode> logprobs() {
            return Json.present(raw, "logprobs");
        }
    }

    /// What one speaker said, from models that tell speakers apart.
    ///
    /// @param start where it begins in the item's audio, in seconds
    /// @param end where it ends, in seconds
    record InputTranscriptSegment(String itemId, int contentIndex, String id, String speaker, String text,
            double start, double end, JsonNode raw) implements ServerEvent {
        public InputTranscriptSegment(String itemId, int contentIndex, String id, String speaker, String text,
                double start, double end) {
            this(Fields.of(Fields.event("conversation.item.input_audio_transcription.segment")
                    .with("item_id", itemId)
                    .with("content_index", contentIndex)
                    .with("text", text)
                    .with("id", id)
                    .with("speaker", speaker)
                    .node()
                    .put("start", start)
                    .put("end", end)));
        }

        InputTranscriptSegment(Fields in) {
            this(in.string("item_id"), in.index("content_index"), in.string("id", ""), in.string("speaker", ""),
                    in.string("text"), in.number("start", 0, 0, Double.MAX_VALUE),
                    in.number("end", 0, 0, Double.MAX_VALUE), in.node());
        }
    }

    /// The caller's words could not be made out.
    record InputTranscriptFailed(String itemId, int contentIndex, RealtimeError error, JsonNode raw)
            implements
                ServerEvent {
        public InputTranscriptFailed(String itemId, int contentIndex, String code, String message) {
            this(Fields.event("conversation.item.input_audio_transcription.failed")
                    .with("item_id", itemId)
                    .with("content_index", contentIndex)
                    .with("error", Json.object()
                            .put("type", "transcription_error")
                            .put("code", code)
                            .put("message", message)
                            .putNull("param")));
        }

        InputTranscriptFailed(Fields in) {
            this(in.string("item_id"), in.index("content_index"), RealtimeError.read(in.object("error")), in.node());
        }
    }

    // The response

    record ResponseCreated(Response response, JsonNode raw) implements ServerEvent {
        public ResponseCreated(JsonNode response) {
            this(Fields.event("response.created").with("response", response));
        }

        ResponseCreated(Fields in) {
            this(Response.read(in.object("response")), in.node());
        }
    }

    /// Always the last event of a response, however it ended.
    record ResponseDone(Response response, JsonNode raw) implements ServerEvent {
        public ResponseDone(JsonNode response) {
            this(Fields.event("response.done").with("response", response));
        }

        ResponseDone(Fields in) {
            this(Response.read(in.object("response")), in.node());
        }
    }

    record OutputItemAdded(String responseId, int outputIndex, Item item, JsonNode raw) implements ServerEvent {
        public OutputItemAdded(String responseId, int outputIndex, Item item) {
            this(Fields.event("response.output_item.added")
                    .with("response_id", responseId)
                    .with("output_index", outputIndex)
                    .with("item", item.raw()));
        }

        OutputItemAdded(Fields in) {
            this(in.string("response_id"), in.index("output_index"), Item.read(in.object("item")), in.node());
        }
    }

    record OutputItemDone(String responseId, int outputIndex, Item item, JsonNode raw) implements ServerEvent {
        public OutputItemDone(String responseId, int outputIndex, Item item) {
            this(Fields.event("response.output_item.done")
                    .with("response_id", responseId)
                    .with("output_index", outputIndex)
                    .with("item", item.raw()));
        }

        OutputItemDone(Fields in) {
            this(in.string("response_id"), in.index("output_index"), Item.read(in.object("item")), in.node());
        }
    }

    /// A part begins. Here, and only here, the protocol calls its types `audio` and `text`.
    record ContentPartAdded(Part at, String partType, JsonNode raw) implements ServerEvent {
        public ContentPartAdded(Part at, JsonNode part) {
            this(at.event("response.content_part.added").with("part", part));
        }

        ContentPartAdded(Fields in) {
            this(Part.read(in), in.object("part").string("type"), in.node());
        }
    }

    record ContentPartDone(Part at, String partType, JsonNode raw) implements ServerEvent {
        public ContentPartDone(Part at, JsonNode part) {
            this(at.event("response.content_part.done").with("part", part));
        }

        ContentPartDone(Fields in) {
            this(Part.read(in), in.object("part").string("type"), in.node());
        }
    }

    record OutputTextDelta(Part at, String delta, JsonNode raw) implements ServerEvent {
        public OutputTextDelta(Part at, String delta) {
            this(at.event("response.output_text.delta").with("delta", delta));
        }

        OutputTextDelta(Fields in) {
            this(Part.read(in), in.string("delta"), in.node());
        }
    }

    record OutputTextDone(Part at, String text, JsonNode raw) implements ServerEvent {
        public OutputTextDone(Part at, String text) {
            this(at.event("response.output_text.done").with("text", text));
        }

        OutputTextDone(Fields in) {
            this(Part.read(in), in.string("text"), in.node());
        }
    }

    /// A piece of the answer's sound, base64 in the session's output format.
    record OutputAudioDelta(Part at, String delta, JsonNode raw) implements ServerEvent {
        public OutputAudioDelta(Part at, byte[] audio) {
            this(at.event("response.output_audio.delta").with("delta", Base64Text.of(audio)));
        }

        OutputAudioDelta(Fields in) {
            this(Part.read(in), in.string("delta"), in.node());
            // A delta that is no audio is a malformed event here, rather than a surprise for whoever plays it.
            if (!(raw instanceof ObjectNode object && object.get("delta") instanceof Base64Text)) {
                var _ = audio();
            }
        }

        /// The bytes of this piece.
        public byte[] audio() {
            try {
                return Base64.getDecoder().decode(delta);
            } catch (IllegalArgumentException e) {
                throw new ProtocolException("invalid_value", "delta",
                        "Invalid 'delta'. Expected base64-encoded audio bytes"
                                + ", but: " + e.getMessage());
            }
        }
    }

    record OutputAudioDone(Part at, JsonNode raw) implements ServerEvent {
        public OutputAudioDone(Part at) {
            this(at.event("response.output_audio.done"));
        }

        OutputAudioDone(Fields in) {
            this(Part.read(in), in.node());
        }
    }

    /// A piece of the answer's words. They run ahead of the sound.
    record OutputTranscriptDelta(Part at, String delta, JsonNode raw) implements ServerEvent {
        public OutputTranscriptDelta(Part at, String delta) {
            this(at.event("response.output_audio_transcript.delta").with("delta", delta));
        }

        OutputTranscriptDelta(Fields in) {
            this(Part.read(in), in.string("delta"), in.node());
        }
    }

    record OutputTranscriptDone(Part at, String transcript, JsonNode raw) implements ServerEvent {
        public OutputTranscriptDone(Part at, String transcript) {
            this(at.event("response.output_audio_transcript.done").with("transcript", transcript));
        }

        OutputTranscriptDone(Fields in) {
            this(Part.read(in), in.string("transcript"), in.node());
        }
    }

    record FunctionArgumentsDelta(String responseId, String itemId, int outputIndex, String callId, String delta,
            JsonNode raw) implements ServerEvent {
        public FunctionArgumentsDelta(String responseId, String itemId, int outputIndex, String callId, String delta) {
            this(Fields.event("response.function_call_arguments.delta")
                    .with("response_id", responseId)
                    .with("item_id", itemId)
                    .with("output_index", outputIndex)
                    .with("call_id", callId)
                    .with("delta", delta));
        }

        FunctionArgumentsDelta(Fields in) {
            this(in.string("response_id"), in.string("item_id"), in.index("output_index"), in.string("call_id"),
                    in.string("delta"), in.node());
        }
    }

    /// The model has finished asking for a function. The response that holds the call is still running.
    record FunctionArgumentsDone(String responseId, String itemId, int outputIndex, String callId, String name,
            String arguments, JsonNode raw) implements ServerEvent {
        public FunctionArgumentsDone(String responseId, String itemId, int outputIndex, String callId, String name,
                String arguments) {
            this(Fields.event("response.function_call_arguments.done")
                    .with("response_id", responseId)
                    .with("item_id", itemId)
                    .with("output_index", outputIndex)
                    .with("call_id", callId)
                    .with("name", name)
                    .with("arguments", arguments));
        }

        FunctionArgumentsDone(Fields in) {
            this(in.string("response_id", ""), in.string("item_id", ""), in.index("output_index"),
                    in.string("call_id"), in.string("name", ""), in.string("arguments"), in.node());
        }
    }

    // What is heard, where the service plays it: WebRTC and SIP

    /// The answer is being heard from now on.
    record OutputBufferStarted(String responseId, JsonNode raw) implements ServerEvent {
        public OutputBufferStarted(String responseId) {
            this(Fields.event("output_audio_buffer.started").with("response_id", responseId));
        }

        OutputBufferStarted(Fields in) {
            this(in.string("response_id"), in.node());
        }
    }

    /// The answer was heard to its end, which is after `response.done`.
    record OutputBufferStopped(String responseId, JsonNode raw) implements ServerEvent {
        public OutputBufferStopped(String responseId) {
            this(Fields.event("output_audio_buffer.stopped").with("response_id", responseId));
        }

        OutputBufferStopped(Fields in) {
            this(in.string("response_id"), in.node());
        }
    }

    /// The rest of the answer will not be heard: the caller spoke, or the client asked for it.
    record OutputBufferCleared(String responseId, JsonNode raw) implements ServerEvent {
        public OutputBufferCleared(String responseId) {
            this(Fields.event("output_audio_buffer.cleared").with("response_id", responseId));
        }

        OutputBufferCleared(Fields in) {
            this(in.string("response_id"), in.node());
        }
    }

    // Tools that the service runs itself, over MCP

    /// The service asks an MCP server for its tools; they cannot be used yet. `itemId` is the item they will be listed in.
    record McpListToolsInProgress(String itemId, JsonNode raw) implements ServerEvent {
        public McpListToolsInProgress(String itemId) {
            this(Fields.event("mcp_list_tools.in_progress").with("item_id", itemId));
        }

        McpListToolsInProgress(Fields in) {
            this(in.string("item_id"), in.node());
        }
    }

    /// The tools of an MCP server can be used.
    record McpListToolsCompleted(String itemId, JsonNode raw) implements ServerEvent {
        public McpListToolsCompleted(String itemId) {
            this(Fields.event("mcp_list_tools.completed").with("item_id", itemId));
        }

        McpListToolsCompleted(Fields in) {
            this(in.string("item_id"), in.node());
        }
    }

    /// An MCP server did not give its tools.
    record McpListToolsFailed(String itemId, JsonNode raw) implements ServerEvent {
        public McpListToolsFailed(String itemId) {
            this(Fields.event("mcp_list_tools.failed").with("item_id", itemId));
        }

        McpListToolsFailed(Fields in) {
            this(in.string("item_id"), in.node());
        }
    }

    /// A piece of the arguments for a tool of an MCP server.
    record McpArgumentsDelta(String responseId, String itemId, int outputIndex, String delta, JsonNode raw)
            implements
                ServerEvent {
        public McpArgumentsDelta(String responseId, String itemId, int outputIndex, String delta) {
            this(Fields.event("response.mcp_call_arguments.delta")
                    .with("response_id", responseId)
                    .with("item_id", itemId)
                    .with("output_index", outputIndex)
                    .with("delta", delta));
        }

        McpArgumentsDelta(Fields in) {
            this(in.string("response_id"), in.string("item_id"), in.index("output_index"), in.string("delta"),
                    in.node());
        }
    }

    /// The model has finished asking for a tool of an MCP server; `arguments` is JSON in a string.
    record McpArgumentsDone(String responseId, String itemId, int outputIndex, String arguments, JsonNode raw)
            implements
                ServerEvent {
        public McpArgumentsDone(String responseId, String itemId, int outputIndex, String arguments) {
            this(Fields.event("response.mcp_call_arguments.done")
                    .with("response_id", responseId)
                    .with("item_id", itemId)
                    .with("output_index", outputIndex)
                    .with("arguments", arguments));
        }

        McpArgumentsDone(Fields in) {
            this(in.string("response_id"), in.string("item_id"), in.index("output_index"), in.string("arguments"),
                    in.node());
        }
    }

    /// The service calls the MCP server.
    record McpCallInProgress(String itemId, int outputIndex, JsonNode raw) implements ServerEvent {
        public McpCallInProgress(String itemId, int outputIndex) {
            this(Fields.event("response.mcp_call.in_progress")
                    .with("output_index", outputIndex)
                    .with("item_id", itemId));
        }

        McpCallInProgress(Fields in) {
            this(in.string("item_id"), in.index("output_index"), in.node());
        }
    }

    /// The MCP server answered; the [Item.McpCall] that follows holds what.
    record McpCallCompleted(String itemId, int outputIndex, JsonNode raw) implements ServerEvent {
        public McpCallCompleted(String itemId, int outputIndex) {
            this(Fields.event("response.mcp_call.completed")
                    .with("output_index", outputIndex)
                    .with("item_id", itemId));
        }

        McpCallCompleted(Fields in) {
            this(in.string("item_id"), in.index("output_index"), in.node());
        }
    }

    /// The call of the MCP server failed; the [Item.McpCall] that follows holds why.
    record McpCallFailed(String itemId, int outputIndex, JsonNode raw) implements ServerEvent {
        public McpCallFailed(String itemId, int outputIndex) {
            this(Fields.event("response.mcp_call.failed").with("output_index", outputIndex).with("item_id", itemId));
        }

        McpCallFailed(Fields in) {
            this(in.string("item_id"), in.index("output_index"), in.node());
        }
    }

    // What is not in the book

    /// An event of a type this version does not know, kept as it came.
    record Unknown(JsonNode raw) implements ServerEvent {}

    /// A frame that could not be read: not JSON, or an event without what its type requires.
    record Malformed(String problem, JsonNode raw) implements ServerEvent {}

    /// Where in a response a piece of content belongs.
    record Part(String responseId, String itemId, int outputIndex, int contentIndex) {
        private static Part read(Fields in) {
            return new Part(in.string("response_id"), in.string("item_id"), in.index("output_index"),
                    in.index("content_index"));
        }

        private Fields event(String type) {
            return Fields.event(type)
                    .with("response_id", responseId)
                    .with("item_id", itemId)
                    .with("output_index", outputIndex)
                    .with("content_index", contentIndex);
        }
    }
}
