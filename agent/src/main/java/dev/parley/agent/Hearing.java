package dev.parley.agent;

import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ServerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the caller hears of the agent, and where it was cut off: which sound is played, and to what length each item is to
/// be truncated.
///
/// Every item of the conversation is cut at most once. Sound that comes too late, for the caller has spoken, is not
/// played; its item is cut to what was played of it when the response is done and playing has been reported to have
/// stopped. Pure; confined to the conversation's thread.
final class Hearing {
    private final AudioEncoding encoding;
    /// Responses the caller has spoken into, or that were given up: what they still bring is not played.
    private final Set<String> silenced = new HashSet<>();
    /// Those among them whose end is not waited for.
    private final Set<String> lost = new HashSet<>();
    /// Their items that brought sound too late to be played.
    private final Set<Unplayed> unplayed = new LinkedHashSet<>();
    private final Set<String> cutItems = new HashSet<>();
    /// Responses beside the conversation, and their items: the service keeps nothing of them that could be cut.
    private final Set<String> asides = new HashSet<>();
    /// Bytes handed on to be played, by item.
    private final Map<String, Long> played = new HashMap<>();
    /// What brought sound, by response, until that is done.
    private final Map<String, Set<ServerEvent.Part>> sounding = new HashMap<>();
    /// How often playing was stopped without a report yet of what that cut.
    private int stopsUnreported;
    /// When what was handed on will have been heard.
    private Instant soundEnds = Instant.MIN;

    private record Unplayed(String itemId, int contentIndex) {}

    /// What to do with a piece of sound.
    enum Piece {
        DROP, PLAY, PLAY_FIRST
    }

    Hearing(AudioEncoding encoding) {
        this.encoding = encoding;
    }

    Piece on(ServerEvent.OutputAudioDelta audio, Instant now) {
        var at = audio.at();
        if (asides.contains(at.responseId())) {
            asides.add(at.itemId());
        }
        if (cutItems.contains(at.itemId())) {
            return Piece.DROP;
        }
        if (silenced.contains(at.responseId())) {
            if (!asides.contains(at.itemId())) {
                unplayed.add(new Unplayed(at.itemId(), at.contentIndex()));
            }
            return Piece.DROP;
        }
        sounding.computeIfAbsent(at.responseId(), _ -> new LinkedHashSet<>()).add(at);
        var isFirst = !played.containsKey(at.itemId());
        long bytes = audio.audio().length;
        played.merge(at.itemId(), bytes, Long::sum);
        soundEnds = (soundEnds.isBefore(now) ? now : soundEnds).plus(lasting(bytes));
        return isFirst ? Piece.PLAY_FIRST : Piece.PLAY;
    }

    /// This response is no part of the conversation.
    void isAside(String responseId) {
        asides.add(responseId);
    }

    /// When the caller will have heard all there is, if nobody speaks.
    Instant soundEnds() {
        return soundEnds;
    }

    /// What was to be heard is over.
    void endAt(Instant now) {
        soundEnds = now;
    }

    /// Playing is being stopped.
    void stop(Instant now) {
        stopsUnreported++;
        soundEnds = now;
    }

    /// What this response still brings comes too late.
    void silence(String responseId) {
        silenced.add(responseId);
    }

    /// This response was given up: what it may still bring comes too late, and nothing waits for its end.
    List<Input.Cut> lose(String responseId) {
        silenced.add(responseId);
        lost.add(responseId);
        return cutUnplayed();
    }

    /// Whether nothing of this response was played, though nobody has spoken into it.
    boolean isUnheard(String responseId) {
        return !sounding.containsKey(responseId) && !silenced.contains(responseId);
    }

    /// What this response, which is done, has brought of sound that was played.
    Set<ServerEvent.Part> sounded(String responseId) {
        var parts = sounding.remove(responseId);
        return parts == null ? Set.of() : parts;
    }

    /// What to cut now that the response is done.
    List<Input.Cut> done(String responseId) {
        lost.remove(responseId);
        return silenced.remove(responseId) ? cutUnplayed() : List.of();
    }

    /// What to cut now that playing is reported to have stopped.
    List<Input.Cut> stopped(List<Input.Cut> cuts) {
        stopsUnreported = Math.max(0, stopsUnreported - 1);
        var due = new ArrayList<Input.Cut>();
        cuts.forEach(cut -> addOnce(cut, due));
        if (lost.containsAll(silenced)) {
            due.addAll(cutUnplayed());
        }
        return due;
    }

    private List<Input.Cut> cutUnplayed() {
        var due = new ArrayList<Input.Cut>();
        unplayed.removeIf(late -> {
            var bytes = played.getOrDefault(late.itemId, 0L);
            if (bytes > 0 && stopsUnreported > 0) {
                // Some of it may have been cut off; the report will say.
                return false;
            }
            addOnce(new Input.Cut(late.itemId, late.contentIndex, lasting(bytes).toMillis()), due);
            return true;
        });
        return due;
    }

    private void addOnce(Input.Cut cut, List<Input.Cut> due) {
        if (!asides.contains(cut.itemId()) && cutItems.add(cut.itemId())) {
            due.add(cut);
        }
    }

    private Duration lasting(long bytes) {
        return Duration.ofMillis(bytes * 1_000 / encoding.bytesPerSecond());
    }
}
