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
import org.jspecify.annotations.Nullable;
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
        private static final int MOST_LIKES = Byte.MAX_VALUE;
        private static final int NO_ID = -1;

        private final Instant begin;
        private final List<Like> likes = new ArrayList<>(2);
        /// Of each piece, which of the likes it is like.
        private byte[] like = new byte[8];
        private long[] nanosAfterBegin = new long[8];
        private int[] characters = new int[8];
        private final StringBuilder ids = new StringBuilder();
        /// Of each piece, where its id ends in `ids`; [#NO_ID] for a piece that has none.
        private int[] idEnds = new int[8];
        private int from;
        private int to;

        /// What pieces have in common.
        ///
        /// @param rest the event without its sound and its id
        private record Like(Direction direction, ObjectNode rest) {
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
                return direction == other && others == rest.size();
            }

            static Like of(Direction direction, ObjectNode piece) {
                var rest = piece.objectNode();
                for (var member : piece.properties()) {
                    if (!isItsOwn(piece, member.getKey())) {
                        rest.set(member.getKey(), member.getValue());
                    }
                }
                return new Like(direction, rest);
            }

            private static boolean isItsOwn(ObjectNode piece, String field) {
                return field.equals(soundField(piece)) || (field.equals("event_id") && piece.path(field).isString());
            }
        }

        Pieces(Instant begin) {
            this.begin = begin;
        }

        boolean isFull() {
            return to == MOST_PIECES || likes.size() == MOST_LIKES;
        }

        void add(Direction direction, Instant at, ObjectNode piece) {
            if (to == characters.length) {
                grow();
            }
            like[to] = (byte) indexOfLike(direction, piece);
            nanosAfterBegin[to] = Duration.between(begin, at).toNanos();
            characters[to] = piece.path(soundField(piece)).stringValue().length();
            var id = piece.path("event_id").asStringOpt();
            id.ifPresent(ids::append);
            idEnds[to] = id.isPresent() ? ids.length() : NO_ID;
            to++;
        }

        private int indexOfLike(Direction direction, ObjectNode piece) {
            for (int i = likes.size() - 1; i >= 0; i--) {
                if (likes.get(i).holds(direction, piece)) {
                    return i;
                }
            }
            likes.add(Like.of(direction, piece));
            return likes.size() - 1;
        }

        private void grow() {
            int room = 2 * to;
            like = Arrays.copyOf(like, room);
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
                var its = likes.get(like[piece]);
                return its.direction == direction && its.rest.path("type").asString("").equals(type);
            }).mapToObj(this::entry);
        }

        private Entry entry(int piece) {
            var its = likes.get(like[piece]);
            var event = its.rest.deepCopy();
            var id = id(piece);
            if (id != null) {
                event.put("event_id", id);
            }
            event.put(soundField(event), characters[piece] + " characters");
            return its.direction.entry(begin.plusNanos(nanosAfterBegin[piece]), event);
        }

        private @Nullable String id(int piece) {
            if (idEnds[piece] == NO_ID) {
                return null;
            }
            int before = piece - 1;
            while (before >= 0 && idEnds[before] == NO_ID) {
                before--;
            }
            return ids.substring(before < 0 ? 0 : idEnds[before], idEnds[piece]);
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
