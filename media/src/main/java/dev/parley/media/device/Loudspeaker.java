package dev.parley.media.device;

import dev.parley.media.Pcm;

/// Where sound is played: as much of `javax.sound`'s line as a [DeviceLeg] needs.
interface Loudspeaker extends AutoCloseable {
    /// Samples a second.
    int rate();

    /// Plays mono audio behind what was written before; waits while the device's buffer is full.
    void write(Pcm audio);

    /// Samples written and not yet played.
    long pending();

    /// Drops what has not been played.
    void flush();

    @Override
    void close();
}
