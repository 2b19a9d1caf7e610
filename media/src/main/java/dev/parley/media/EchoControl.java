package dev.parley.media;

import java.util.ServiceLoader;

/// Keeps what the loudspeaker says out of what the microphone hears, so that the agent does not answer itself.
///
/// Two threads use it: one tells what is played, the other hands in what the microphone hears.
public interface EchoControl extends AutoCloseable {
    /// Takes note of audio that the loudspeaker is given.
    void played(Pcm audio);

    /// What is left of `heard`, or, where it works in steps of its own, of what was heard a little before.
    Pcm cleaned(Pcm heard);

    /// What it does, in a few words for people.
    String description();

    /// Lets go of what it holds. Closing twice is fine.
    @Override
    default void close() {}

    /// Makes echo control with a library that may be on the class path; found by [java.util.ServiceLoader].
    interface Provider {
        /// Echo control for mono audio at `rate`.
        ///
        /// @throws LinkageError if native code that it needs is not there for this machine
        EchoControl open(int rate);
    }

    /// The best there is for mono audio at `rate`: a canceller that is on the class path and works on this machine, else a
    /// [HalfDuplexGate].
    static EchoControl best(int rate) {
        for (var provider : ServiceLoader.load(Provider.class)) {
            try {
                return provider.open(rate);
            } catch (LinkageError | RuntimeException _) {
                // Its library is for another machine, or wants one that is not installed; description() will tell.
            }
        }
        return new HalfDuplexGate(HalfDuplexGate.TAIL);
    }

    /// Leaves everything as it is: for headphones.
    static EchoControl none() {
        return new EchoControl() {
            @Override
            public void played(Pcm audio) {
                // Nobody hears it but who should.
            }

            @Override
            public Pcm cleaned(Pcm heard) {
                return heard;
            }

            @Override
            public String description() {
                return "none: use headphones";
            }
        };
    }
}
