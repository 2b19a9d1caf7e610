package dev.parley.speech;

import dev.parley.media.Pcm;

/// Understands one utterance at a time. Implementations are safe to use from any thread.
public interface Ears {
    /// What is said in `audio`: one utterance with at most a little silence around it, at any rate, in any layout.
    Hearing hear(Pcm audio);
}
