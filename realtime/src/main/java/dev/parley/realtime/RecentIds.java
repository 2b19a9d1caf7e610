package dev.parley.realtime;

import java.util.LinkedHashSet;

/// The last so many ids. A new one makes room by pushing out the oldest. Thread-safe.
final class RecentIds {
    private final LinkedHashSet<String> ids = new LinkedHashSet<>();
    private final int capacity;

    RecentIds(int capacity) {
        this.capacity = capacity;
    }

    /// False when the id is known.
    synchronized boolean add(String id) {
        if (!ids.add(id)) {
            return false;
        }
        if (ids.size() > capacity) {
            ids.removeFirst();
        }
        return true;
    }

    synchronized void remove(String id) {
        ids.remove(id);
    }
}
