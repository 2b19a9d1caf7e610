package dev.parley.emulator;

import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Content;
import dev.parley.realtime.Item;
import dev.parley.realtime.ProtocolException;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import dev.parley.speech.Hearing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The service's side of one session: what it answers to each client event, and what it does when time passes.
///
/// A pure state machine like the agent's conversation: inputs and the time go in, effects come out. Event orders are
/// those of live traffic; a comment names the case where the protocol's reference leaves a choice.
final class EmulatedSession {
    private static final Duration SHORTEST_COMMIT = Duration.ofMillis(100);
    private static final Duration LIFETIME = Duration.ofMinutes(60);

    /// What the session is told.
    sealed interface Input {
        /// A frame came from the client, read once, where it arrives.
        sealed interface Frame extends Input {
            JsonNode json();

            static Frame read(String text) {
                try {
                    return new Said(ClientEvent.parse(text));
                } catch (ProtocolException e) {
                    return new Unreadable(e, SessionDefaults.readOrText(text));
                }
            }
        }

        /// An event, and the JSON it came as, which in another dialect is not the event's.
        record Said(ClientEvent event, JsonNode json) implements Frame {
            Said(ClientEvent event) {
                this(event, event.raw());
            }
        }

        /// A frame that is no client event, as JSON or else as text.
        record Unreadable(ProtocolException problem, JsonNode json) implements Frame {}

        /// The ears have made out, or not, what was said in an item; one of these follows each [Effect.Hear].
        record Heard(String itemId, Hearing hearing) implements Input {}

        /// A thought about a response, already voiced.
        record Thought(String responseId, Voiced thought) implements Input {}

        /// All was thought about a response; this or [ThoughtFailed] follows each [Effect.Think] that was not stopped.
        record ThoughtEnded(String responseId) implements Input {}

        /// The mind or the voice failed at a response.
        record ThoughtFailed(String responseId, RealtimeError error) implements Input {}

        /// The next response is to fail like this.
        record FailNextResponse(RealtimeError error) implements Input {}

        /// Time has passed; see [EmulatedSession#wakeAt()].
        record Tick() implements Input {}
    }

    /// What the session wants done, in this order.
    sealed interface Effect {
        record Send(String eventId, ServerEvent event) implements Effect {}

        /// Find out what is said here, and report it with [Input.Heard].
        record Hear(String itemId, Pcm audio) implements Effect {}

        /// Think of what to say or call, voice it if `rendering` says how, and report with [Input.Thought] and
        /// [Input.ThoughtEnded].
        record Think(String responseId, Mind.Situation situation, Optional<Rendering> rendering) implements Effect {}

        /// Nobody waits for thoughts about this response any more.
        record StopThinking(String responseId) implements Effect {}

        /// End the connection.
        record Close(int code, String reason) implements Effect {}
    }

    /// How a response sounds.
    ///
    /// @param speed how many times faster than it was spoken, 0.25 to 1.5
    record Rendering(AudioFormat format, String voice, double speed) {
        /// What a voice has spoken, as it is to sound. Played faster or slower it changes its pitch, as a tape does.
        Sound of(Pcm spoken) {
            var audio = spoken.mono();
            var played = speed == 1 || audio.frames() == 0
                    ? audio
                    : Pcm.copyOf((int) Math.round(audio.rate() * speed), audio.toSamples());
            return Sound.of(played, format);
        }
    }

    /// A [Mind.Thought], with its sound if it has any.
    sealed interface Voiced {
        record Said(String text, Optional<Mind.Phase> phase, Sound sound) implements Voiced {
            Said(String text, Sound sound) {
                this(text, Optional.empty(), sound);
            }
        }

        record Called(String name, String arguments) implements Voiced {}
    }

    /// What a session is for.
    enum Kind {
        /** Listens and answers. */
        REALTIME,
        /** Only writes down what it hears (protocol section 12.1). */
        TRANSCRIPTION
    }

    /// What a client asked for when it connected, and what it gets.
    ///
    /// @param model empty text for a transcription session, which names its model in its configuration
    /// @param config what a client secret brings along; empty for the defaults
    /// @param tokensPerMinute the limit that `rate_limits.updated` tells of
    record Opening(Kind kind, String model, Optional<SessionConfig> config, Strictness strictness,
            long tokensPerMinute) {
        private static final long TOKENS_PER_MINUTE = 40_000;

        /// A strict session of this model, with the defaults.
        static Opening of(String model) {
            return new Opening(Kind.REALTIME, model, Optional.empty(), Strictness.STRICT, TOKENS_PER_MINUTE);
        }

        /// A strict transcription session, with the defaults.
        static Opening transcription() {
            return new Opening(Kind.TRANSCRIPTION, "", Optional.empty(), Strictness.STRICT, TOKENS_PER_MINUTE);
        }

        Opening with(SessionConfig initial) {
            return new Opening(kind, model, Optional.of(initial), strictness, tokensPerMinute);
        }

        Opening with(Strictness other) {
            return new Opening(kind, model, config, other, tokensPerMinute);
        }

        Opening withTokensPerMinute(long limit) {
            return new Opening(kind, model, config, strictness, limit);
        }
    }

