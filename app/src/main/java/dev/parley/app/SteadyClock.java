package dev.parley.app;

import java.time.Instant;
import java.time.InstantSource;

/// The time of day when it was made, and from then on the time that really passes: setting the machine's clock moves no
/// deadline of a call.
final class SteadyClock implements InstantSource {
    private final Instant start = Instant.now();
    private final long origin = System.nanoTime();

    @Override
    public Instant instant() {
        return start.plusNanos(System.nanoTime() - origin);
    }
}
