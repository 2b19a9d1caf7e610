package dev.parley.venue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What happens at a venue, as it happens, and the latest of it again for those who were away. Thread-safe.
///
/// Numbers grow by one with each event and start where the clock is, so that those of a process that starts later are
/// larger.
public final class VenueFeed {
    private static final Logger LOG = LoggerFactory.getLogger(VenueFeed.class);
    private static final int KEPT = 2_000;

    /// Guarded by itself.
    private final ArrayDeque<Numbered> latest = new ArrayDeque<>();
    private final List<Consumer<Numbered>> listeners = new CopyOnWriteArrayList<>();
    private long next;

    /// An event and its number in the feed.
    public record Numbered(long number, VenueEvent event) {}

    /// What is told to one who comes back.
    ///
    /// @param isComplete whether nothing is missing between what they saw last and the first of these
    public record Missed(List<Numbered> events, boolean isComplete) {}

    /// @param first the number of the first event
    VenueFeed(long first) {
        this.next = first;
    }

    /// Tells everybody. Listeners are told in order, by the thread that publishes, and must not block.
    void publish(List<VenueEvent> events) {
        synchronized (latest) {
            for (var event : events) {
                var numbered = new Numbered(next++, event);
                latest.add(numbered);
                if (latest.size() > KEPT) {
                    latest.removeFirst();
                }
                listeners.forEach(listener -> tell(listener, numbered));
            }
        }
    }

    private static void tell(Consumer<Numbered> listener, Numbered event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            LOG.error("A listener failed on {} {}", event.event().type(), event.number(), e);
        }
    }

    /// The number of the latest event; that of the first one less one if there was none.
    public long latest() {
        synchronized (latest) {
            return next - 1;
        }
    }

    /// Listens from now on. Closing what is returned ends it.
    public Listening listen(Consumer<Numbered> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /// Listens, after being told what came after event number `seen`; nothing is told twice or left out in between.
    public Listening listenSince(long seen, Consumer<Missed> missed, Consumer<Numbered> listener) {
        synchronized (latest) {
            missed.accept(since(seen));
            return listen(listener);
        }
    }

    private Missed since(long seen) {
        var events = new ArrayList<Numbered>();
        latest.stream().filter(event -> event.number() > seen).forEach(events::add);
        var oldest = latest.isEmpty() ? next : latest.getFirst().number();
        return new Missed(events, seen >= oldest - 1 && seen < next);
    }

    /// Somebody who listens.
    public interface Listening extends AutoCloseable {
        @Override
        void close();
    }
}
