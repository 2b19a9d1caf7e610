package dev.parley.gateway;

import dev.parley.venue.ErrorCode;
import dev.parley.venue.Refusal;
import dev.parley.venue.VenueFeed;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells pages what happens, as server-sent events: all that concerns their session, and what concerns the whole bar.
///
/// A page that comes back with the number of the last event it saw (`Last-Event-ID`) is told what it missed.
final class StreamApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamApi.class);
    private static final int MOST = 1_000;
    private static final Duration QUIET = Duration.ofSeconds(30);
    /// How long closing waits until all have been told.
    private static final Duration FAREWELL = Duration.ofMillis(500);

    private final VenueFeed feed;
    private final Duration quiet;
    private final Set<EventStream> open = ConcurrentHashMap.newKeySet();
    private final Underway writing = new Underway();
    private volatile boolean isClosing;

    StreamApi(VenueFeed feed) {
        this(feed, QUIET);
    }

    /// @param quiet after how long without an event a comment is sent
    StreamApi(VenueFeed feed, Duration quiet) {
        this.feed = feed;
        this.quiet = quiet;
    }

    List<Route> routes() {
        return List.of(Route.get("/api/events/stream", "streamEvents",
                "What happens, as server-sent events: connected, "
                        + "cart.updated, order.completed, order.voided, tab.updated, stock.changed, stock.low, count.updated, event.updated, menu.updated, ui.navigate, "
                        + "tool.started, tool.finished and session.ended; events.missed to who was away for too long; dropped to "
                        + "who reads too slowly; closing when the gateway stops.", this::stream)
                .query("session", "{\"type\":\"string\",\"minLength\":1}", "The session to follow")
                .header("Last-Event-ID", "{\"type\":\"string\"}", "The id of the last event that was seen")
                .answersAs("text/event-stream")
                .refuses(ErrorCode.INVALID_ARGUMENTS, ErrorCode.BUSY));
    }

    int size() {
        return open.size();
    }

    private void stream(Context context) throws IOException {
        var session = Queries.find(context, "session")
                .orElseThrow(() -> new Refusal(ErrorCode.INVALID_ARGUMENTS, "Session ID required"));
        if (open.size() >= MOST) {
            throw new Refusal(ErrorCode.BUSY, "Too many streams are open; please try again later.");
        }
        var seen = seen(context).orElseGet(feed::latest);
        if (!writing.begin()) {
            throw new Refusal(ErrorCode.BUSY, "The gateway is closing; please try again in a moment.");
        }
        var stream = new EventStream(session, quiet);
        open.add(stream);
        if (isClosing) {
            stream.end();
        }
        try (var _ = feed.listenSince(seen, missed -> stream.begin(seen, missed), stream::offer)) {
            context.status(200).contentType("text/event-stream; charset=utf-8");
            context.header("X-Accel-Buffering", "no");
            stream.writeTo(context.res().getOutputStream());
        } catch (IOException e) {
            // A page that left, or one that does not read.
            LOG.debug("stream {} ended: {}", Doorman.requestId(context), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(stream);
            writing.end();
        }
    }

    private static Optional<Long> seen(Context context) {
        var id = context.header("Last-Event-ID");
        if (id == null || id.isBlank()) {
            return Optional.empty();
        }
        if (!id.matches("[0-9]{1,18}")) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS,
                    "Last-Event-ID: expected the id of an event, found something "
                            + "else.", Map.of("field", "Last-Event-ID"));
        }
        return Optional.of(Long.parseLong(id));
    }

    /// Ends all streams, after telling them; those that do not read are not waited for.
    @Override
    public void close() {
        isClosing = true;
        open.forEach(EventStream::end);
        if (!writing.finish(FAREWELL)) {
            LOG.debug("Closed before all streams were told");
        }
    }
}
