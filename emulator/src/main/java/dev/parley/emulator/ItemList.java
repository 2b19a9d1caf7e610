package dev.parley.emulator;

import dev.parley.realtime.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The items of the default conversation, in order. Confined to the session's thread.
final class ItemList {
    /// As `previous_item_id`: before all others.
    static final String ROOT = "root";

    private final List<Entry> entries = new ArrayList<>();

    /// An item and what the service knows of it beside what it shows.
    static final class Entry {
        private final String id;
        private Item item;
        private Sound audio = Sound.NONE;

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

        /// Sound of the item in the session's format; empty when it has none.
        Sound audio() {
            return audio;
        }

        void become(Item changed) {
            item = changed;
        }

        void sound(Sound sound) {
            audio = sound;
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

    boolean contains(String id) {
        return indexOf(id) >= 0;
    }

    boolean containsCall(String callId) {
        return entries.stream()
                .anyMatch(entry -> entry.item instanceof Item.FunctionCall call
                        && call.callId().equals(callId));
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
