package dev.parley.emulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Tells an emulator what time it is, and how long to wait for another. Thread-safe.
///
/// With [ManualTime] a session of an hour is over in a second.
public interface Timekeeper extends InstantSource {
    /// How long to wait until it is `then`; a long time if nobody can tell, as it only comes when time is moved.
    Duration until(Instant then);

    /// Has `listener` called each time that time has been moved by hand. It must not block.
    ///
    /// @return ends that
    Watching whenMoved(Runnable listener);

    /// Something that is told of moves until it is closed.
    interface Watching extends AutoCloseable {
        @Override
        void close();
    }

    /// The computer's own time.
    static Timekeeper system() {
        return of(InstantSource.system());
    }

    /// A time that passes by itself.
    static Timekeeper of(InstantSource clock) {
        return new Timekeeper() {
            @Override
            public Instant instant() {
                return clock.instant();
            }

            @Override
            public Duration until(Instant then) {
                var wait = Duration.between(clock.instant(), then);
                return wait.isNegative() ? Duration.ZERO : wait;
            }

            @Override
            public Watching whenMoved(Runnable listener) {
                return () -> {};
            }
        };
    }
}
