package dev.parley.emulator;

import dev.parley.media.AudioFormat;
import dev.parley.realtime.Content;
import dev.parley.realtime.Item;
import dev.parley.realtime.ProtocolException;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The responses of a session: at most one that writes the conversation, and any number beside it.
///
/// A response is announced when it is created, thinks once the caller's words are known, and is then written as time
/// passes. Confined to the session's thread.
final class Responses {
    private final Ids ids;
    private final Pacing pacing;
    private final ItemList items;
    private final Attention attention;
    private final ContextTokens context;
    private final RateWindow rates;
    private final Out out;
    private final String conversationId;
    private final List<Writing> writing = new ArrayList<>();
    private boolean sounded;
    /// How the next response fails, if it is to.
    private @Nullable RealtimeError failure;

    /// Where goes what responses bring about.
    interface Out {
        void send(ServerEvent event);

        /// A response sounds like this.
        void sound(ServerEvent.Part at, Sound audio, AudioFormat format);

        /// Somebody else must do this.
        void ask(EmulatedSession.Effect effect);

        /// A response that wrote the conversation is done; its sound is this long.
        void answered(Duration sound, Instant now);
    }

    /// A response, when it began to be thought, and what that cost.
    private static final class Writing {
        private final RunningResponse response;
        private @Nullable Instant since;
        private ContextTokens.Bill bill = ContextTokens.Bill.NOTHING;
        private boolean hasCalled;

        Writing(RunningResponse response) {
            this.response = response;
        }

        ResponsePlan plan() {
            return response.plan();
        }

        Duration elapsed(Instant now) {
            return since == null ? Duration.ZERO : Duration.between(since, now);
        }

        Optional<Instant> nextAt() {
            var next = response.nextAt();
            return since == null || next == null ? Optional.empty() : Optional.of(since.plus(next));
        }
    }

    Responses(Ids ids, Pacing pacing, ItemList items, Attention attention, ContextTokens context, RateWindow rates,
            Out out) {
        this.ids = ids;
        this.pacing = pacing;
        this.items = items;
        this.attention = attention;
        this.context = context;
        this.rates = rates;
        this.out = out;
        this.conversationId = ids.next("conv");
    }

    /// Whether any sound has been sent in this session.
    boolean haveSounded() {
        return sounded;
    }

    /// When [#goOn] should next be called; empty when nothing is waiting for time to pass.
    Optional<Instant> wakeAt() {
        return writing.stream().map(Writing::nextAt).flatMap(Optional::stream).min(Instant::compareTo);
    }

    /// Begins a response.
    ///
    /// @param overrides checked already, each member by itself
    /// @throws ProtocolException if one is already writing the conversation, or the overrides do not fit the session
    void create(ResponseConfig overrides, SessionConfig config) {
        var plan = ResponsePlan.of(config, overrides);
        var active = active();
        if (plan.isInConversation() && active.isPresent()) {
            throw new ProtocolException(RealtimeError.ACTIVE_RESPONSE, null,
                    "Conversation already has an active response in progress: " + active.get().response.id()
                            + ". Wait until the response is finished before creating a new one.");
        }
        if (sounded && !plan.voice().equals(ResponsePlan.voiceOf(config))) {
            throw voiceLocked();
        }
        var input = plan.input().orElse(List.of());
        for (int i = 0; i < input.size(); i++) {
            if (input.get(i) instanceof Item.Reference reference && items.find(reference.itemId()).isEmpty()) {
                throw new ProtocolException("invalid_value", "response.input[" + i + "].id",
                        "Error referencing item: the item with id '" + reference.itemId() + "' does not exist.");
            }
        }
        var running = new Writing(new RunningResponse(ids.next("resp"), ids, plan, pacing));
        writing.add(running);
        out.send(new ServerEvent.ResponseCreated(describe(running, "in_progress", null, null)));
    }

    static ProtocolException voiceLocked() {
        return new ProtocolException("cannot_update_voice", null,
                "Cannot update a conversation's voice if assistant audio is present.");
    }

    /// Has the next response fail like this, as one does when the service is out of order.
    void failNext(RealtimeError error) {
        failure = error;
    }

