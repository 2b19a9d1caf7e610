package dev.parley.emulator;

import dev.parley.realtime.Close;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/// The sessions of one emulator: those that are open, and what passed in those and in the ones before. Thread-safe.
final class Sessions {
    private static final int MOST_LOGS = 1_000;
    /// Of all logs together, when a session opens: a few hundred bytes each.
    private static final int MOST_ENTRIES = 300_000;
    private static final int MOST_TURNED_AWAY = 1_000;

    /// By the id of the session.
    private final Map<String, SessionConnection> open = new ConcurrentHashMap<>();
    private final ArrayDeque<SessionLog> logs = new ArrayDeque<>();
    private final ArrayDeque<TurnedAway> turnedAway = new ArrayDeque<>();

    /// A client was let in. From here on its session can be inspected, and told what to do, though its socket may not be
    /// open yet.
    void open(SessionConnection connection) {
        synchronized (logs) {
            logs.add(connection.log());
            long entries = logs.stream().mapToLong(SessionLog::size).sum();
            while (logs.size() > MOST_LOGS || (entries > MOST_ENTRIES && logs.size() > 1)) {
                entries -= logs.removeFirst().size();
            }
        }
        open.put(connection.log().sessionId(), connection);
        connection.start();
    }

    Optional<SessionConnection> open(String sessionId) {
        return Optional.ofNullable(open.get(sessionId));
    }

    /// A client was not let in.
    void turnAway(TurnedAway client) {
        synchronized (logs) {
            turnedAway.add(client);
            if (turnedAway.size() > MOST_TURNED_AWAY) {
                turnedAway.removeFirst();
            }
        }
    }

    /// Oldest first.
    List<TurnedAway> turnedAway() {
        synchronized (logs) {
            return List.copyOf(turnedAway);
        }
    }

    /// A client has gone.
    void gone(String sessionId, Close how) {
        var connection = open.remove(sessionId);
        if (connection != null) {
            connection.clientGone(how);
        }
    }

    /// Oldest first.
    List<SessionLog> logs() {
        synchronized (logs) {
            return List.copyOf(logs);
        }
    }

    Optional<SessionLog> log(String sessionId) {
        return logs().stream().filter(log -> log.sessionId().equals(sessionId)).findFirst();
    }

    /// Forgets what passed so far; sessions that still run go on.
    void forget() {
        synchronized (logs) {
            logs.clear();
            turnedAway.clear();
        }
    }

    void inject(Fault fault) {
        open.values().forEach(connection -> connection.inject(fault));
    }

    void cutAll() {
        open.values().forEach(SessionConnection::cut);
    }

    /// Says goodbye to everybody at once, and returns when that was said.
    void closeAll(Close why) {
        try (var goodbyes = Executors.newVirtualThreadPerTaskExecutor()) {
            open.values().forEach(connection -> goodbyes.execute(() -> connection.close(why.code(), why.reason())));
        }
    }
}