    private final Ids ids;
    private final ItemList items = new ItemList();
    private final Attention attention = new Attention();
    private final Responses responses;
    private List<Effect> effects = new ArrayList<>();
    private SessionConfig config;
    private CallerAudio input;
    private @Nullable String speechItemId;
    /// Items whose words are being made out.
    private final Set<String> unheard = new HashSet<>();
    /// The last item of the caller, while its words may still be made out.
    private @Nullable String lastSaid;

    /// @param pace how many times faster than real time answers are sent; 0 sends them at once
    EmulatedSession(Opening opening, Ids ids, double pace, Instant start) {
        this.ids = ids;
        var defaults = SessionDefaults.session(ids.next("sess"), opening.model, start.plus(LIFETIME));
        this.config = opening.config.map(defaults::merge).orElse(defaults);
        this.input = CallerAudio.of(config);
        this.responses = new Responses(ids, pace, items, attention, this::send, effect -> effects.add(effect));
    }

    String id() {
        return config.id().orElseThrow();
    }

    /// The first event of the session.
    List<Effect> open() {
        return during(() -> send(new ServerEvent.SessionCreated(config)));
    }

    /// What to do about `given`.
    List<Effect> on(Input given, Instant time) {
        return during(() -> {
            switch (given) {
                case Input.Said(var event, _) -> said(event);
                case Input.Unreadable(var problem, var json) -> fail(problem, json.path("event_id").stringValue(null));
                case Input.Heard(var itemId, var hearing) -> heard(itemId, hearing);
                case Input.Thought(var responseId, var thought) -> responses.thought(responseId, thought, time);
                case Input.ThoughtEnded(var responseId) -> responses.thoughtEnds(responseId, time);
                case Input.ThoughtFailed(var responseId, var error) ->
                    responses.thoughtFails(responseId, error, config);
                case Input.FailNextResponse(var error) -> responses.failNext(error);
                case Input.Tick() -> {
                    // Responses go on below.
                }
            }
            responses.goOn(config, unheard.isEmpty(), time);
        });
    }

    /// When an [Input.Tick] is wanted; empty when nothing is waiting for time to pass.
    Optional<Instant> wakeAt() {
        return responses.wakeAt();
    }

    private List<Effect> during(Runnable work) {
        effects = new ArrayList<>();
        work.run();
        return effects;
    }

    // Client events

    private void said(ClientEvent event) {
        try {
            accept(event);
        } catch (ProtocolException e) {
            fail(e, isFoundInProcessing(e, event) ? null : event.eventId().orElse(null));
        }
    }

    /// The service does not name the client's event for what it finds out only when it carries these out.
    private static boolean isFoundInProcessing(ProtocolException e, ClientEvent event) {
        return e.param().isEmpty()
                && (event instanceof ClientEvent.InputCommit || event instanceof ClientEvent.ItemTruncate
                        || event instanceof ClientEvent.ResponseCancel);
    }

    private void accept(ClientEvent event) {
        switch (event) {
            case ClientEvent.SessionUpdate update -> update(update.session());
            case ClientEvent.InputAppend append -> append(append.bytes());
            case ClientEvent.InputCommit _ -> commitByHand();
            case ClientEvent.InputClear _ -> {
                input.clear();
                send(new ServerEvent.InputCleared());
            }
            case ClientEvent.ItemCreate create -> create(create.previousItemId(), create.item());
            case ClientEvent.ItemRetrieve retrieve -> retrieve(retrieve.itemId());
            case ClientEvent.ItemTruncate truncate ->
                truncate(truncate.itemId(), truncate.contentIndex(), truncate.audioEndMs());
            case ClientEvent.ItemDelete delete -> {
                items.require(delete.itemId(), "delete", "deleting");
                items.remove(delete.itemId());
                send(new ServerEvent.ItemDeleted(delete.itemId()));
            }
            case ClientEvent.ResponseCreate create -> responses.create(create.response(), config);
            case ClientEvent.ResponseCancel cancel -> responses.cancel(cancel.responseId(), config);
            // A WebSocket session has no output buffer, and the service does not know the event there.
            case ClientEvent.OutputBufferClear _ -> throw unknownType(event);
            case ClientEvent.Unknown _ -> throw unknownType(event);
        }
    }

