package dev.parley.emulator;

import dev.parley.emulator.Mind.Thought;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Content;
import dev.parley.realtime.FunctionTool;
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
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The service's side of one session: what it answers to each client event, and what it does when time passes.
///
/// A pure state machine like the agent's conversation: inputs and the time go in, effects come out. Event orders are
/// those of live traffic; a comment names the case where the protocol's reference leaves a choice.
final class EmulatedSession {
    private static final Duration SHORTEST_COMMIT = Duration.ofMillis(100);
    private static final Duration LIFETIME = Duration.ofMinutes(60);
    private static final long TOKEN_LIMIT = 40_000;

    /// What the session is told.
    sealed interface Input {
        /// A frame came from the client.
        record Frame(String text) implements Input {}

        /// The ears have made out, or not, what was said in an item; one of these follows each [Effect.Hear].
        record Heard(String itemId, Hearing hearing) implements Input {}

        /// Time has passed; see [EmulatedSession#wakeAt()].
        record Tick() implements Input {}
    }

    /// What the session wants done, in this order.
    sealed interface Effect {
        record Send(String eventId, ServerEvent event) implements Effect {}

        /// Find out what is said here, and report it with [Input.Heard].
        record Hear(String itemId, Pcm audio) implements Effect {}
    }

    private final Ids ids;
    private final Mind mind;
    private final Function<String, Pcm> voice;
    private final double pace;
    private final String conversationId;
    private final ItemList items = new ItemList();
    private List<Effect> effects = new ArrayList<>();
    private Instant now = Instant.EPOCH;

    private SessionConfig config;
    private boolean hasSpoken;

    private CallerAudio input;
    private @Nullable String speechItemId;

    private final List<Writing> writing = new ArrayList<>();
    private final Set<String> unheard = new HashSet<>();
    private Optional<String> lastWords = Optional.empty();
    private @Nullable String lastSaid;
    private boolean callerHasSpoken;
    private final List<Mind.ToolOutput> toolOutputs = new ArrayList<>();
    private long inputTextTokens;
    private long inputAudioTokens;

    /// A response and when it began to be written.
    private static final class Writing {
        private final RunningResponse response;
        private final @Nullable JsonNode metadata;
        private @Nullable Instant since;

        Writing(RunningResponse response, @Nullable JsonNode metadata) {
            this.response = response;
            this.metadata = metadata;
        }

        Optional<Instant> nextAt() {
            var next = response.nextAt();
            return since == null || next == null ? Optional.empty() : Optional.of(since.plus(next));
        }
    }

    /// @param voice says text aloud, at any rate
    /// @param pace how many times faster than real time answers are sent; 0 sends them at once
    EmulatedSession(String model, Ids ids, Mind mind, Function<String, Pcm> voice, double pace, Instant start) {
        this.ids = ids;
        this.mind = mind;
        this.voice = voice;
        this.pace = pace;
        this.conversationId = ids.next("conv");
        this.config = SessionDefaults.session(ids.next("sess"), model, start.plus(LIFETIME));
        this.input = CallerAudio.of(config);
    }

    String id() {
        return config.id().orElseThrow();
    }

    /// The first event of the session.
    List<Effect> open(Instant time) {
        return during(time, () -> send(new ServerEvent.SessionCreated(config)));
    }

    /// What to do about `given`.
    List<Effect> on(Input given, Instant time) {
        return during(time, () -> {
            switch (given) {
                case Input.Frame(var text) -> frame(text);
                case Input.Heard(var itemId, var hearing) -> heard(itemId, hearing);
                case Input.Tick() -> {
                    // Writing goes on below.
                }
            }
            writeWhatIsDue();
        });
    }

    /// When an [Input.Tick] is wanted; empty when nothing is waiting for time to pass.
    Optional<Instant> wakeAt() {
        return writing.stream().map(Writing::nextAt).flatMap(Optional::stream).min(Instant::compareTo);
    }

    private List<Effect> during(Instant time, Runnable work) {
        effects = new ArrayList<>();
        now = time;
        work.run();
        return effects;
    }

    // Client events

