package dev.parley.emulator;

import dev.parley.media.Pcm;
import dev.parley.realtime.ProtocolException;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Whose turn it is: finds in the caller's audio where somebody speaks, makes an item of it, interrupts the answer or asks
/// for one, as the session's turn detection says (protocol sections 2.5, 7.3, 7.4, 7.6 and 7.10). Confined to the session's
/// thread.
final class Turns {
    private static final Duration SHORTEST_COMMIT = Duration.ofMillis(100);
    private static final int LARGEST_APPEND = 15 << 20;

    private final Ids ids;
    private final Conversation conversation;
    private final Consumer<Instant> interrupt;
    private final Consumer<ServerEvent> out;
    private final Runnable answer;
    private final IdleTimer idle = new IdleTimer();
    private CallerAudio input;
    private @Nullable String speechItemId;

    /// @param interrupt has the model fall silent, for the caller speaks
    /// @param out where events go
    /// @param answer asks for an answer to the caller
    Turns(Ids ids, Conversation conversation, Consumer<Instant> interrupt, SessionConfig config,
            Consumer<ServerEvent> out, Runnable answer) {
        this.ids = ids;
        this.conversation = conversation;
        this.interrupt = interrupt;
        this.input = CallerAudio.of(config);
        this.out = out;
        this.answer = answer;
    }

    /// The session was updated.
    void configured(SessionConfig before, SessionConfig after) {
        input = input.configured(before, after);
    }

    /// More of the caller's audio.
    ///
    /// @throws ProtocolException if it is too much at once
    void append(byte[] bytes, SessionConfig config, Instant now) {
        if (bytes.length > LARGEST_APPEND) {
            throw new ProtocolException("string_above_max_length", "audio",
                    "Invalid 'audio': too long. Expected at most "
                            + LARGEST_APPEND + " bytes of audio, but got " + bytes.length + " instead.");
        }
        take(input.append(bytes), config, now);
    }

    /// More of what the caller says on a call, at any rate.
    void hear(Pcm audio, SessionConfig config, Instant now) {
        take(input.hear(audio), config, now);
    }

    private void take(List<CallerAudio.Turn> turns, SessionConfig config, Instant now) {
        for (var turn : turns) {
            switch (turn) {
                case CallerAudio.Turn.Began(var at) -> began(at, config, now);
                case CallerAudio.Turn.Ended(var at, var audio) -> ended(at, audio, config);
            }
        }
    }

    private void began(long atMillis, SessionConfig config, Instant now) {
        speechItemId = ids.next("item");
        out.accept(new ServerEvent.SpeechStarted(speechItemId, atMillis));
        if (isInterruptedByCaller(config)) {
            interrupt.accept(now);
        }
        idle.stop();
    }

    private void ended(long atMillis, Pcm audio, SessionConfig config) {
        var itemId = speechItemId == null ? ids.next("item") : speechItemId;
        speechItemId = null;
        out.accept(new ServerEvent.SpeechStopped(itemId, atMillis));
        conversation.commit(itemId, audio, config);
        if (isAnsweredByItself(config)) {
            answer.run();
        }
    }

    /// The client says that the turn is over. The item is another than the one announced, if one was.
    ///
    /// @throws ProtocolException if there is next to nothing in it
    void commit(SessionConfig config) {
        if (input.length().compareTo(SHORTEST_COMMIT) < 0) {
            throw new ProtocolException("input_audio_buffer_commit_empty", null, String.format(Locale.ROOT,
                    "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio,"
                            + " but buffer only has %.2fms of audio.",
                    input.length().toNanos() / 1e6));
        }
        speechItemId = null;
        idle.stop();
        conversation.commit(ids.next("item"), input.takeAll(config), config);
    }

    void clear() {
        input.clear();
        out.accept(new ServerEvent.InputCleared());
    }

    /// The model's turn begins.
    void answering() {
        idle.stop();
    }

    /// The model's turn is over; its sound is this long.
    void answered(Duration sound, SessionConfig config, Instant now) {
        idle.answered(now, sound, idleTimeout(config));
    }

    /// When [#watchSilence] should next be called; empty when nobody is waited for.
    Optional<Instant> wakeAt() {
        return idle.wakeAt();
    }

    /// Asks for another answer when nobody spoke for too long after the last.
    void watchSilence(SessionConfig config, Instant now) {
        if (idle.begins(now)) {
            input.mark();
        }
        if (idle.ends(now)) {
            var silence = input.takeSilence();
            var itemId = ids.next("item");
            out.accept(new ServerEvent.TimeoutTriggered(itemId, silence.fromMillis(), silence.toMillis()));
            conversation.commit(itemId, silence.audio(), config);
            answer.run();
        }
    }

    private static boolean isInterruptedByCaller(SessionConfig config) {
        return switch (detection(config)) {
            case TurnDetection.ServerVad vad -> vad.interruptResponse();
            case TurnDetection.SemanticVad vad -> vad.interruptResponse();
            case TurnDetection.Manual() -> false;
            case TurnDetection.Unknown _ -> false;
        };
    }

    private static boolean isAnsweredByItself(SessionConfig config) {
        return !config.isTranscriptionOnly() && switch (detection(config)) {
            case TurnDetection.ServerVad vad -> vad.createResponse();
            case TurnDetection.SemanticVad vad -> vad.createResponse();
            case TurnDetection.Manual() -> false;
            case TurnDetection.Unknown _ -> false;
        };
    }

    private static Optional<Duration> idleTimeout(SessionConfig config) {
        return detection(config) instanceof TurnDetection.ServerVad vad
                ? Optional.ofNullable(vad.idleTimeout())
                : Optional.empty();
    }

    private static TurnDetection detection(SessionConfig config) {
        return config.turnDetection().orElse(TurnDetection.ServerVad.DEFAULT);
    }
}
