package dev.parley.emulator;

import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import dev.parley.media.Samples;
import dev.parley.realtime.ServerEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the model has said on a call and the caller has not been sent yet (protocol sections 7.6 to 7.8).
///
/// Sound comes in as fast as it is made and is taken out 20 ms at a time, at the pace of the call. So it is known here, to
/// the sample, how much of each item has left, which is what an item is cut to when the caller interrupts. Responses follow
/// one another; each is told of by `output_audio_buffer.started`, and then by `stopped` when its last sound has left, or by
/// `cleared` when that was thrown away. Confined to the session's thread.
final class OutputBuffer {
    /// What is taken out at a time.
    static final Duration FRAME = Duration.ofMillis(20);
    /// Bytes that wait together: eleven minutes of linear audio. More than that is not said.
    static final long MOST_BYTES = 32L << 20;

    private final Consumer<ServerEvent> out;
    /// In the order they are heard in; the first is being heard.
    private final ArrayDeque<Voice> voices = new ArrayDeque<>();
    private long bytes;
    /// The last one that began; null before the first.
    private @Nullable String lastId;

    /// What was thrown away.
    ///
    /// @param responseId the response that was being heard
    /// @param items where each item is cut that was not heard to its end
    record Cut(String responseId, Map<String, Duration> items) {}

    /// The sound of one response.
    private static final class Voice {
        private final String responseId;
        private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
        /// Samples of each item that have left, and their rate.
        private final SequencedMap<String, Played> played = new LinkedHashMap<>();
        /// Items of which there will be no more sound.
        private final Set<String> made = new HashSet<>();
        /// Whether the response is done.
        private boolean whole;
        /// Whether it is not to be heard any more.
        private boolean silenced;

        Voice(String responseId) {
            this.responseId = responseId;
        }
    }

    private record Piece(String itemId, Sound sound, AudioFormat format) {}

    private record Played(long samples, int rate) {
        Duration length() {
            return Samples.duration(samples, rate);
        }
    }

    /// @param out where events go
    OutputBuffer(Consumer<ServerEvent> out) {
        this.out = out;
    }

    /// Hears what the client is told of responses: they begin to be heard with their first spoken part, and end with
    /// `response.done`.
    void follow(ServerEvent event) {
        switch (event) {
            case ServerEvent.ContentPartAdded(var at, var type, _) when type.equals("audio") -> begin(at.responseId());
            case ServerEvent.OutputAudioDone(var at, _) ->
                voiceOf(at.responseId()).ifPresent(voice -> voice.made.add(at.itemId()));
            case ServerEvent.ResponseDone done -> voiceOf(done.response().id()).ifPresent(voice -> {
                voice.whole = true;
                goOn();
            });
            default -> {
                // Neither begins nor ends a response.
            }
        }
    }

    private void begin(String responseId) {
        if (voiceOf(responseId).isEmpty()) {
            voices.add(new Voice(responseId));
            if (voices.size() == 1) {
                start(responseId);
            }
        }
    }

    private void start(String responseId) {
        lastId = responseId;
        out.accept(new ServerEvent.OutputBufferStarted(responseId));
    }

    /// Takes more of a response that has begun.
    void add(ServerEvent.Part at, Sound sound, AudioFormat format) {
        voiceOf(at.responseId()).filter(voice -> !voice.silenced && bytes + sound.length() <= MOST_BYTES)
                .ifPresent(voice -> {
                    voice.played.putIfAbsent(at.itemId(), new Played(0, format.rate()));
                    voice.pieces.add(new Piece(at.itemId(), sound, format));
                    bytes += sound.length();
                });
    }

    /// Takes out what the caller is to hear next, [#FRAME] long or less; empty when there is nothing.
    Optional<Pcm> take() {
        // Only now has what was taken last been heard.
        goOn();
        var voice = voices.peek();
        if (voice == null || voice.pieces.isEmpty()) {
            return Optional.empty();
        }
        var format = voice.pieces.getFirst().format;
        int wanted = (int) format.bytes(FRAME);
        var taken = new ArrayList<Sound>();
        while (wanted > 0 && !voice.pieces.isEmpty() && voice.pieces.getFirst().format.equals(format)) {
            var piece = voice.pieces.removeFirst();
            var sound = piece.sound.slice(0, wanted);
            if (sound.length() < piece.sound.length()) {
                voice.pieces.addFirst(new Piece(piece.itemId, piece.sound.slice(sound.length(), piece.sound.length()),
                        format));
            }
            wanted -= sound.length();
            bytes -= sound.length();
            voice.played.merge(piece.itemId, new Played(sound.length() / format.bytesPerFrame(), format.rate()),
                    (before, more) -> new Played(before.samples + more.samples, before.rate));
            taken.add(sound);
        }
        return Optional.of(format.decode(Sound.joined(taken).toBytes()));
    }

    /// Lets the next response be heard when the one before it was.
    private void goOn() {
        for (var first = voices.peek(); first != null && first.whole && first.pieces.isEmpty(); first = voices.peek()) {
            voices.remove();
            if (!first.silenced) {
                out.accept(new ServerEvent.OutputBufferStopped(first.responseId));
            }
            var next = voices.peek();
            if (next != null && !next.silenced) {
                start(next.responseId);
            }
        }
    }

    /// Throws away what has not left. What responses have yet to say that are still being made is not heard either.
    ///
    /// @return what it was; empty if nothing was being heard
    Optional<Cut> clear() {
        var heard = voices.stream().filter(voice -> !voice.silenced).toList();
        var items = new LinkedHashMap<String, Duration>();
        for (var voice : heard) {
            items.putAll(unheard(voice));
            voice.silenced = true;
            voice.pieces.clear();
        }
        bytes = 0;
        goOn();
        return heard.stream().findFirst().map(first -> new Cut(first.responseId, items));
    }

    /// How much was heard of each item that was not heard to its end. One that is still being made has none yet.
    private static Map<String, Duration> unheard(Voice voice) {
        var waiting = voice.pieces.stream().map(Piece::itemId).collect(Collectors.toSet());
        var items = new LinkedHashMap<String, Duration>();
        voice.played.forEach((itemId, played) -> {
            if (waiting.contains(itemId) || !voice.made.contains(itemId)) {
                items.put(itemId, played.length());
            }
        });
        return items;
    }

    /// The response heard last, or being heard; empty before the first.
    Optional<String> last() {
        return Optional.ofNullable(lastId);
    }

    private Optional<Voice> voiceOf(String responseId) {
        return voices.stream().filter(voice -> voice.responseId.equals(responseId)).findFirst();
    }
}
