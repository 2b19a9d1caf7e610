package dev.parley.emulator;

import dev.parley.emulator.LogEntries.Direction;
import dev.parley.realtime.Close;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What passed between one client and the emulator, to be looked at and asserted on.
///
/// Sound is left out and the oldest entries go when there are too many, so that a log stays small however long the
/// session. Safe to read from any thread while the session runs.
public final class SessionLog {
    private final String sessionId;
    private final Request request;
    private final Optional<String> callId;
    /// Guards everything below.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LogEntries entries = new LogEntries();
    private @Nullable Close end;

    SessionLog(String sessionId) {
        this(sessionId, Request.NONE);
    }

    SessionLog(String sessionId, Request request) {
        this(sessionId, request, Optional.empty());
    }

    SessionLog(String sessionId, Request request, Optional<String> callId) {
        this.sessionId = sessionId;
        this.request = request;
        this.callId = callId;
    }

    /// How the client came, without its secrets.
    ///
    /// @param query parameters by name
    /// @param headers by name in lower case; those that carry keys, tokens or cookies are left out
    /// @param safetyIdentifier the end user that the client, or its client secret, names
    public record Request(String path, Map<String, String> query, Map<String, String> headers,
            Optional<String> safetyIdentifier) {
        static final Request NONE = new Request("", Map.of(), Map.of(), Optional.empty());

        public Request {
            query = Collections.unmodifiableMap(new TreeMap<>(query));
            headers = Collections.unmodifiableMap(new TreeMap<>(headers));
        }
    }

    /// An event that passed, with its sound replaced by the number of characters it had.
    public sealed interface Entry {
        Instant at();

        JsonNode event();

        /// Name of the event on the wire.
        default String type() {
            return event().path("type").asString("");
        }

        /// The client sent this.
        record Received(Instant at, JsonNode event) implements Entry {}

        /// The emulator sent this.
        record Sent(Instant at, JsonNode event) implements Entry {}
    }

    public String sessionId() {
        return sessionId;
    }

    /// How the client came.
    public Request request() {
        return request;
    }

    /// The WebRTC call the session is for, `rtc_...`; empty for a WebSocket's.
    public Optional<String> callId() {
        return callId;
    }

    /// How the session ended; empty while it lasts.
    public Optional<Close> closed() {
        lock.lock();
        try {
            return Optional.ofNullable(end);
        } finally {
            lock.unlock();
        }
    }

    /// Everything so far, oldest first.
    public List<Entry> entries() {
        lock.lock();
        try {
            return entries.stream().toList();
        } finally {
            lock.unlock();
        }
    }

    /// How many entries there are.
    int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }

    /// The first event of this type that the client sends, waiting for it if it has not come.
    ///
    /// @throws EmulatorException if none has come in time; the message says what did
    public JsonNode awaitReceived(String type, Duration patience) {
        return await(() -> entries.stream(Direction.RECEIVED, type).map(Entry::event).findFirst(), patience,
                "the client to send " + type);
    }

    /// How the session ends, waiting for that.
    ///
    /// @throws EmulatorException if it has not ended in time
    public Close awaitClosed(Duration patience) {
        return await(() -> Optional.ofNullable(end), patience, "the session to end");
    }

    private <T> T await(Supplier<Optional<T>> wanted, Duration patience, String what) {
        long left = patience.toNanos();
        lock.lock();
        try {
            var found = wanted.get();
            while (found.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
                found = wanted.get();
            }
            return found.orElseThrow(() -> new EmulatorException("expected " + what + " within " + patience.toMillis()
                    + " ms, found " + summary()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new EmulatorException("interrupted while expecting " + what);
        } finally {
            lock.unlock();
        }
    }

    private String summary() {
        var types = entries.stream()
                .filter(Entry.Received.class::isInstance)
                .map(Entry::type)
                .distinct()
                .toList();
        return (types.isEmpty() ? "nothing received" : "received " + String.join(", ", types)) + (end == null
                ? ""
                : "; the session ended with " + end);
    }

    /// The types of the events the emulator sent, in order.
    public List<String> sentTypes() {
        return entries().stream().filter(Entry.Sent.class::isInstance).map(Entry::type).toList();
    }

    /// The events of this type that the client sent, in order.
    public List<JsonNode> received(String type) {
        lock.lock();
        try {
            return entries.stream(Direction.RECEIVED, type).map(Entry::event).toList();
        } finally {
            lock.unlock();
        }
    }

    void received(Instant at, JsonNode event) {
        add(Direction.RECEIVED, at, event);
    }

    void sent(Instant at, JsonNode event) {
        add(Direction.SENT, at, event);
    }

    /// The session has ended; what is said of its end first is right.
    void ended(Close how) {
        lock.lock();
        try {
            if (end == null) {
                end = how;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void add(Direction direction, Instant at, JsonNode event) {
        lock.lock();
        try {
            entries.add(direction, at, event);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