    private static ProtocolException unknownType(ClientEvent event) {
        return new ProtocolException("invalid_value", "type", "Invalid value: '" + event.type()
                + "'. Supported values are: " + SessionDefaults.CLIENT_EVENTS + ".");
    }

    private void update(SessionConfig update) {
        SessionRules.check(update.raw());
        var voice = voiceIn(update);
        if (responses.haveSounded() && !voice.isMissingNode() && !voice.equals(voiceIn(config))) {
            throw new ProtocolException("cannot_update_voice", null,
                    "Cannot update a conversation's voice if assistant audio is present.");
        }
        var before = config;
        var merged = config.merge(update);
        // Checked as a whole before anything changes: an update is taken whole or not at all.
        merged.inputEncoding();
        merged.outputEncoding();
        merged.tools();
        config = merged;
        input = input.configured(before, config);
        send(new ServerEvent.SessionUpdated(config));
    }

    // The caller's audio

    private void append(byte[] bytes) {
        for (var turn : input.append(bytes)) {
            switch (turn) {
                case CallerAudio.Turn.Began(var at) -> speechStarted(at);
                case CallerAudio.Turn.Ended(var at, var audio) -> speechStopped(at, audio);
            }
        }
    }

    private void speechStarted(long atMillis) {
        speechItemId = ids.next("item");
        send(new ServerEvent.SpeechStarted(speechItemId, atMillis));
        if (isInterruptedByCaller()) {
            responses.interrupt(config);
        }
    }

    private void speechStopped(long atMillis, Pcm audio) {
        var itemId = speechItemId == null ? ids.next("item") : speechItemId;
        speechItemId = null;
        send(new ServerEvent.SpeechStopped(itemId, atMillis));
        commit(itemId, audio);
        if (isAnsweredByItself() && !responses.isConversationBusy()) {
            responses.create(ResponseConfig.DEFAULT, config);
        }
    }

    private void commitByHand() {
        if (input.length().compareTo(SHORTEST_COMMIT) < 0) {
            throw new ProtocolException("input_audio_buffer_commit_empty", null, String.format(Locale.ROOT,
                    "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio,"
                            + " but buffer only has %.2fms of audio.",
                    input.length().toNanos() / 1e6));
        }
        speechItemId = null;
        commit(ids.next("item"), input.takeAll(config));
    }

    private void commit(String itemId, Pcm audio) {
        send(new ServerEvent.InputCommitted(itemId, items.last()));
        var item = Item.message("user", new Content.InputAudio(null)).with(itemId, "completed");
        var entry = items.add(null, itemId, item);
        entry.sound(Sound.copyOf(input.format().encode(audio)), input.format());
        announce(entry);
        attention.callerSpoke();
        attention.listened(audio.duration().toMillis());
        lastSaid = itemId;
        unheard.add(itemId);
        effects.add(new Effect.Hear(itemId, audio));
    }

    private void heard(String itemId, Hearing hearing) {
        unheard.remove(itemId);
        var transcribed = config.transcriptionModel().isPresent();
        switch (hearing) {
            case Hearing.Understood understood -> {
                // Ears that are slow may report on what is no longer the last thing said.
                if (itemId.equals(lastSaid)) {
                    attention.callerSaid(understood.words());
                }
                items.find(itemId).ifPresent(entry -> entry.heard(understood.words()));
                items.find(itemId)
                        .ifPresent(entry -> entry.become(Item.message("user",
                                new Content.InputAudio(transcribed ? understood.words() : null))
                                .with(itemId, "completed")));
                if (transcribed) {
                    var seconds = items.find(itemId).map(entry -> entry.length().toMillis() / 1_000.0).orElse(0.0);
                    send(new ServerEvent.InputTranscriptCompleted(itemId, 0, understood.words(), seconds));
                }
            }
            case Hearing.NotUnderstood() -> {
                if (transcribed) {
                    send(new ServerEvent.InputTranscriptFailed(itemId, 0, "audio_unintelligible",
                            "The audio could not be understood."));
                }
            }
        }
    }

    // Items

