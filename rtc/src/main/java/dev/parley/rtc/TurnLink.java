package dev.parley.rtc;

/// How packets get to a TURN server. Sending is thread-safe and never waits: what there is no room for is dropped.
sealed interface TurnLink extends AutoCloseable permits TurnDatagrams, TurnStream {
    /// Who takes what the server sends.
    interface Receiver {
        /// A whole message, borrowed for the call, on the loop's thread.
        void onMessage(byte[] bytes, int length);

        /// There will be nothing more.
        void onLost(String why);
    }

    boolean send(byte[] bytes, int offset, int length);

    @Override
    void close();
}