    /// A thought about a response has come; one nobody waits for any more is let go.
    void thought(String responseId, EmulatedSession.Voiced thought, Instant now) {
        find(responseId).ifPresent(running -> {
            switch (thought) {
                case EmulatedSession.Voiced.Said(var text, var phase, var sound) ->
                    running.response.say(text, phase, sound, running.elapsed(now));
                case EmulatedSession.Voiced.Called(var name, var arguments) -> {
                    if (!running.hasCalled || running.plan().callsInParallel()) {
                        running.hasCalled = true;
                        running.response.call(name, arguments, running.elapsed(now));
                    }
                }
            }
        });
    }

    /// Everything about a response was thought.
    void thoughtEnds(String responseId, Instant now) {
        find(responseId).ifPresent(running -> running.response.conclude(running.elapsed(now)));
    }

    /// The mind or the voice failed.
    void thoughtFails(String responseId, RealtimeError error, Instant now) {
        find(responseId).ifPresent(running -> fail(running, error, now));
    }

    /// Has thought about what is new, if its words are known, and sends all that is due.
    ///
    /// @param wordsKnown whether all that the caller said has been made out
    void goOn(boolean wordsKnown, Instant now) {
        for (var running : List.copyOf(writing)) {
            if (running.since == null && failure != null) {
                var error = failure;
                failure = null;
                fail(running, error, now);
                continue;
            }
            if (wordsKnown && running.since == null && !think(running, now)) {
                continue;
            }
            while (running.nextAt().map(due -> !due.isAfter(now)).orElse(false)) {
                running.response.advance(sink);
            }
            if (running.response.isExhausted()) {
                stop(running, "incomplete", "max_output_tokens", now);
            } else if (running.response.isOver()) {
                finish(running, "completed", null, now);
            }
        }
    }

    /// Stops the response that writes the conversation, if there is one, because the caller speaks.
    void interrupt(Instant now) {
        active().ifPresent(running -> stop(running, "cancelled", "turn_detected", now));
    }

    /// Stops the response named, or the one that writes the conversation.
    ///
    /// @throws ProtocolException if it is not running
    void cancel(@Nullable String responseId, Instant now) {
        var running = responseId == null
                ? active()
                : find(responseId);
        stop(running.orElseThrow(() -> new ProtocolException(RealtimeError.CANCEL_NOT_ACTIVE, null,
                "Cancellation failed: no active response found")), "cancelled", "client_cancelled", now);
    }

    private Optional<Writing> active() {
        return writing.stream().filter(running -> running.plan().isInConversation()).findFirst();
    }

    private Optional<Writing> find(String responseId) {
        return writing.stream().filter(running -> running.response.id().equals(responseId)).findFirst();
    }

    /// Has somebody think of a response; false if it failed instead.
    private boolean think(Writing running, Instant now) {
        running.since = now;
        var plan = running.plan();
        var fixed = plan.fixedContext();
        var input = plan.input();
        if (input.isEmpty() && !context.fit(fixed.stream()
                .map(ContextTokens.Piece::tokens)
                .reduce(Tokens.NONE,
                        Tokens::plus), pieces(items.entries()), plan.truncation())) {
            fail(running, new RealtimeError("invalid_request_error", "context_length_exceeded",
                    "The conversation exceeds the context of the model, and truncation is disabled.", null, null), now);
            return false;
        }
        var entries = items.entries().stream().filter(entry -> !context.isDropped(entry.id())).toList();
        var pieces = new ArrayList<>(fixed);
        pieces.addAll(input.map(this::piecesOfInput).orElseGet(() -> pieces(entries)));
        running.bill = context.bill(pieces, input.isEmpty());
        var situation = input.map(given -> situation(plan, given))
                .orElseGet(() -> new Mind.Situation(
                        plan.instructions(), entries.stream().map(ItemList.Entry::asHeard).toList(), plan.tools(),
                        attention
                                .lastWords(),
                        attention.callerHasSpoken(),
                        // A response beside the conversation answers no function of it.
                        plan.isInConversation() ? attention.toolOutputs() : List.of(), plan.toolChoice()));
        if (plan.isInConversation()) {
            attention.settle();
        }
        out.ask(new EmulatedSession.Effect.Think(running.response.id(), situation, plan.rendering()));
        return true;
    }

    private static List<ContextTokens.Piece> pieces(List<ItemList.Entry> entries) {
        return entries.stream()
                .map(entry -> new ContextTokens.Piece(entry.id(), Tokens.of(entry.item(), entry.length())))
                .toList();
    }

