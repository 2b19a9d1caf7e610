package dev.parley.gateway;

import java.time.Duration;
import java.time.InstantSource;
import java.util.stream.Stream;

/// Counts attempts at a PIN, by session and by address: a few at once, then one a minute. Those that succeed do not count.
/// Thread-safe.
final class Attempts {
    private final RateLimit bySession = new RateLimit(5, Duration.ofMinutes(1));
    private final RateLimit byAddress = new RateLimit(10, Duration.ofMinutes(1));
    private final InstantSource clock;

    Attempts(InstantSource clock) {
        this.clock = clock;
    }

    /// One attempt, counted as failed until it is known to have succeeded.
    record Attempt(Runnable undo) {
        void succeeded() {
            undo.run();
        }
    }

    /// @throws dev.parley.venue.Refusal if there were too many, with how long to wait
    Attempt begin(String session, String address) {
        var now = clock.instant();
        Stream.of(bySession.take(session, now), byAddress.take(address, now))
                .flatMap(java.util.Optional::stream)
                .max(Duration::compareTo)
                .ifPresent(wait -> {
                    throw Doorman.tooMany(wait);
                });
        return new Attempt(() -> {
            bySession.giveBack(session);
            byAddress.giveBack(address);
        });
    }
}
