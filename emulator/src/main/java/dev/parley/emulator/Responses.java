package dev.parley.emulator;

import dev.parley.realtime.AudioEncoding;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The responses of a session: at most one that writes the conversation, and any number beside it.
///
/// A response is announced when it is created, thinks once the caller's words are known, and is then written as time
/// passes. Confined to the session's thread.
final class Responses {
    private static final long TOKEN_LIMIT = 40_000;

    private final Ids ids;
    private final double pace;
    private final ItemList items;
    private final Attention attention;
    private final Consumer<ServerEvent> out;
    private final Consumer<EmulatedSession.Effect> asks;
    private final String conversationId;
    private final List<Writing> writing = new ArrayList<>();
    private boolean sounded;
    /// How the next response fails, if it is to.
    private @Nullable RealtimeError failure;

    /// A response and when it began to be thought.
    private static final class Writing {
        private final RunningResponse response;
        private final @Nullable JsonNode metadata;
        private @Nullable Instant since;

        Writing(RunningResponse response, @Nullable JsonNode metadata) {
            this.response = response;
            this.metadata = metadata;
        }

        Duration elapsed(Instant now) {
            return since == null ? Duration.ZERO : Duration.between(since, now);
        }

        Optional<Instant> nextAt() {
            var next = response.nextAt();
            return since == null || next == null ? Optional.empty() : Optional.of(since.plus(next));
        }
    }

    /// @param out where events go
    /// @param asks where goes what somebody else must do
    Responses(Ids ids, double pace, ItemList items, Attention attention, Consumer<ServerEvent> out,
            Consumer<EmulatedSession.Effect> asks) {
        this.ids = ids;
        this.asks = asks;
        this.pace = pace;
        this.items = items;
        this.attention = attention;
        this.out = out;
        this.conversationId = ids.next("conv");
    }

    /// Whether any sound has been sent in this session.
    boolean haveSounded() {
        return sounded;
    }

    /// Whether a response is writing the conversation.
    boolean isConversationBusy() {
        return active().isPresent();
    }

    /// When [#goOn] should next be called; empty when nothing is waiting for time to pass.
    Optional<Instant> wakeAt() {
        return writing.stream().map(Writing::nextAt).flatMap(Optional::stream).min(Instant::compareTo);
    }

    /// Begins a response.
    ///
    /// @throws ProtocolException if one is already writing the conversation
    void create(ResponseConfig overrides, SessionConfig config) {
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
        var response = new RunningResponse(ids.next("resp"), ids, !outOfBand, spoken, CallerAudio.format(encoding(
                config)),
                pace);
        var running = new Writing(response, overrides.raw().get("metadata"));
        writing.add(running);
        out.accept(new ServerEvent.ResponseCreated(describe(running, config, "in_progress", null, null)));
    }

    /// Has the next response fail like this, as one does when the service is out of order.
    void failNext(RealtimeError error) {
        failure = error;
    }

    /// A thought about a response has come; one nobody waits for any more is let go.
    void thought(String responseId, EmulatedSession.Voiced thought, Instant now) {
        find(responseId).ifPresent(running -> {
            switch (thought) {
                case EmulatedSession.Voiced.Said(var text, _, var sound) ->
                    running.response.say(text, sound, running.elapsed(now));
                case EmulatedSession.Voiced.Called(var name, var arguments) ->
                    running.response.call(name, arguments, running.elapsed(now));
            }
        });
    }

    /// Everything about a response was thought.
    void thoughtEnds(String responseId, Instant now) {
        find(responseId).ifPresent(running -> running.response.conclude(running.elapsed(now)));
    }

    /// The mind or the voice failed.
    void thoughtFails(String responseId, RealtimeError error, SessionConfig config) {
        find(responseId).ifPresent(running -> fail(running, error, config));
    }

    /// Has thought about what is new, if its words are known, and sends all that is due.
    ///
    /// @param wordsKnown whether all that the caller said has been made out
    void goOn(SessionConfig config, boolean wordsKnown, Instant now) {
        for (var running : List.copyOf(writing)) {
            if (running.since == null && failure != null) {
                var error = failure;
                failure = null;
                fail(running, error, config);
                continue;
            }
            if (wordsKnown && running.since == null) {
                running.since = now;
                think(running, config);
            }
            while (running.nextAt().map(due -> !due.isAfter(now)).orElse(false)) {
                running.response.advance(sink);
            }
            if (running.response.isOver()) {
                finish(running, config, "completed", null);
            }
        }
    }

