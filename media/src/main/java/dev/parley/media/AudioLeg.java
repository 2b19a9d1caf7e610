package dev.parley.media;

import java.time.Duration;
import java.util.function.Consumer;

/// One end of a call's audio: of a caller, of the model, of an operator.
///
/// What the other side says arrives at the listener, what is sent goes to the other side, all of it at the rate and
/// with the channels of [#format()]. One thread at a time sends, so that the pieces stay in order; the rest is safe from
/// any thread.
public interface AudioLeg extends AutoCloseable {
    /// How audio travels on this leg.
    AudioFormat format();

    /// Sets who hears what arrives, in place of whoever did before; until then it is dropped. The listener is called on
    /// the thread that delivers, in order, and must not block it.
    void onAudio(Consumer<Pcm> listener);

    /// Sends `audio`. After either side has hung up it is dropped: nobody can know in time that the line is dead.
    ///
    /// @throws IllegalArgumentException if it has another rate or other channels than the format
    void send(Pcm audio);

    /// Drops what was sent and has not been heard yet, where the leg can: a device's buffer, say.
    ///
    /// @return how much that was
    default Duration flush() {
        return Duration.ZERO;
    }

    /// Hangs up. Closing twice is fine.
    @Override
    void close();
}
