package dev.parley.media.device;

import dev.parley.media.Pcm;

/// Where sound comes from: as much of `javax.sound`'s line as a [DeviceLeg] needs.
interface Microphone extends AutoCloseable {
    /// Samples a second.
    int rate();

    /// Waits for the next `frames`; empty once closed or unplugged.
    Pcm read(int frames);

    @Override
    void close();
}