    /// Stops the response that writes the conversation, if there is one, because the caller speaks.
    void interrupt(SessionConfig config) {
        active().ifPresent(running -> stop(running, config, "turn_detected"));
    }

    /// Stops the response named, or the one that writes the conversation.
    ///
    /// @throws ProtocolException if it is not running
    void cancel(@Nullable String responseId, SessionConfig config) {
        var running = responseId == null
                ? active()
                : find(responseId);
        stop(running.orElseThrow(() -> new ProtocolException(RealtimeError.CANCEL_NOT_ACTIVE, null,
                "Cancellation failed: no active response found")), config, "client_cancelled");
    }

    private Optional<Writing> active() {
        return writing.stream().filter(running -> running.response.isInConversation()).findFirst();
    }

    private Optional<Writing> find(String responseId) {
        return writing.stream().filter(running -> running.response.id().equals(responseId)).findFirst();
    }

    private void think(Writing running, SessionConfig config) {
        var inConversation = running.response.isInConversation();
        var situation = attention.situation(config.instructions().orElse(""), items.asHeard(), config.tools(),
                inConversation);
        if (inConversation) {
            attention.settle();
        }
        var sound = running.response.isSpoken()
                ? Optional.of(new EmulatedSession.Rendering(running.response.format(), config.voice().orElse("alloy"),
                        config.speed().orElse(1)))
                : Optional.<EmulatedSession.Rendering>empty();
        asks.accept(new EmulatedSession.Effect.Think(running.response.id(), situation, sound));
    }

    private void fail(Writing running, RealtimeError error, SessionConfig config) {
        asks.accept(new EmulatedSession.Effect.StopThinking(running.response.id()));
        running.response.cancel(sink);
        var details = object().put("type", "failed");
        details.putObject("error")
                .put("type", error.type())
                .put("code", error.code())
                .put("message", error.message());
        finish(running, config, "failed", details);
    }

    private void stop(Writing running, SessionConfig config, String reason) {
        asks.accept(new EmulatedSession.Effect.StopThinking(running.response.id()));
        running.response.cancel(sink);
        finish(running, config, "cancelled", object().put("type", "cancelled").put("reason", reason));
    }

    private void finish(Writing running, SessionConfig config, String status, @Nullable JsonNode details) {
        writing.remove(running);
        var usage = SessionDefaults.usage(attention.textTokens(), attention.audioTokens(),
                running.response.outputTextTokens(), running.response.outputAudioTokens());
        out.accept(new ServerEvent.ResponseDone(describe(running, config, status, details, usage)));
        attention.readTokens(running.response.outputTextTokens());
        out.accept(new ServerEvent.RateLimitsUpdated(TOKEN_LIMIT, TOKEN_LIMIT - attention.textTokens() % TOKEN_LIMIT,
                0.15));
    }

    private ObjectNode describe(Writing running, SessionConfig config, String status, @Nullable JsonNode details,
            @Nullable JsonNode usage) {
        var response = running.response;
        var json = object().put("object", "realtime.response").put("id", response.id()).put("status", status);
        json.set("status_details", details);
        var output = json.putArray("output");
        response.output().forEach(item -> output.add(item.raw()));
        json.put("conversation_id", response.isInConversation() ? conversationId : null);
        json.putArray("output_modalities").add(response.isSpoken() ? "audio" : "text");
        json.put("max_output_tokens", "inf");
        var audio = json.putObject("audio").putObject("output");
        audio.set("format", SessionDefaults.format(encoding(config)));
        audio.put("voice", config.voice().orElse("alloy"));
        json.set("usage", usage);
        json.set("metadata", running.metadata);
        return json;
    }

    private final RunningResponse.Sink sink = new RunningResponse.Sink() {
        @Override
        public void send(ServerEvent event) {
            sounded |= event instanceof ServerEvent.OutputAudioDelta;
            out.accept(event);
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

    private static AudioEncoding encoding(SessionConfig config) {
        return config.outputEncoding().orElse(AudioEncoding.PCM);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
