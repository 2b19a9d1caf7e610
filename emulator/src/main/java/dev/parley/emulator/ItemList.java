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

/// The items of the default conversation, in order. Confined to the session's thread.
final class ItemList {
    /// As `previous_item_id`: before all others.
    static final String ROOT = "root";

    private static final int LONGEST_ID = 32;

    private final List<Entry> entries = new ArrayList<>();

    /// An item and what the service knows of it beside what it shows.
    static final class Entry {
        private final String id;
        private Item item;
        private @Nullable String heardWords;
        private Sound audio = Sound.NONE;
        private AudioFormat format = AudioFormat.REALTIME_PCM;

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

        /// Sound of the item; empty when it has none.
        Sound audio() {
            return audio;
        }

        /// Format of the sound, which may have been the session's at another time.
        AudioFormat format() {
            return format;
        }

        Duration length() {
            return format.duration(audio.length());
        }

        /// The ears have made out what is said here, whether or not the client is told.
        void heard(String words) {
            heardWords = words;
        }

        private Item asHeard() {
            return heardWords == null
                    ? item
                    : Item.message("user", new Content.InputAudio(heardWords)).with(id, "completed");
        }

        void become(Item changed) {
            item = changed;
        }

        void sound(Sound sound, AudioFormat encodedAs) {
            audio = sound;
            format = encodedAs;
        }
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

    /// The items as the model knows them: with the words that were made out.
    List<Item> asHeard() {
        return entries.stream().map(Entry::asHeard).toList();
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
        requireShort("item.id", id);
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

    static void requireShort(String field, String value) {
        if (value.length() > LONGEST_ID) {
            throw new ProtocolException("string_above_max_length", field,
                    "Invalid '" + field + "': string too long. Expected a string with maximum length " + LONGEST_ID
                            + ", but got a string with length " + value.length() + " instead.");
        }
    }

    void remove(String id) {
        entries.removeIf(entry -> entry.id.equals(id));
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