    private List<ContextTokens.Piece> piecesOfInput(List<Item> input) {
        return input.stream()
                .flatMap(item -> item instanceof Item.Reference reference
                        ? pieces(items.find(reference.itemId()).stream().toList()).stream()
                        : Stream.of(new ContextTokens.Piece(item.id().orElse(""), Tokens.of(item, Duration.ZERO))))
                .toList();
    }

    /// How things stand when the client says what the model is to know of.
    private Mind.Situation situation(ResponsePlan plan, List<Item> input) {
        var known = input.stream()
                .flatMap(item -> item instanceof Item.Reference reference
                        ? items.find(reference.itemId()).map(ItemList.Entry::asHeard).stream()
                        : Stream.of(item))
                .toList();
        var outputs = new ArrayList<Mind.ToolOutput>();
        Optional<String> words = Optional.empty();
        boolean spoken = false;
        for (var item : known) {
            if (item instanceof Item.Message message && message.role().equals("user")) {
                spoken = true;
                words = Optional.of(message.text())
                        .filter(text -> !text.isEmpty() || message.content()
                                .stream()
                                .noneMatch(Content.InputAudio.class::isInstance));
            } else if (item instanceof Item.FunctionCallOutput output) {
                outputs.add(new Mind.ToolOutput(output.callId(), output.output()));
            }
        }
        return new Mind.Situation(plan.instructions(), known, plan.tools(), words, spoken, outputs, plan.toolChoice());
    }

    private void fail(Writing running, RealtimeError error, Instant now) {
        out.ask(new EmulatedSession.Effect.StopThinking(running.response.id()));
        running.response.cancel(sink);
        running.bill = ContextTokens.Bill.NOTHING;
        var details = BetaObjects.object().put("type", "failed");
        details.putObject("error")
                .put("type", error.type())
                .put("code", error.code())
                .put("message", error.message());
        finish(running, "failed", details, now);
    }

    private void stop(Writing running, String status, String reason, Instant now) {
        out.ask(new EmulatedSession.Effect.StopThinking(running.response.id()));
        running.response.cancel(sink);
        finish(running, status, BetaObjects.object().put("type", status).put("reason", reason), now);
    }

    private void finish(Writing running, String status, @Nullable JsonNode details, Instant now) {
        writing.remove(running);
        var output = status.equals("failed") ? Tokens.NONE : running.response.tokens();
        out.send(new ServerEvent.ResponseDone(describe(running, status, details, running.bill.usage(output))));
        out.send(rates.use(running.bill.input().total() + output.total(), now));
        if (running.plan().isInConversation()) {
            out.answered(running.response.sound(), now);
        }
    }

    private ObjectNode describe(Writing running, String status, @Nullable JsonNode details, @Nullable JsonNode usage) {
        var response = running.response;
        var json = BetaObjects.object()
                .put("object", "realtime.response")
                .put("id", response.id())
                .put("status", status);
        json.set("status_details", details);
        var output = json.putArray("output");
        response.output().forEach(item -> output.add(item.raw()));
        json.put("conversation_id", running.plan().isInConversation() ? conversationId : null);
        running.plan().describe(json);
        json.set("usage", usage);
        json.set("metadata", running.plan().metadata());
        return json;
    }

    private final RunningResponse.Sink sink = new RunningResponse.Sink() {
        @Override
        public void send(ServerEvent event) {
            out.send(event);
        }

        @Override
        public void sound(ServerEvent.Part at, Sound audio, AudioFormat format) {
            sounded = true;
            out.sound(at, audio, format);
        }

        @Override
        public void itemBegins(String itemId, Item item) {
            items.add(null, itemId, item);
            send(new ServerEvent.ItemAdded(items.previous(itemId), item));
        }

        @Override
        public void itemSounds(String itemId, Duration soFar) {
            items.find(itemId).ifPresent(entry -> entry.sounds(soFar));
        }

        @Override
        public void itemEnds(RunningResponse.Ended ended) {
            // The client may have deleted it while it was written.
            items.find(ended.itemId()).ifPresent(entry -> {
                items.written(entry, ended.item(), ended.audio(), ended.format());
                send(new ServerEvent.ItemDone(items.previous(ended.itemId()), entry.item()));
            });
        }
    };
}
