package dev.parley.emulator;

import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.ProtocolException;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.speech.Hearing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The service's side of one session: what it answers to each client event, and what it does when time passes.
///
/// A pure state machine like the agent's conversation: inputs and the time go in, effects come out. Event orders are
/// those of live traffic; a comment names the case where the protocol's reference leaves a choice.
final class EmulatedSession {
    private static final Duration LIFETIME = Duration.ofMinutes(60);
    private static final int GOING_AWAY = 1001;
    private static final Shape EVENT_ID = (id, at, strictness) -> {
        if (!id.isMissingNode()) {
            Shape.text(512).orNull().check(id, at, strictness);
        }
    };

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

        /// The ears have made out, or not, what was said in an item; this or [HearingFailed] follows each
        /// [Effect.Hear].
        record Heard(String itemId, Hearing hearing) implements Input {}

        /// The ears failed at an item: nobody knows whether anything was said.
        record HearingFailed(String itemId, RealtimeError error) implements Input {}

        /// A thought about a response, already voiced.
        record Thought(String responseId, Voiced thought) implements Input {}

        /// All was thought about a response; this or [ThoughtFailed] follows each [Effect.Think] that was not stopped.
        record ThoughtEnded(String responseId) implements Input {}

        /// The mind or the voice failed at a response.
        record ThoughtFailed(String responseId, RealtimeError error) implements Input {}

        /// The next response is to fail like this.
        record FailNextResponse(RealtimeError error) implements Input {}

        /// The caller's next sound on a call, at one rate for the whole call.
        record Spoken(Pcm audio) implements Input {}

        /// The call is ready for the next 20 ms of the model's sound; answered by [Effect.Play] if there is any.
        record Listening() implements Input {}

