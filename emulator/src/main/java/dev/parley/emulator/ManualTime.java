package dev.parley.emulator;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A time that stands still until it is moved. Whoever waits for it finds out at once. Thread-safe.
public final class ManualTime implements Timekeeper {
    private static final Duration LONG = Duration.ofHours(1);

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Instant now;

    public ManualTime(Instant start) {
        this.now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    /// Lets time pass.
    public void advance(Duration span) {
        if (span.isNegative()) {
            throw new IllegalArgumentException("expected time to pass forwards, found " + span);
        }
        synchronized (this) {
            now = now.plus(span);
        }
        listeners.forEach(Runnable::run);
    }

    @Override
    public Duration until(Instant then) {
        return then.isAfter(now) ? LONG : Duration.ZERO;
    }

    @Override
    public Watching whenMoved(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
