package dev.parley.emulator;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Waits for the caller to speak after an answer (protocol section 7.10). The wait begins when the answer has been heard,
/// which is its `response.done` and then as long as its sound. Confined to the session's thread.
final class IdleTimer {
    private @Nullable Instant quietSince;
    private Duration timeout = Duration.ZERO;
    private boolean listening;

    /// An answer was sent.
    void answered(Instant done, Duration sound, Optional<Duration> idleTimeout) {
        stop();
        idleTimeout.ifPresent(span -> {
            quietSince = done.plus(sound);
            timeout = span;
        });
    }

    /// The caller spoke, or something else is going on.
    void stop() {
        quietSince = null;
        listening = false;
    }

    /// When to look again; empty when nothing is waited for.
    Optional<Instant> wakeAt() {
        return Optional.ofNullable(quietSince).map(since -> listening ? since.plus(timeout) : since);
    }

    /// Whether the answer has just been heard to its end, so that the silence begins; true once.
    boolean begins(Instant now) {
        if (quietSince == null || listening || now.isBefore(quietSince)) {
            return false;
        }
        listening = true;
        return true;
    }

    /// Whether nobody spoke for too long; true once.
    boolean ends(Instant now) {
        if (quietSince == null || !listening || now.isBefore(quietSince.plus(timeout))) {
            return false;
        }
        stop();
        return true;
    }
}
