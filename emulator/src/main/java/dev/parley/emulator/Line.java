package dev.parley.emulator;

import dev.parley.media.Pcm;
import java.time.Duration;
import java.util.Optional;

/// The sound of a call: once it is up, 20 ms each way every 20 ms. Confined to the session's thread; nothing but
/// [#untilDue()] is asked before it is time.
interface Line {
    /// Of a session whose sound is in its events.
    Line NONE = new Line() {
        @Override
        public Duration untilDue() {
            return NEVER;
        }

        @Override
        public Pcm hear() {
            throw new IllegalStateException("expected a call, found a connection without sound");
        }

        @Override
        public void say(Optional<Pcm> audio) {
            throw new IllegalStateException("expected a call, found a connection without sound");
        }
    };

    /// As far ahead as anybody looks.
    Duration NEVER = Duration.ofHours(1);

    /// How long until the next 20 ms are due.
    Duration untilDue();

    /// The caller's next 20 ms: silence where nothing came.
    Pcm hear();

    /// Sends 20 ms, filled up with silence, and waits for the next to be due.
    void say(Optional<Pcm> audio);
}
