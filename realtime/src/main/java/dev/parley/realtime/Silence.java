package dev.parley.realtime;

import java.time.Duration;

/// How long the far side may say nothing: until its first event, and from then on. Told the time, in nanoseconds of any one
/// clock; not thread-safe.
///
/// A pong is a sign of life, but no event: a service that upgrades the connection and then never begins the session would
/// otherwise hold its client for ever.
final class Silence {
    private final Duration beforeFirstEvent;
    private final Duration after;
    private long since;
    private boolean begun;

    Silence(Duration beforeFirstEvent, Duration after, long now) {
        this.beforeFirstEvent = beforeFirstEvent;
        this.after = after;
        this.since = now;
    }

    /// Something of whatever kind arrived.
    void heard(long now) {
        if (begun) {
            since = now;
        }
    }

    /// An event arrived.
    void event(long now) {
        begun = true;
        since = now;
    }

    /// Nanoseconds until it has lasted too long; zero or less when it has.
    long left(long now) {
        return (begun ? after : beforeFirstEvent).toNanos() - (now - since);
    }

    /// What is wrong once it has.
    String reason() {
        return begun
                ? "connection lost: nothing was heard for " + after.toMillis() + " ms"
                : "the session did not begin: no event within " + beforeFirstEvent.toMillis() + " ms";
    }
}