        /// Time has passed; see [EmulatedSession#wakeAt()].
        record Tick() implements Input {}
    }

    /// What the session wants done, in this order.
    sealed interface Effect {
        record Send(String eventId, ServerEvent event) implements Effect {}

        /// Find out what is said here, in the order asked for, and report it with [Input.Heard] or [Input.HearingFailed].
        record Hear(String itemId, Pcm audio) implements Effect {}

        /// Think of what to say or call, voice it if `rendering` says how, and report with [Input.Thought] and
        /// [Input.ThoughtEnded].
        record Think(String responseId, Mind.Situation situation, Optional<Rendering> rendering) implements Effect {}

        /// Nobody waits for thoughts about this response any more.
        record StopThinking(String responseId) implements Effect {}

        /// Send this on the call, now: [OutputBuffer#FRAME] of sound, or less where a response ends.
        record Play(Pcm audio) implements Effect {}

        /// End the connection.
        record Close(int code, String reason) implements Effect {}
    }

    /// How a response sounds.
    ///
    /// @param speed how many times faster than it was spoken, 0.25 to 1.5
    record Rendering(AudioFormat format, String voice, double speed) {
        /// Rates are rounded to this, for the sake of those who convert them.
        private static final int RATE_STEP = 100;

        /// What a voice has spoken, as it is to sound. Played faster or slower it changes its pitch, as a tape does.
        Sound of(Pcm spoken) {
            var audio = spoken.mono();
            int rate = (int) Math.round(audio.rate() * speed / RATE_STEP) * RATE_STEP;
            return Sound.of(speed == 1 ? audio : Pcm.copyOf(rate, audio.toSamples()), format);
        }
    }

    /// A [Mind.Thought], with its sound if it has any.
    sealed interface Voiced {
        record Said(String text, Optional<Mind.Phase> phase, Sound sound) implements Voiced {}

        record Called(String name, String arguments) implements Voiced {}
    }

    /// What a session is for.
    enum Kind {
        /** Listens and answers. */
        REALTIME,
        /** Only writes down what it hears (protocol section 12.1). */
        TRANSCRIPTION
    }

    /// How a session is connected.
    enum Medium {
        /** By a WebSocket: sound is in the events. */
        SOCKET,
        /** By a call: sound is on the line, and the session knows what of it was sent (protocol section 7.8). */
        CALL
    }

    /// What a client asked for when it connected, and what it gets.
    ///
    /// @param model empty text for a transcription session, which names its model in its configuration
    /// @param config what a client secret brings along; empty for the defaults
    /// @param tokensPerMinute the limit that `rate_limits.updated` tells of
    record Opening(Kind kind, String model, Optional<SessionConfig> config, Strictness strictness,
            long tokensPerMinute, Medium medium) {
        private static final long TOKENS_PER_MINUTE = 40_000;

        /// A strict session of this model, with the defaults.
        static Opening of(String model) {
            return new Opening(Kind.REALTIME, model, Optional.empty(), Strictness.STRICT, TOKENS_PER_MINUTE,
                    Medium.SOCKET);
        }

        /// A strict transcription session, with the defaults.
        static Opening transcription() {
            return new Opening(Kind.TRANSCRIPTION, "", Optional.empty(), Strictness.STRICT, TOKENS_PER_MINUTE,
                    Medium.SOCKET);
        }

        Opening with(SessionConfig initial) {
            return new Opening(kind, model, Optional.of(initial), strictness, tokensPerMinute, medium);
        }

        Opening with(Strictness other) {
            return new Opening(kind, model, config, other, tokensPerMinute, medium);
        }

        Opening withTokensPerMinute(long limit) {
            return new Opening(kind, model, config, strictness, limit, medium);
        }

        /// The same over a call.
        Opening overCall() {
            return new Opening(kind, model, config, strictness, tokensPerMinute, Medium.CALL);
        }
    }

    private final Kind kind;
    private final Strictness strictness;
    private final Instant expiresAt;
    private final Ids ids;
    private final ItemList items = new ItemList();
    private final Transcriber transcriber = new Transcriber(this::send);
    private final McpTools mcpTools = new McpTools();
    private final Conversation conversation;
    private final Responses responses;
    private final Turns turns;
    /// What the caller is still to hear; a session by WebSocket has none.
    private final Optional<OutputBuffer> line;
    private List<Effect> effects = new ArrayList<>();
    private SessionConfig config;
    private boolean expired;

    /// @param pacing how answers are sent
    EmulatedSession(Opening opening, Ids ids, Pacing pacing, Instant start) {
        this.kind = opening.kind;
        this.strictness = opening.strictness;
        this.ids = ids;
        this.expiresAt = start.plus(LIFETIME);
        var id = ids.next("sess");
        var defaults = kind == Kind.REALTIME
                ? SessionDefaults.session(id, opening.model, expiresAt)
                : SessionDefaults.transcriptionSession(id, expiresAt);
        this.config = opening.config.map(initial -> SessionDefaults.updated(defaults, initial)).orElse(defaults);
        this.line = opening.medium == Medium.CALL ? Optional.of(new OutputBuffer(this::tell)) : Optional.empty();
        var attention = new Attention();
        this.conversation = new Conversation(ids, items, attention, transcriber, this::send, this::ask);
        this.responses = new Responses(ids, pacing, items, attention, new ContextTokens(opening.model),
                new RateWindow(opening.tokensPerMinute), new Responses.Out() {
                    @Override
                    public void send(ServerEvent event) {
                        EmulatedSession.this.send(event);
                    }

                    @Override
                    public void sound(ServerEvent.Part at, Sound audio, AudioFormat format) {
                        line.ifPresentOrElse(waiting -> waiting.add(at, audio, format),
                                () -> tell(new ServerEvent.OutputAudioDelta(at, audio.toBytes())));
                    }

                    @Override
                    public void ask(Effect effect) {
                        EmulatedSession.this.ask(effect);
                    }

                    @Override
                    public void answered(Duration sound, Instant now) {
                        EmulatedSession.this.answered(sound, now);
                    }
                });
        this.turns = new Turns(ids, conversation, this::interrupt, config, this::send, this::answerByItself);
    }

    String id() {
        return config.id().orElseThrow();
    }

    /// The first event of the session.
    List<Effect> open() {
        return during(() -> send(new ServerEvent.SessionCreated(config)));
    }

    /// The first event for somebody who joins later: the session as it is now.
    ServerEvent described() {
        return new ServerEvent.SessionCreated(config);
    }

    /// What to do about `given`. Nothing any more once the session has expired.
    List<Effect> on(Input given, Instant time) {
        return during(() -> {
            if (expired) {
                return;
            }
            if (!time.isBefore(expiresAt)) {
                expire();
                return;
            }
            turns.watchSilence(config, time);
            take(given, time);
            responses.goOn(!transcriber.isListening(), time);
        });
    }

    private void take(Input given, Instant time) {
        switch (given) {
            case Input.Said(var event, _) -> said(event, time);
            case Input.Unreadable(var problem, var json) -> unread(problem, json, time);
            case Input.Heard(var itemId, var hearing) -> conversation.heard(itemId, hearing);
            case Input.HearingFailed(var itemId, var error) -> transcriber.failed(itemId, error);
            case Input.Thought(var responseId, var thought) -> responses.thought(responseId, thought, time);
            case Input.ThoughtEnded(var responseId) -> responses.thoughtEnds(responseId, time);
            case Input.ThoughtFailed(var responseId, var error) -> responses.thoughtFails(responseId, error, time);
            case Input.FailNextResponse(var error) -> responses.failNext(error);
            case Input.Spoken(var audio) -> turns.hear(audio, config, time);
            case Input.Listening() ->
                line.flatMap(OutputBuffer::take).ifPresent(audio -> ask(new Effect.Play(audio)));
            case Input.Tick() -> {
                // Responses go on, whatever the input.
            }
        }
    }

    /// When an [Input.Tick] is wanted; empty when the session is over.
    Optional<Instant> wakeAt() {
        return expired
                ? Optional.empty()
                : Stream.of(responses.wakeAt(), turns.wakeAt(), Optional.of(expiresAt))
                        .flatMap(Optional::stream)
                        .min(Instant::compareTo);
    }

    private List<Effect> during(Runnable work) {
        effects = new ArrayList<>();
        work.run();
        return effects;
    }

    private void expire() {
        expired = true;
        var reason = "Your session hit the maximum duration of " + LIFETIME.toMinutes() + " minutes.";
        fail(new ProtocolException("session_expired", null, reason), null);
        ask(new Effect.Close(GOING_AWAY, reason));
    }

    // Client events

    private void said(ClientEvent event, Instant now) {
        try {
            EVENT_ID.check(event.raw().path("event_id"), "event_id", strictness);
        } catch (ProtocolException e) {
            fail(e, null);
            return;
        }
        try {
            accept(strictness == Strictness.LENIENT && isMendable(event)
                    ? Leniency.read((ObjectNode) event.raw(), kind)
                    : event, now);
        } catch (ProtocolException e) {
            fail(e, isFoundInProcessing(e, event) ? null : event.eventId().orElse(null));
        }
    }

    /// Audio is as it is, and there is a lot of it.
    private static boolean isMendable(ClientEvent event) {
        return !(event instanceof ClientEvent.InputAppend);
    }

    private void unread(ProtocolException problem, JsonNode json, Instant now) {
        var eventId = json.path("event_id").stringValue(null);
        if (strictness == Strictness.STRICT || !(json instanceof ObjectNode frame)) {
            fail(problem, eventId);
            return;
        }
        try {
            accept(Leniency.read(frame, kind), now);
        } catch (ProtocolException e) {
            fail(e, eventId);
        }
    }

    /// The service does not name the client's event for what it finds out only when it carries these out.
    private static boolean isFoundInProcessing(ProtocolException e, ClientEvent event) {
        return e.param().isEmpty()
                && (event instanceof ClientEvent.InputCommit || event instanceof ClientEvent.ItemTruncate
                        || event instanceof ClientEvent.ResponseCancel);
    }

    private void accept(ClientEvent event, Instant now) {
        switch (event) {
            case ClientEvent.SessionUpdate update -> update(update.session());
            case ClientEvent.InputAppend append -> turns.append(append.bytes(), config, now);
            case ClientEvent.InputCommit _ -> turns.commit(config);
            case ClientEvent.InputClear _ -> turns.clear();
            case ClientEvent.ItemCreate create -> {
                ItemRules.check(create.item().raw(), strictness);
                conversation.create(create.previousItemId(), create.item(), config);
            }
            case ClientEvent.ItemRetrieve retrieve -> conversation.retrieve(retrieve.itemId());
            case ClientEvent.ItemTruncate truncate -> {
                Shape.whole(0, Long.MAX_VALUE).check(truncate.raw().path("audio_end_ms"), "audio_end_ms", strictness);
                conversation.truncate(truncate.itemId(), truncate.contentIndex(), truncate.audioEndMs(),
                        problem -> fail(problem, null));
            }
            case ClientEvent.ItemDelete delete -> conversation.delete(delete.itemId());
            case ClientEvent.ResponseCreate create -> respond(create.response());
            case ClientEvent.ResponseCancel cancel -> {
                requireResponses();
                responses.cancel(cancel.responseId(), now);
            }
            // A WebSocket session has no output buffer, and the service does not know the event there.
            case ClientEvent.OutputBufferClear _ -> clear(line.orElseThrow(() -> unknownType(event)));
            case ClientEvent.Unknown _ -> throw unknownType(event);
        }
    }

    private ProtocolException unknownType(ClientEvent event) {
        return new ProtocolException("invalid_value", "type", "Invalid value: '" + event.type()
                + "'. Supported values are: " + SessionDefaults.CLIENT_EVENTS
                + (line.isPresent() ? ", 'output_audio_buffer.clear'." : "."));
    }

    /// The caller speaks. What a call has not been sent of the answer is taken back before the answer is stopped, for then
    /// it is known how much that is.
    private void interrupt(Instant now) {
        var cut = line.flatMap(OutputBuffer::clear);
        responses.interrupt(now);
        cut.ifPresent(this::tell);
    }

    /// The client wants to hear no more.
    private void clear(OutputBuffer waiting) {
        waiting.clear()
                .ifPresentOrElse(this::tell, () -> waiting.last()
                        .ifPresent(id -> send(new ServerEvent.OutputBufferCleared(id))));
    }

    private void tell(OutputBuffer.Cut cut) {
        send(new ServerEvent.OutputBufferCleared(cut.responseId()));
        cut.items().forEach(conversation::interrupted);
    }

    private void update(SessionConfig update) {
        var asked = (ObjectNode) update.raw();
        SessionRules.check(asked, kind, strictness);
        mcpTools.check(asked.path("tools"), "session.tools");
        requireModel(asked);
        var merged = config.merge(update);
        SessionRules.checkTogether(merged.raw(), asked);
        if (responses.haveSounded() && !ResponsePlan.voiceOf(merged).equals(ResponsePlan.voiceOf(config))) {
            throw Responses.voiceLocked();
        }
        var tracing = config.raw().path("tracing");
        if (!tracing.isNull() && !tracing.isMissingNode() && !tracing.equals(merged.raw().path("tracing"))) {
            throw new ProtocolException("cannot_update_tracing", null,
                    "Cannot update a session's tracing once it is enabled.");
        }
        // Nothing has changed so far: an update is taken whole or not at all.
        var before = config;
        config = SessionDefaults.updated(config, update);
        turns.configured(before, config);
        send(new ServerEvent.SessionUpdated(config));
        mcpTools.ask(update.mcpServers()).forEach(conversation::listTools);
    }

    /// A session keeps its model.
    private void requireModel(ObjectNode asked) {
        if (strictness == Strictness.LENIENT) {
            asked.remove("model");
        } else if (asked.has("model") && !asked.path("model").equals(config.raw().path("model"))) {
            throw new ProtocolException("cannot_update_model", "session.model", "Cannot update a session's model from '"
                    + config.model().orElse("") + "' to '" + asked.path("model").asString("") + "'.");
        }
    }

    private void respond(ResponseConfig overrides) {
        requireResponses();
        ResponsePlan.check(overrides.raw(), strictness);
        mcpTools.check(overrides.raw().path("tools"), "response.tools");
        responses.create(overrides, config);
        if (!overrides.isOutOfBand()) {
            turns.answering();
        }
    }

    private void requireResponses() {
        if (kind == Kind.TRANSCRIPTION) {
            throw new ProtocolException("invalid_parameter", null,
                    "Responses are not supported in transcription sessions.");
        }
    }

    private void answered(Duration sound, Instant now) {
        turns.answered(sound, config, now);
    }

    private void answerByItself() {
        try {
            respond(ResponseConfig.DEFAULT);
        } catch (ProtocolException e) {
            // One is being written that the caller may not interrupt.
            fail(e, null);
        }
    }

    private void fail(ProtocolException e, @Nullable String clientEventId) {
        send(new ServerEvent.ErrorEvent(new RealtimeError("invalid_request_error", e.code(), e.getMessage(),
                e.param().orElse(null), clientEventId)));
    }

    private void send(ServerEvent event) {
        tell(event);
        line.ifPresent(waiting -> waiting.follow(event));
    }

    private void tell(ServerEvent event) {
        ask(new Effect.Send(ids.next("event"), event));
    }

    private void ask(Effect effect) {
        effects.add(effect);
    }
}