    private void frame(String text) {
        ClientEvent event;
        try {
            event = ClientEvent.parse(text);
        } catch (ProtocolException e) {
            fail(e, SessionDefaults.readOrText(text).path("event_id").stringValue(null));
            return;
        }
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
            case ClientEvent.ResponseCreate create -> createResponse(create.response());
            case ClientEvent.ResponseCancel cancel -> cancel(cancel.responseId());
            case ClientEvent.Unknown unknown -> throw new ProtocolException("invalid_value", "type",
                    "Invalid value: '" + unknown.type() + "'. Supported values are: " + SessionDefaults.CLIENT_EVENTS
                            + ".");
        }
    }

    private void update(SessionConfig update) {
        SessionRules.check(update.raw());
        var voice = voiceIn(update);
        if (hasSpoken && !voice.isMissingNode() && !voice.equals(voiceIn(config))) {
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
            active().ifPresent(running -> stop(running, "turn_detected"));
        }
    }

    private void speechStopped(long atMillis, Pcm audio) {
        var itemId = speechItemId == null ? ids.next("item") : speechItemId;
        speechItemId = null;
        send(new ServerEvent.SpeechStopped(itemId, atMillis));
        commit(itemId, audio);
        if (isAnsweredByItself() && active().isEmpty()) {
            createResponse(ResponseConfig.DEFAULT);
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
        callerHasSpoken = true;
        lastWords = Optional.empty();
        lastSaid = itemId;
        unheard.add(itemId);
        inputAudioTokens += audio.duration().toMillis() / 100;
        effects.add(new Effect.Hear(itemId, audio));
    }

    private void heard(String itemId, Hearing hearing) {
        unheard.remove(itemId);
        var transcribed = config.transcriptionModel().isPresent();
        switch (hearing) {
            case Hearing.Understood understood -> {
                // Ears that are slow may report on what is no longer the last thing said.
                if (itemId.equals(lastSaid)) {
                    lastWords = Optional.of(understood.words());
                }
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
        if (unheard.isEmpty()) {
            writing.stream().filter(running -> !running.response.hasStarted()).toList().forEach(this::think);
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
            case Item.Unknown _ -> {
                // Kept for the client; means nothing to this model.
            }
        }
        announce(items.add(previousItemId, id, item.with(id, "completed")));
    }

    private void take(Item.Message message) {
        inputTextTokens += (message.text().length() + 3) / 4;
        if ("user".equals(message.role())) {
            callerHasSpoken = true;
            lastWords = Optional.of(message.text());
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
        inputTextTokens += (output.output().length() + 3) / 4;
        toolOutputs.add(new Mind.ToolOutput(output.callId(), output.output()));
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
        if (audioEndMs < 0) {
            throw new ProtocolException("integer_below_min_value", "audio_end_ms",
                    "Invalid 'audio_end_ms': integer below minimum value. Expected a value >= 0, but got " + audioEndMs
                            + " instead.");
        }
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

    // Responses

    private Optional<Writing> active() {
        return writing.stream().filter(running -> running.response.isInConversation()).findFirst();
    }

    private void createResponse(ResponseConfig overrides) {
        var outOfBand = "none".equals(overrides.raw().path("conversation").asString(""));
        var active = active();
        if (!outOfBand && active.isPresent()) {
            throw new ProtocolException(RealtimeError.ACTIVE_RESPONSE, null,
                    "Conversation already has an active response in progress: " + active.get().response.id()
                            + ". Wait until the response is finished before creating a new one.");
        }
        SessionRules.modalities(overrides.raw().get("output_modalities"), "response.output_modalities");
        var modalities = overrides.raw().has("output_modalities")
                ? overrides.raw().path("output_modalities").valueStream().map(JsonNode::asString).toList()
                : config.outputModalities();
        var spoken = !modalities.equals(List.of("text"));
        var response = new RunningResponse(ids.next("resp"), !outOfBand, spoken, CallerAudio.format(outputEncoding()),
                pace);
        var running = new Writing(response, overrides.raw().get("metadata"));
        writing.add(running);
        send(new ServerEvent.ResponseCreated(describe(running, "in_progress", null, false)));
        if (unheard.isEmpty()) {
            think(running);
        }
    }

    private void think(Writing running) {
        var situation = new Mind.Situation(lastWords, callerHasSpoken, toolOutputs,
                config.tools().stream().map(FunctionTool::name).collect(Collectors.toSet()));
        if (running.response.isInConversation()) {
            callerHasSpoken = false;
            toolOutputs.clear();
        }
        var planned = new ArrayList<RunningResponse.Planned>();
        for (var thought : mind.respond(situation)) {
            planned.add(switch (thought) {
                case Thought.Say(var text) -> new RunningResponse.Planned.Message(ids.next("item"), text,
                        running.response.isSpoken() ? spoken(text) : Sound.NONE);
                case Thought.CallFunction call -> new RunningResponse.Planned.Call(ids.next("item"), call);
            });
        }
        running.response.plan(planned);
        running.since = now;
    }

    private Sound spoken(String text) {
        var format = CallerAudio.format(outputEncoding());
        return Sound.copyOf(format.encode(Resampler.convert(voice.apply(text), format.rate())));
    }

    private void writeWhatIsDue() {
        for (var running : List.copyOf(writing)) {
            while (running.nextAt().map(due -> !due.isAfter(now)).orElse(false)) {
                running.response.advance(sink);
            }
            if (running.response.hasStarted() && running.response.nextAt() == null) {
                finish(running, "completed", null);
            }
        }
    }

    private void cancel(@Nullable String responseId) {
        var running = responseId == null
                ? active()
                : writing.stream().filter(candidate -> candidate.response.id().equals(responseId)).findFirst();
        stop(running.orElseThrow(() -> new ProtocolException(RealtimeError.CANCEL_NOT_ACTIVE, null,
                "Cancellation failed: no active response found")), "client_cancelled");
    }

    private void stop(Writing running, String reason) {
        running.response.cancel(sink);
        finish(running, "cancelled", object().put("type", "cancelled").put("reason", reason));
    }

    private void finish(Writing running, String status, @Nullable JsonNode details) {
        writing.remove(running);
        send(new ServerEvent.ResponseDone(describe(running, status, details, true)));
        inputTextTokens += running.response.outputTextTokens();
        send(new ServerEvent.RateLimitsUpdated(TOKEN_LIMIT, TOKEN_LIMIT - inputTextTokens % TOKEN_LIMIT, 0.15));
    }

    private ObjectNode describe(Writing running, String status, @Nullable JsonNode details, boolean withUsage) {
        var response = running.response;
        var json = object().put("object", "realtime.response").put("id", response.id()).put("status", status);
        json.set("status_details", details);
        var output = json.putArray("output");
        response.output().forEach(item -> output.add(item.raw()));
        json.put("conversation_id", response.isInConversation() ? conversationId : null);
        json.putArray("output_modalities").add(response.isSpoken() ? "audio" : "text");
        json.put("max_output_tokens", "inf");
        var audio = json.putObject("audio").putObject("output");
        audio.set("format", SessionDefaults.format(outputEncoding()));
        audio.put("voice", config.voice().orElse("alloy"));
        json.set("usage", withUsage
                ? SessionDefaults.usage(inputTextTokens, inputAudioTokens,
                        response.outputTextTokens(), response.outputAudioTokens())
                : null);
        json.set("metadata", running.metadata);
        return json;
    }

    private final RunningResponse.Sink sink = new RunningResponse.Sink() {
        @Override
        public void send(ServerEvent event) {
            hasSpoken |= event instanceof ServerEvent.OutputAudioDelta;
            EmulatedSession.this.send(event);
        }

        @Override
        public void itemBegins(String itemId, Item item) {
            items.add(null, itemId, item);
            send(new ServerEvent.ItemAdded(items.previous(itemId), item));
        }

        @Override
        public void itemEnds(RunningResponse.Ended ended) {
            items.find(ended.itemId()).ifPresent(entry -> {
                entry.become(ended.item());
                entry.sound(ended.audio(), ended.format());
            });
            send(new ServerEvent.ItemDone(items.previous(ended.itemId()), ended.item()));
        }
    };

    // Configuration in force

    private AudioEncoding outputEncoding() {
        return config.outputEncoding().orElse(AudioEncoding.PCM);
    }

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

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
