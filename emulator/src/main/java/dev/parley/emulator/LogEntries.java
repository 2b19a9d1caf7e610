package dev.parley.emulator;

import dev.parley.emulator.SessionLog.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The newest entries of a log. Of ten events that pass, nine are pieces of sound which differ in little: those that follow
/// one another are kept in arrays, so that many sessions leave a collector little to move.
final class LogEntries {
    private static final int MOST = 10_000;
    /// By the type of an event that carries nothing but sound, the field that carries it.
    private static final Map<String, String> SOUND_FIELDS = Map.of("input_audio_buffer.append", "audio",
            "response.output_audio.delta", "delta", "response.audio.delta", "delta");
    private static final String ID = "event_id";

    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    private int size;

    /// Which way an event passed.
    enum Direction {
        RECEIVED, SENT;

        Entry entry(Instant at, JsonNode event) {
            return switch (this) {
                case RECEIVED -> new Entry.Received(at, event);
                case SENT -> new Entry.Sent(at, event);
            };
        }
    }

    private sealed interface Kept permits Kept.One, Pieces {
        Stream<Entry> entries();

        Stream<Entry> entries(Direction direction, String type);

        /// Lets go of the oldest; whether that was all.
        boolean removeFirst();

        record One(Direction direction, Entry entry) implements Kept {
            @Override
            public Stream<Entry> entries() {
                return Stream.of(entry);
            }

            @Override
            public Stream<Entry> entries(Direction wanted, String type) {
                return direction == wanted && entry.type().equals(type) ? entries() : Stream.empty();
            }

            @Override
            public boolean removeFirst() {
                return true;
            }
        }
    }

    /// Pieces of sound that followed one another.
    private static final class Pieces implements Kept {
        private static final int MOST_PIECES = 256;
        private static final int MOST_KINDS = Byte.MAX_VALUE;

        private final Instant begin;
        private final List<Kind> kinds = new ArrayList<>(2);
        /// Of each piece, its place among the kinds.
        private byte[] kind = new byte[8];
        private long[] nanosAfterBegin = new long[8];
        private int[] characters = new int[8];
        private final StringBuilder ids = new StringBuilder();
        /// Of each piece, where its id ends in `ids`; it begins where that of the piece before ends.
        private int[] idEnds = new int[8];
        private int from;
        private int to;

        /// What pieces have in common.
        ///
        /// @param hasId whether each has an id of its own
        /// @param rest the event without its sound and its id
        private record Kind(Direction direction, boolean hasId, ObjectNode rest) {
            boolean holds(Direction other, ObjectNode piece) {
                int others = 0;
                for (var member : piece.properties()) {
                    if (!isItsOwn(piece, member.getKey())) {
                        if (!member.getValue().equals(rest.get(member.getKey()))) {
                            return false;
                        }
                        others++;
                    }
                }
                return direction == other && hasId == hasId(piece) && others == rest.size();
            }

            static Kind of(Direction direction, ObjectNode piece) {
                var rest = piece.objectNode();
                for (var member : piece.properties()) {
                    if (!isItsOwn(piece, member.getKey())) {
                        rest.set(member.getKey(), member.getValue());
                    }
                }
                return new Kind(direction, hasId(piece), rest);
            }

            private static boolean isItsOwn(ObjectNode piece, String field) {
                return field.equals(soundField(piece)) || (field.equals(ID) && hasId(piece));
            }

            private static boolean hasId(ObjectNode piece) {
                return piece.path(ID).isString();
            }
        }

        Pieces(Instant begin) {
            this.begin = begin;
        }

        boolean isFull() {
            return to == MOST_PIECES || kinds.size() == MOST_KINDS;
        }

        void add(Direction direction, Instant at, ObjectNode piece) {
            if (to == characters.length) {
                grow();
            }
            int its = indexOfKind(direction, piece);
            kind[to] = (byte) its;
            nanosAfterBegin[to] = Duration.between(begin, at).toNanos();
            characters[to] = piece.path(soundField(piece)).stringValue().length();
            if (kinds.get(its).hasId) {
                ids.append(piece.path(ID).stringValue());
            }
            idEnds[to] = ids.length();
            to++;
        }

        private int indexOfKind(Direction direction, ObjectNode piece) {
            for (int i = kinds.size() - 1; i >= 0; i--) {
                if (kinds.get(i).holds(direction, piece)) {
                    return i;
                }
            }
            kinds.add(Kind.of(direction, piece));
            return kinds.size() - 1;
        }

        private void grow() {
            int room = 2 * to;
            kind = Arrays.copyOf(kind, room);
            nanosAfterBegin = Arrays.copyOf(nanosAfterBegin, room);
            characters = Arrays.copyOf(characters, room);
            idEnds = Arrays.copyOf(idEnds, room);
        }

        @Override
        public Stream<Entry> entries() {
            return IntStream.range(from, to).mapToObj(this::entry);
        }

        @Override
        public Stream<Entry> entries(Direction direction, String type) {
            return IntStream.range(from, to).filter(piece -> {
                var its = kinds.get(kind[piece]);
                return its.direction == direction && its.rest.path("type").asString("").equals(type);
            }).mapToObj(this::entry);
        }

        private Entry entry(int piece) {
            var its = kinds.get(kind[piece]);
            var event = its.rest.deepCopy();
            if (its.hasId) {
                event.put(ID, ids.substring(piece == 0 ? 0 : idEnds[piece - 1], idEnds[piece]));
            }
            event.put(soundField(event), characters[piece] + " characters");
            return its.direction.entry(begin.plusNanos(nanosAfterBegin[piece]), event);
        }

        @Override
        public boolean removeFirst() {
            from++;
            return from == to;
        }
    }

    /// Keeps an event without its sound, and lets go of the oldest when there are too many.
    void add(Direction direction, Instant at, JsonNode event) {
        if (event instanceof ObjectNode piece && piece.path(soundField(piece)).isString()) {
            piecesAt(at).add(direction, at, piece);
        } else {
            kept.add(new Kept.One(direction, direction.entry(at, withoutItemSound(event))));
        }
        size++;
        if (size > MOST) {
            size--;
            if (kept.getFirst().removeFirst()) {
                kept.removeFirst();
            }
        }
    }

    private Pieces piecesAt(Instant at) {
        if (kept.peekLast() instanceof Pieces last && !last.isFull()) {
            return last;
        }
        var fresh = new Pieces(at);
        kept.add(fresh);
        return fresh;
    }

    int size() {
        return size;
    }

    /// In the order in which they passed.
    Stream<Entry> stream() {
        return kept.stream().flatMap(Kept::entries);
    }

    Stream<Entry> stream(Direction direction, String type) {
        return kept.stream().flatMap(some -> some.entries(direction, type));
    }

    private static String soundField(JsonNode event) {
        return SOUND_FIELDS.getOrDefault(event.path("type").asString(""), "");
    }

    /// An item may carry its sound within its content.
    private static JsonNode withoutItemSound(JsonNode event) {
        var content = event.path("item").path("content");
        if (content.valueStream().noneMatch(part -> part.path("audio").isString())) {
            return event;
        }
        var copy = event.deepCopy();
        var parts = (ArrayNode) copy.path("item").path("content");
        for (int i = 0; i < parts.size(); i++) {
            parts.set(i, withoutSound(parts.get(i)));
        }
        return copy;
    }

    private static JsonNode withoutSound(JsonNode part) {
        return part instanceof ObjectNode object && part.path("audio").isString()
                ? object.deepCopy().put("audio", part.path("audio").stringValue().length() + " characters")
                : part;
    }
}
