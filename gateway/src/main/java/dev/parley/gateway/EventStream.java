package dev.parley.gateway;

import dev.parley.venue.VenueFeed.Missed;
import dev.parley.venue.VenueFeed.Numbered;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What one page is told. The feed puts events in and never waits; the thread of the page's request takes them out and
/// writes them. Of a page that reads too slowly only so much is kept: then it is dropped, and told so once it reads on.
final class EventStream {
    private static final int MOST = 256;
    /// What concerns the whole bar, whichever session made it happen.
    private static final Set<String> EVERYBODYS = Set.of("order.completed", "order.voided", "tab.updated",
            "stock.changed", "stock.low", "count.updated", "event.updated", "menu.updated");

    private final String session;
    private final Duration quiet;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition change = lock.newCondition();
    /// These are guarded by the lock.
    private final Queue<String> waiting = new ArrayDeque<>();
    private @Nullable String last;

    /// @param quiet after how long without an event a comment is written
    EventStream(String session, Duration quiet) {
        this.session = session;
        this.quiet = quiet;
    }

    /// The first events: that it is connected, and what was missed.
    ///
    /// @param seen the number of the last event before
    void begin(long seen, Missed missed) {
        // Whoever loses the connection before there is an event comes back with this.
        var number = missed.isComplete() ? "id: " + seen + "\n" : "";
        var connected = json("connected").put("session_id", session);
        put(number + "event: connected\ndata: " + connected + "\n\n");
        if (!missed.isComplete()) {
            put("event: events.missed\ndata: " + json("events.missed").put("message",
                    "Some events are gone; read anew what you show.") + "\n\n");
        }
        missed.events().stream().filter(this::concerns).map(EventStream::text).forEach(this::put);
    }

    /// An event, if it concerns this page. Does not wait.
    void offer(Numbered event) {
        if (concerns(event)) {
            put(text(event));
        }
    }

    private boolean concerns(Numbered event) {
        return event.event().sessionId().equals(session) || EVERYBODYS.contains(event.event().type());
    }

    private static String text(Numbered numbered) {
        var event = numbered.event();
        var data = json(event.type()).put("session_id", event.sessionId()).put("at", event.at().toString());
        data.set("data", event.data());
        return "id: " + numbered.number() + "\nevent: " + event.type() + "\ndata: " + data + "\n\n";
    }

    private static ObjectNode json(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private void put(String text) {
        lock.lock();
        try {
            if (last != null) {
                return;
            }
            if (waiting.size() >= MOST) {
                waiting.clear();
                last = "event: dropped\ndata: " + json("dropped").put("message",
                        "You read too slowly; connect again and read anew what you show.") + "\n\n";
            } else {
                waiting.add(text);
            }
            change.signal();
        } finally {
            lock.unlock();
        }
    }

    /// The last event.
    void end() {
        lock.lock();
        try {
            if (last == null) {
                last = "event: closing\ndata: " + json("closing") + "\n\n";
                change.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Writes until it ends.
    ///
    /// @throws IOException if the page is gone
    void writeTo(OutputStream out) throws IOException, InterruptedException {
        for (String text; (text = next()) != null;) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }

    /// All that waits, or a comment if nothing came for long; null at the end.
    private @Nullable String next() throws InterruptedException {
        lock.lock();
        try {
            for (var left = quiet.toNanos(); waiting.isEmpty() && last == null;) {
                if (left <= 0) {
                    return ": still here\n\n";
                }
                left = change.awaitNanos(left);
            }
            if (!waiting.isEmpty()) {
                var all = String.join("", waiting);
                waiting.clear();
                return all;
            }
            var text = last;
            last = "";
            return text == null || text.isEmpty() ? null : text;
        } finally {
            lock.unlock();
        }
    }
}
