package dev.parley.realtime;

import java.io.IOException;

/// A WebSocket, or what does the same, as a connection needs it. All of it blocks. One thread receives, one sends, any may abort.
interface WebSocket {
    /// Waits for what comes next.
    ///
    /// @throws BadFrameException if it is not allowed
    /// @throws IOException if nothing will come
    Incoming receive() throws IOException, InterruptedException;

    /// Receives and lets go of everything until the far side hangs up: closing with something unread would cut off what was
    /// sent last.
    void drain() throws IOException, InterruptedException;

    void send(Outgoing what) throws IOException, InterruptedException;

    void ping() throws IOException;

    /// Ends it at once; whoever receives or sends is woken by an [IOException].
    void abort();
}
