package dev.parley.agent;

import dev.parley.realtime.ServerEvent;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// The types of events that a session brought and nobody here knows. A service that renames its events goes on talking to
/// somebody who hears nothing; whoever reads the log is to learn it from there. Belongs to one thread.
final class Strangers {
    private static final int MOST_TYPES = 100;
    private static final int MOST_CHARACTERS = 64;

    private final Set<String> met = new HashSet<>();

    /// The event's type, if it is of no known type and the first of its own.
    Optional<String> meet(ServerEvent event) {
        if (!(event instanceof ServerEvent.Unknown) || met.size() == MOST_TYPES) {
            return Optional.empty();
        }
        var type = ToolJson.shorten(event.type(), MOST_CHARACTERS);
        return met.add(type) ? Optional.of(type) : Optional.empty();
    }
}
