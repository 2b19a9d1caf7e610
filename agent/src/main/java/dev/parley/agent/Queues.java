package dev.parley.agent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Who waits for whom: one queue for each name, whose head is having its turn. Not thread-safe.
///
/// @param <T> who waits
final class Queues<T> {
    private final Map<String, Deque<T>> queues = new HashMap<>();

    /// Joins the queue; true if it is `one`'s turn at once.
    boolean join(String name, T one) {
        var queue = queues.computeIfAbsent(name, _ -> new ArrayDeque<>());
        queue.addLast(one);
        return queue.size() == 1;
    }

    /// Ends the turn of the head.
    ///
    /// @return whose turn it is now
    Optional<T> leave(String name) {
        var queue = queues.get(name);
        if (queue == null) {
            return Optional.empty();
        }
        queue.pollFirst();
        if (queue.isEmpty()) {
            queues.remove(name);
        }
        return Optional.ofNullable(queue.peekFirst());
    }
}
