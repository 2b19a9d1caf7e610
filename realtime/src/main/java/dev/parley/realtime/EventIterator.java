package dev.parley.realtime;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a session says, as long as it says something. An interrupt ends the iteration and stays set.
final class EventIterator<E> implements Iterator<E> {
    private final Source<E> source;
    private @Nullable E next;

    /// Waits for the next event; null at the end.
    @FunctionalInterface
    interface Source<E> {
        @Nullable
        E take() throws InterruptedException;
    }

    /// Waits for the next event, but not for ever.
    @FunctionalInterface
    interface Polled<E> {
        @Nullable
        E poll(long nanos) throws InterruptedException;
    }

    EventIterator(Source<E> source) {
        this.source = source;
    }

    /// The next event, if one comes within `timeout`. An interrupt counts as the end of it and stays set.
    static <E> Optional<E> next(Polled<E> source, Duration timeout) {
        try {
            return Optional.ofNullable(source.poll(nanos(timeout)));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /// At most as many as there are, which are 292 years.
    private static long nanos(Duration timeout) {
        return timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0 ? timeout.toNanos() : Long.MAX_VALUE;
    }

    @Override
    public boolean hasNext() {
        if (next == null) {
            try {
                next = source.take();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        return next != null;
    }

    @Override
    public E next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the session has ended");
        }
        var event = Objects.requireNonNull(next);
        next = null;
        return event;
    }
}
