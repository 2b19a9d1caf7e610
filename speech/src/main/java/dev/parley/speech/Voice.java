package dev.parley.speech;

import dev.parley.media.Pcm;

/// Says text aloud. Implementations are safe to use from any thread.
public interface Voice {
    /// `text` as mono audio at [#rate]; empty if there is nothing to say. Display text is fine, see [SpokenText].
    Pcm speak(String text);

    /// Samples a second of what [#speak] answers.
    int rate();
}