    private void create(@Nullable String previousItemId, Item item) {
        var id = item.id().orElseGet(() -> ids.next("item"));
        items.requireInsertable(id, previousItemId);
        switch (item) {
            case Item.Message message -> take(message);
            case Item.FunctionCall call -> ItemList.requireShort("item.call_id", call.callId());
            case Item.FunctionCallOutput output -> take(output);
            case Item.McpListTools _ -> {}
            case Item.McpCall _ -> {}
            case Item.McpApprovalRequest _ -> {}
            case Item.McpApprovalResponse _ -> {}
            case Item.Reference _ -> {}
            // Kept for the client, like the five before it; means nothing to this model.
            case Item.Unknown _ -> {}
        }
        announce(items.add(previousItemId, id, item.with(id, "completed")));
    }

    private void take(Item.Message message) {
        attention.read(message.text());
        if ("user".equals(message.role())) {
            attention.callerSaid(message.text());
            lastSaid = null;
        } else if ("assistant".equals(message.role())
                && message.content().stream().anyMatch(Content.OutputAudio.class::isInstance)) {
            throw new ProtocolException("invalid_value", "item.content",
                    "Invalid value: 'output_audio'. Supported values are: 'output_text'.");
        }
    }

    private void take(Item.FunctionCallOutput output) {
        ItemList.requireShort("item.call_id", output.callId());
        items.requireCall(output.callId());
        attention.toolAnswered(new Mind.ToolOutput(output.callId(), output.output()));
    }

    private void announce(ItemList.Entry entry) {
        send(new ServerEvent.ItemAdded(items.previous(entry.id()), entry.item()));
        send(new ServerEvent.ItemDone(items.previous(entry.id()), entry.item()));
    }

    private void retrieve(String itemId) {
        var entry = items.require(itemId, "retrieve", "retrieving");
        var shown = (ObjectNode) entry.item().raw().deepCopy();
        if (entry.audio().length() > 0 && shown.path("content").path(0) instanceof ObjectNode part) {
            part.put("audio", java.util.Base64.getEncoder().encodeToString(entry.audio().toBytes()));
        }
        send(new ServerEvent.ItemRetrieved(SessionDefaults.item(shown)));
    }

    private void truncate(String itemId, int contentIndex, long audioEndMs) {
        SessionRules.between(0, Long.MAX_VALUE, audioEndMs, "audio_end_ms");
        var entry = items.require(itemId, "truncate", "truncating");
        if (!(entry.item() instanceof Item.Message message && "assistant".equals(message.role())
                && message.content().stream().allMatch(Content.OutputAudio.class::isInstance))) {
            throw new ProtocolException("unsupported_content_type", null,
                    "Only model output audio messages can be truncated");
        }
        long length = entry.length().toMillis();
        long end = audioEndMs;
        if (audioEndMs > length) {
            // Live traffic shows the error without the client's event id, and then the truncation all the same.
            fail(new ProtocolException("invalid_value", null,
                    "Audio content of " + length + "ms is already shorter than " + audioEndMs + "ms"), null);
            end = length;
        }
        entry.sound(entry.audio().slice(0, (int) entry.format().bytes(Duration.ofMillis(end))), entry.format());
        entry.become(Item.message("assistant", new Content.OutputAudio(null))
                .with(itemId, message.status()
                        .orElse(
                                "completed")));
        send(new ServerEvent.ItemTruncated(itemId, contentIndex, end));
    }

    // Configuration in force

    private boolean isInterruptedByCaller() {
        return switch (turnDetection()) {
            case TurnDetection.ServerVad vad -> vad.interruptResponse();
            case TurnDetection.SemanticVad vad -> vad.interruptResponse();
            case TurnDetection.Manual() -> false;
            case TurnDetection.Unknown _ -> false;
        };
    }

    private boolean isAnsweredByItself() {
        return switch (turnDetection()) {
            case TurnDetection.ServerVad vad -> vad.createResponse();
            case TurnDetection.SemanticVad vad -> vad.createResponse();
            case TurnDetection.Manual() -> false;
            case TurnDetection.Unknown _ -> false;
        };
    }

    private TurnDetection turnDetection() {
        return config.turnDetection().orElse(TurnDetection.ServerVad.DEFAULT);
    }

    private static JsonNode voiceIn(SessionConfig config) {
        return config.raw().path("audio").path("output").path("voice");
    }

    private void fail(ProtocolException e, @Nullable String clientEventId) {
        send(new ServerEvent.ErrorEvent(new RealtimeError("invalid_request_error", e.code(), e.getMessage(),
                e.param().orElse(null), clientEventId)));
    }

    private void send(ServerEvent event) {
        effects.add(new Effect.Send(ids.next("event"), event));
    }
}
