package dev.parley.emulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import tools.jackson.databind.JsonNode;

/// What is to be sent to one client, and when: usually at once, later where a fault says so. Knows no socket and no
/// clock; confined to the session's thread.
final class Outbox {
    private static final int MOST_FRAMES = 4_096;
    private static final int MOST_CHARS = 32 << 20;
    private static final String TRANSCRIPTION = "conversation.item.input_audio_transcription.";

    private final ArrayDeque<Frame> frames = new ArrayDeque<>();
    private final PriorityQueue<Late> late = new PriorityQueue<>(Comparator.comparing(Late::due)
            .thenComparingInt(
                    Late::order));
    private int order;
    private long chars;
    private Instant freeAt = Instant.MIN;
    private Instant stalledUntil = Instant.MIN;
    private Duration gap = Duration.ZERO;
    private Duration lateness = Duration.ZERO;

    /// A text frame, and the event in it.
    record Frame(String type, JsonNode event, String text) {}

    private record Late(Instant due, int order, Frame frame) {}

    void add(Frame frame, Instant now) {
        chars += frame.text.length();
        if (!lateness.isZero() && frame.type.startsWith(TRANSCRIPTION)) {
            late.add(new Late(now.plus(lateness), order++, frame));
        } else {
            frames.add(frame);
        }
    }

    /// Nothing leaves before `then`.
    void stallUntil(Instant then) {
        stalledUntil = stalledUntil.isAfter(then) ? stalledUntil : then;
        waitUntil(then);
    }

    /// Whether nothing at all leaves now.
    boolean isStalled(Instant now) {
        return stalledUntil.isAfter(now);
    }

    private void waitUntil(Instant then) {
        freeAt = freeAt.isAfter(then) ? freeAt : then;
    }

    /// From now on frames are at least so far apart.
    void slow(Duration apart, Instant now) {
        gap = apart;
        waitUntil(now.plus(apart));
    }

    /// From now on transcriptions of the caller come so much later.
    void delayTranscriptions(Duration span) {
        lateness = span;
    }

    /// Takes the next frame if it may leave now.
    Optional<Frame> next(Instant now) {
        while (!late.isEmpty() && !late.peek().due.isAfter(now)) {
            frames.add(late.remove().frame);
        }
        if (frames.isEmpty() || freeAt.isAfter(now)) {
            return Optional.empty();
        }
        if (!gap.isZero()) {
            freeAt = now.plus(gap);
        }
        var frame = frames.remove();
        chars -= frame.text.length();
        return Optional.of(frame);
    }

    /// Takes all that is left, because the connection ends.
    List<Frame> rest() {
        var rest = new ArrayList<>(frames);
        while (!late.isEmpty()) {
            rest.add(late.remove().frame);
        }
        frames.clear();
        chars = 0;
        return rest;
    }

    /// When [#next] is worth asking again; empty when nothing waits.
    Optional<Instant> wakeAt() {
        var then = Optional.ofNullable(late.peek()).map(Late::due);
        if (frames.isEmpty()) {
            return then;
        }
        return then.filter(due -> due.isBefore(freeAt)).or(() -> Optional.of(freeAt));
    }

    /// So much waits that the session must wait too.
    boolean isFull() {
        return frames.size() + late.size() >= MOST_FRAMES || chars >= MOST_CHARS;
    }
}
