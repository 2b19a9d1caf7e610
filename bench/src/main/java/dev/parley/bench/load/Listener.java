package dev.parley.bench.load;

import java.net.URI;

/// A session as the receiving load needs it, whichever client opened it. One thread uses it.
interface Listener extends AutoCloseable {
    /// Asks for an answer that the conversation does not remember.
    void ask();

    /// Waits for the next event and decodes it.
    ///
    /// @throws IllegalStateException if the session has ended
    Event next();

    @Override
    void close();

    /// What the load tells apart.
    sealed interface Event {
        /// A piece of sound.
        ///
        /// @param mark the number the piece begins with
        /// @param bytes its length
        record Audio(int mark, int bytes) implements Event {
            static Audio of(byte[] piece) {
                return new Audio(MarkedSound.mark(piece), piece.length);
            }
        }

        record AnswerDone() implements Event {}

        record Other() implements Event {}
    }

    /// Opens sessions.
    interface Opener extends AutoCloseable {
        /// Opens a session, and returns once it has begun.
        Listener open();

        @Override
        void close();
    }

    /// The clients compared.
    enum Client {
        PARLEY, OFFICIAL;

        Opener at(URI service) {
            return switch (this) {
                case PARLEY -> new ParleyListener.Opener(service);
                case OFFICIAL -> new OfficialListener.Opener(service);
            };
        }
    }
}
