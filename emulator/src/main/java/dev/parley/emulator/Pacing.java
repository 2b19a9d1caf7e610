package dev.parley.emulator;

import java.time.Duration;

/// How answers are sent.
///
/// @param times how many times faster than real time, as the live service does; 0 sends them at once
/// @param delta sound in one event
record Pacing(double times, Duration delta) {
    static final Pacing AT_ONCE = new Pacing(0, Duration.ofMillis(100));

    /// After sound of this length, the next is not due before so much time has passed.
    Duration after(Duration sound) {
        return times > 0 ? Duration.ofNanos((long) (sound.toNanos() / times)) : Duration.ZERO;
    }
}
