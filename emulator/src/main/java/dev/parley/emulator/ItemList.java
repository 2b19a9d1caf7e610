package dev.parley.emulator;

import dev.parley.media.AudioFormat;
import dev.parley.realtime.Content;
import dev.parley.realtime.Item;
import dev.parley.realtime.ProtocolException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The items of the default conversation, in order. Confined to the session's thread.
final class ItemList {
    /// As `previous_item_id`: before all others.
    static final String ROOT = "root";

    /// Sound kept for the client to ask for, in bytes: 87 seconds of linear audio. Of an older item only its length is
    /// known; the newest stays whatever its length.
    static final long MOST_SOUND = 4L << 20;

    private final List<Entry> entries = new ArrayList<>();
    private long sound;

    /// An item and what the service knows of it beside what it shows.
    static final class Entry {
        private final String id;
        private Item item;
        private @Nullable String heardWords;
        private Sound audio = Sound.NONE;
        private AudioFormat format = AudioFormat.REALTIME_PCM;
        private Duration length = Duration.ZERO;
        /// Where it was cut; null if it was not.
        private @Nullable Duration end;

        private Entry(String id, Item item) {
            this.id = id;
            this.item = item;
        }

        String id() {
            return id;
        }

        Item item() {
            return item;
        }

        /// Sound of the item; empty when it has none, or none any more.
        Sound audio() {
            return audio;
        }

        /// Format of the sound, which may have been the session's at another time.
        AudioFormat format() {
            return format;
        }

        /// Length of the sound, kept or not.
        Duration length() {
            return length;
        }

        /// The ears have made out what is said here, whether or not the client is told.
        void heard(String words) {
            heardWords = words;
        }

        /// The item as the model knows it: with the words that were made out.
        Item asHeard() {
            return heardWords == null
                    ? item
                    : Item.message("user", new Content.InputAudio(heardWords)).with(id, "completed");
        }

        void become(Item changed) {
            item = changed;
        }

        /// It is being written, and has sounded this long by now.
        void sounds(Duration soFar) {
            length = end == null ? soFar : end;
        }
    }

    /// What has become of an item that was being written. What was cut meanwhile stays cut.
    void written(Entry entry, Item item, Sound audio, AudioFormat format) {
        entry.become(item);
        sound(entry, audio, format);
        if (entry.end != null) {
            cut(entry, entry.end);
        }
    }

    /// Gives an item its sound, at the cost of that of old ones if need be.
    void sound(Entry entry, Sound audio, AudioFormat format) {
        sound += audio.length() - entry.audio.length();
        entry.audio = audio;
        entry.format = format;
        entry.length = format.duration(audio.length());
        for (var old : entries) {
            if (sound <= MOST_SOUND) {
                return;
            }
            if (old != entry) {
                sound -= old.audio.length();
                old.audio = Sound.NONE;
            }
        }
    }

    /// Cuts a message of the model; the words go, for nobody knows how far they were said.
    void cut(Entry entry, Duration end) {
        int bytes = (int) entry.format.bytes(end);
        // A copy, so that what was cut off is let go.
        sound(entry, Sound.copyOf(entry.audio.slice(0, Math.min(bytes, entry.audio.length())).toBytes()), entry.format);
        entry.length = end;
        entry.end = end;
        var wordless = (ObjectNode) entry.item.raw().deepCopy();
        wordless.path("content").forEach(part -> ((ObjectNode) part).remove("transcript"));
        entry.item = SessionDefaults.item(wordless);
    }

    /// Puts an item behind `previousItemId`; null is the end, [#ROOT] the beginning.
    Entry add(@Nullable String previousItemId, String id, Item item) {
        var entry = new Entry(id, item);
        if (previousItemId == null) {
            entries.add(entry);
        } else {
            entries.add(ROOT.equals(previousItemId) ? 0 : indexOf(previousItemId) + 1, entry);
        }
        return entry;
    }

    Optional<Entry> find(String id) {
        return entries.stream().filter(entry -> entry.id.equals(id)).findFirst();
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /// The item with this id.
    ///
    /// @param verb what was to be done with it, as in the protocol's error codes
    /// @param doing the same as a participle, as in its messages
    Entry require(String id, String verb, String doing) {
        return find(id).orElseThrow(() -> new ProtocolException("item_" + verb + "_invalid_item_id", null,
                "Error " + doing + " item: the item with id '" + id + "' does not exist."));
    }

    /// Checks that an item of this id can be put behind that one.
    void requireInsertable(String id, @Nullable String previousItemId) {
        if (indexOf(id) >= 0) {
            throw new ProtocolException("item_create_duplicate_item_id", null,
                    "Error adding item: an item with id '" + id + "' already exists.");
        }
        if (previousItemId != null && !previousItemId.equals(ROOT) && indexOf(previousItemId) < 0) {
            throw new ProtocolException("item_create_invalid_previous_item_id", null,
                    "Error adding item: the previous item with id '" + previousItemId + "' does not exist.");
        }
    }

    /// Checks that a function was called under this id.
    void requireCall(String callId) {
        if (entries.stream()
                .noneMatch(entry -> entry.item instanceof Item.FunctionCall call
                        && call.callId().equals(callId))) {
            throw new ProtocolException("invalid_tool_call_id", null,
                    "Tool call ID '" + callId + "' not found in conversation.");
        }
    }

    void remove(String id) {
        find(id).ifPresent(entry -> {
            sound -= entry.audio.length();
            entries.remove(entry);
        });
    }

    /// Id of the item before this one; null for the first.
    @Nullable
    String previous(String id) {
        int index = indexOf(id);
        return index <= 0 ? null : entries.get(index - 1).id;
    }

    /// Id of the last item; null when there is none.
    @Nullable
    String last() {
        return entries.isEmpty() ? null : entries.getLast().id;
    }

    private int indexOf(String id) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).id.equals(id)) {
                return i;
            }
        }
        return -1;
    }
}
