package dev.parley.emulator;

import dev.parley.media.Pcm;

/// What the emulator speaks with. Used by many sessions at once; may take its time.
public interface Voices {
    /// `text` as mono audio, at any rate; empty if there is nothing to say.
    ///
    /// @param name the session's voice, such as `alloy`; whoever has no such voice uses another
    /// @throws InterruptedException if it was interrupted because nobody waits for it any more
    Pcm speak(String text, String name) throws InterruptedException;
}
