package dev.parley.media;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the listener hears, and has heard so far, in samples.
///
/// Audio of the model's items goes in faster than real time and comes out at the pace of whoever renders it. When the
/// listener interrupts, [#stop] drops what is queued and says of each item how much of it was heard, which is what
/// `conversation.item.truncate` asks for. Audio of an item that was stopped is discarded when it arrives late.
///
/// Mono audio at one rate. Bounded: audio beyond the limit is refused. Thread-safe, because the one who renders and
/// the one who stops are seldom the same and have to agree on what was heard; no call blocks for longer than a copy.
public final class Playout {
    /// The default limit.
    public static final Duration LIMIT = Duration.ofMinutes(10);

    /// A service that sends sample by sample must not fill the heap with pieces.
    private static final int MOST_PIECES = 100_000;

    /// Items whose count is remembered after they have been played or stopped; late audio comes soon or not at all.
    private static final int REMEMBERED = 256;

    /// How much of an item, or of one content part of it, was heard.
    ///
    /// @param itemId       the item
    /// @param contentIndex the content part within it
    /// @param rate         samples a second
    /// @param samples      samples that were rendered
    /// @param dropped      samples that were queued and will never be heard
    public record Heard(String itemId, int contentIndex, int rate, long samples, long dropped) {
        /// What was heard, in the unit of `audio_end_ms`.
        public long millis() {
            return Samples.millis(samples, rate);
        }
    }

    private record Key(String itemId, int contentIndex) {}

    private static final class Part {
        final Key key;
        long heard;
        long queued;
        boolean finished;

        Part(Key key) {
            this.key = key;
        }
    }

    private record Piece(Part part, Pcm audio) {}

    private final Object lock = new Object();
    private final int rate;
    private final long limit;
    private final Deque<Piece> queue = new ArrayDeque<>();
    private final Map<Key, Part> parts = new LinkedHashMap<>();
    private final Set<String> stopped = new LinkedHashSet<>();
    /// Samples of the first piece that have been rendered, and samples still to be rendered in all.
    private int rendered;
    private long queued;
    private Optional<Part> last = Optional.empty();

    /// A playout at `rate` that holds up to [#LIMIT].
    public Playout(int rate) {
        this(rate, LIMIT);
    }

    /// A playout at `rate` that holds up to `limit`.
    public Playout(int rate, Duration limit) {
        this.rate = Pcm.requireRate(rate);
        this.limit = Samples.in(limit, rate);
    }

    public int rate() {
        return rate;
    }

    /// Queues audio of an item.
    ///
    /// @return false if the item was stopped before, and its audio discarded
    /// @throws PlayoutFullException if more would be queued than the limit allows; nothing is queued then
    public boolean add(String itemId, int contentIndex, Pcm audio) {
        if (audio.rate() != rate || audio.channels() != 1) {
            throw new IllegalArgumentException("expected mono audio at " + rate + " Hz, found " + audio);
        }
        synchronized (lock) {
            if (stopped.contains(itemId)) {
                return false;
            }
            if (queued + audio.frames() > limit || queue.size() >= MOST_PIECES) {
                throw new PlayoutFullException(Samples.duration(limit, rate),
                        Samples.duration(queued + audio.frames(), rate));
            }
            if (!audio.isEmpty()) {
                var part = parts.computeIfAbsent(new Key(itemId, contentIndex), Part::new);
                queue.add(new Piece(part, audio));
                part.queued += audio.frames();
                queued += audio.frames();
                forgetTheOldest();
            }
            return true;
        }
    }

    /// Says that no more audio of this part will be added: once heard to its end, there is nothing left to stop.
    public void finish(String itemId, int contentIndex) {
        synchronized (lock) {
            var part = parts.get(new Key(itemId, contentIndex));
            if (part != null) {
                part.finished = true;
            }
        }
    }

    /// The next `frames`, which the listener hears now; silence where nothing is queued.
    public Pcm render(int frames) {
        var samples = new short[frames];
        synchronized (lock) {
            for (int at = 0; at < frames && !queue.isEmpty();) {
                var piece = queue.element();
                int count = Math.min(frames - at, piece.audio().frames() - rendered);
                piece.audio().copyTo(rendered, samples, at, count);
                at += count;
                rendered += count;
                queued -= count;
                piece.part().heard += count;
                piece.part().queued -= count;
                last = Optional.of(piece.part());
                if (rendered == piece.audio().frames()) {
                    queue.remove();
                    rendered = 0;
                }
            }
        }
        return Pcm.adopt(rate, 1, samples);
    }

    /// The part that is being heard, with nothing dropped yet: the one rendered last, as long as more of it is queued or
    /// may come, else the next in the queue. Empty when there is nothing to stop.
    Optional<Heard> current() {
        synchronized (lock) {
            return currentPart().map(part -> heard(part, 0));
        }
    }

    /// Drops all that is queued and cuts off every item that had audio in the queue or was being heard.
    ///
    /// @return what was heard of each part, the current one first and then the others in the order in which they would
    ///         have been heard; of most of those nothing was
    public List<Heard> stop() {
        synchronized (lock) {
            var cut = new LinkedHashSet<Part>();
            currentPart().ifPresent(cut::add);
            queue.forEach(piece -> cut.add(piece.part()));
            var report = cut.stream().map(part -> heard(part, part.queued)).toList();
            for (var part : cut) {
                part.queued = 0;
                part.finished = true;
                stopped.add(part.key.itemId());
            }
            queue.clear();
            queued = 0;
            rendered = 0;
            last = Optional.empty();
            forgetTheOldest();
            return report;
        }
    }

    /// Whether audio is left to be heard.
    boolean isPlaying() {
        return queued() > 0;
    }

    /// Samples left to be heard.
    long queued() {
        synchronized (lock) {
            return queued;
        }
    }

    /// Time left to be heard.
    Duration remaining() {
        return Samples.duration(queued(), rate);
    }

    private Optional<Part> currentPart() {
        return last.filter(part -> part.queued > 0 || !part.finished)
                .or(() -> Optional.ofNullable(queue.peek()).map(Piece::part));
    }

    private Heard heard(Part part, long dropped) {
        return new Heard(part.key.itemId(), part.key.contentIndex(), rate, part.heard, dropped);
    }

    private void forgetTheOldest() {
        var oldestParts = parts.values().iterator();
        for (int excess = parts.size() - REMEMBERED; excess > 0; excess--) {
            var part = oldestParts.next();
            if (part.queued == 0 && !last.equals(Optional.of(part))) {
                oldestParts.remove();
            }
        }
        var oldestStopped = stopped.iterator();
        for (int excess = stopped.size() - REMEMBERED; excess > 0; excess--) {
            oldestStopped.next();
            oldestStopped.remove();
        }
    }
}
