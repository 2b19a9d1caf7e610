package dev.parley.emulator;

import dev.parley.emulator.Mind.Thought;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.FunctionTool;
import dev.parley.realtime.Item;
import dev.parley.realtime.ProtocolException;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.ResponseConfig;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
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
    private final Mind mind;
    private final Function<String, Pcm> voice;
    private final double pace;
    private final ItemList items;
    private final Attention attention;
    private final Consumer<ServerEvent> out;
    private final String conversationId;
    private final List<Writing> writing = new ArrayList<>();
    private boolean sounded;

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

    Responses(Ids ids, Mind mind, Function<String, Pcm> voice, double pace, ItemList items, Attention attention,
            Consumer<ServerEvent> out) {
        this.ids = ids;
        this.mind = mind;
        this.voice = voice;
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
        var response = new RunningResponse(ids.next("resp"), !outOfBand, spoken, CallerAudio.format(encoding(config)),
                pace);
        var running = new Writing(response, overrides.raw().get("metadata"));
        writing.add(running);
        out.accept(new ServerEvent.ResponseCreated(describe(running, config, "in_progress", null, null)));
    }

    /// Thinks, if there is something to think about, and sends all that is due.
    ///
    /// @param wordsKnown whether all that the caller said has been made out
    void goOn(SessionConfig config, boolean wordsKnown, Instant now) {
        for (var running : List.copyOf(writing)) {
            if (wordsKnown && !running.response.hasStarted()) {
                think(running, config);
                running.since = now;
            }
            while (running.nextAt().map(due -> !due.isAfter(now)).orElse(false)) {
                running.response.advance(sink);
            }
            if (running.response.hasStarted() && running.response.nextAt() == null) {
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
                : writing.stream().filter(candidate -> candidate.response.id().equals(responseId)).findFirst();
        stop(running.orElseThrow(() -> new ProtocolException(RealtimeError.CANCEL_NOT_ACTIVE, null,
                "Cancellation failed: no active response found")), config, "client_cancelled");
    }

    private Optional<Writing> active() {
        return writing.stream().filter(running -> running.response.isInConversation()).findFirst();
    }

    private void think(Writing running, SessionConfig config) {
        var offered = config.tools().stream().map(FunctionTool::name).collect(Collectors.toSet());
        var inConversation = running.response.isInConversation();
        var situation = inConversation ? attention.situation(offered) : attention.aside(offered);
        if (inConversation) {
            attention.settle();
        }
        var planned = new ArrayList<RunningResponse.Planned>();
        for (var thought : mind.respond(situation)) {
            planned.add(switch (thought) {
                case Thought.Say(var text) -> new RunningResponse.Planned.Message(ids.next("item"), text,
                        running.response.isSpoken() ? spoken(text, config) : Sound.NONE);
                case Thought.CallFunction call -> new RunningResponse.Planned.Call(ids.next("item"), call);
            });
        }
        running.response.plan(planned);
    }

    private Sound spoken(String text, SessionConfig config) {
        var format = CallerAudio.format(encoding(config));
        return Sound.copyOf(format.encode(Resampler.convert(voice.apply(text), format.rate())));
    }

    private void stop(Writing running, SessionConfig config, String reason) {
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
