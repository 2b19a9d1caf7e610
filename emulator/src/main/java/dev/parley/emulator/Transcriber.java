package dev.parley.emulator;

import dev.parley.realtime.InputTranscription;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TranscriptionUsage;
import dev.parley.speech.Hearing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tells the client what its caller said, as its transcription model would (protocol sections 2.4 and 9.6): word by word or
/// in one go, billed by tokens or by time. Confined to the session's thread.
final class Transcriber {
    private static final String EVENT = "conversation.item.input_audio_transcription.";
    private static final Set<String> BILLED_BY_TIME = Set.of("whisper-1", "gpt-realtime-whisper");
    private static final double LEAST_CONFIDENCE = 1e-9;

    private final Consumer<ServerEvent> out;
    /// Items whose words are being made out, with how they are to be told.
    private final Map<String, Wanted> unheard = new HashMap<>();

    /// @param transcription null when the client wants no words
    private record Wanted(@Nullable InputTranscription transcription, boolean logprobs, Duration length) {}

    Transcriber(Consumer<ServerEvent> out) {
        this.out = out;
    }

    /// The words of an item are being made out; they are told as the session wants it now.
    void listens(String itemId, Duration length, SessionConfig config) {
        unheard.put(itemId, new Wanted(config.inputTranscription().orElse(null),
                config.include().contains(SessionConfig.TRANSCRIPTION_LOGPROBS), length));
    }

    /// The words of an item are being made out, for the model alone.
    void listensQuietly(String itemId, Duration length) {
        unheard.put(itemId, new Wanted(null, false, length));
    }

    boolean isListening() {
        return !unheard.isEmpty();
    }

    /// The item is gone.
    void forget(String itemId) {
        unheard.remove(itemId);
    }

    /// Whether the client wants the words of this item.
    boolean isTold(String itemId) {
        var wanted = unheard.get(itemId);
        return wanted != null && wanted.transcription != null;
    }

    /// The words of an item are known, or never will be.
    void heard(String itemId, Hearing hearing) {
        var wanted = Optional.ofNullable(unheard.remove(itemId));
        wanted.map(Wanted::transcription).ifPresent(how -> {
            switch (hearing) {
                case Hearing.Understood understood -> tell(itemId, understood, how, wanted.get());
                case Hearing.NotUnderstood() -> out.accept(new ServerEvent.InputTranscriptFailed(itemId, 0,
                        "audio_unintelligible", "The audio could not be understood."));
            }
        });
    }

    /// The words of an item will never be known, because whoever was to make them out failed.
    void failed(String itemId, RealtimeError error) {
        var wanted = unheard.remove(itemId);
        if (wanted != null && wanted.transcription != null) {
            var json = event("failed", itemId);
            json.putObject("error")
                    .put("type", error.type())
                    .put("code", error.code())
                    .put("message", error.message())
                    .put("param", error.param());
            out.accept(new ServerEvent.InputTranscriptFailed(itemId, 0, error, json));
        }
    }

    private void tell(String itemId, Hearing.Understood understood, InputTranscription how, Wanted wanted) {
        var model = how.model();
        // Words of which nothing more is known are all as likely.
        double logprob = Math.log(Math.max(understood.confidence(), LEAST_CONFIDENCE));
        boolean weighed = wanted.logprobs && !model.equals("whisper-1");
        var pieces = model.equals("whisper-1") ? List.of(understood.words()) : words(understood.words());
        for (var piece : pieces) {
            var json = event("delta", itemId).put("delta", piece);
            if (weighed) {
                json.set("logprobs", logprobs(List.of(piece), logprob));
            }
            out.accept(new ServerEvent.InputTranscriptDelta(itemId, 0, piece, json));
        }
        double seconds = wanted.length.toMillis() / 1_000.0;
        if (model.endsWith("-diarize")) {
            // One caller speaks here.
            out.accept(new ServerEvent.InputTranscriptSegment(itemId, 0, "seg_0", "A", understood.words(), 0, seconds));
        }
        var json = event("completed", itemId).put("transcript", understood.words());
        if (weighed) {
            json.set("logprobs", logprobs(pieces, logprob));
        }
        if (BILLED_BY_TIME.contains(model)) {
            json.putObject("usage").put("type", "duration").put("seconds", seconds);
            out.accept(new ServerEvent.InputTranscriptCompleted(itemId, 0, understood.words(),
                    new TranscriptionUsage.Seconds(seconds), json));
            return;
        }
        var usage = tokens(understood.words(), how, wanted.length);
        json.putObject("usage")
                .put("type", "tokens")
                .put("total_tokens", usage.totalTokens())
                .put("input_tokens", usage.inputTokens())
                .put("output_tokens", usage.outputTokens())
                .putObject("input_token_details")
                .put("text_tokens", usage.textTokens())
                .put("audio_tokens", usage.audioTokens());
        out.accept(new ServerEvent.InputTranscriptCompleted(itemId, 0, understood.words(), usage, json));
    }

    private static TranscriptionUsage.Tokens tokens(String words, InputTranscription how, Duration length) {
        long audio = Tokens.heard(length).audio();
        long prompt = how.prompt() == null ? 0 : Tokens.ofText(how.prompt().length()).text();
        long output = Tokens.ofText(words.length()).text();
        return new TranscriptionUsage.Tokens(prompt + audio + output, prompt + audio, prompt, audio, output);
    }

    /// The words, each with the space before it.
    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : new ArrayList<>(List.of(text.split("(?=\\s)")));
    }

    private static ObjectNode event(String name, String itemId) {
        return BetaObjects.object().put("type", EVENT + name).put("item_id", itemId).put("content_index", 0);
    }

    private static ArrayNode logprobs(List<String> pieces, double logprob) {
        var all = JsonNodeFactory.instance.arrayNode();
        for (var piece : pieces) {
            var bytes = all.addObject().put("token", piece).put("logprob", logprob).putArray("bytes");
            for (byte b : piece.getBytes(StandardCharsets.UTF_8)) {
                bytes.add(Byte.toUnsignedInt(b));
            }
        }
        return all;
    }
}
