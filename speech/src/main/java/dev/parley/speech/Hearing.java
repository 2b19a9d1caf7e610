package dev.parley.speech;

/// What [Ears] made of an utterance. Immutable.
public sealed interface Hearing {
    /// A sentence of the grammar, in its [spoken form][SpokenText].
    ///
    /// @param confidence how well the least certain word fits the audio compared with any other speech, from 0 to 1
    record Understood(String words, double confidence) implements Hearing {
        public Understood {
            if (!(confidence >= 0 && confidence <= 1)) {
                throw new IllegalArgumentException("expected a confidence of 0 to 1, found " + confidence);
            }
        }
    }

    /// Silence, noise, or speech that is no sentence of the grammar.
    record NotUnderstood() implements Hearing {}
}
