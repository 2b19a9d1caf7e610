package dev.parley.realtime;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// Carries the messages of a session where that is not a WebSocket: over the data channel of a peer connection, say. Each
/// message arrives whole, in order and once.
///
/// Whoever implements this moves text and knows whether the far side is there; events, queues, limits, observers and the
/// order of closing are the session's, see [RealtimeClient#connect(Transport)]. One thread receives and one sends; any may
/// ask for the rest meanwhile. Two virtual threads at a time wait here, for as long as the session lives.
public interface Transport {
    /// The longest message that the far side takes, in bytes of UTF-8.
    int maxMessageBytes();

    /// Waits for the next message. Empty when none came within `patience`, or once [#closed()] is known: that it is not
    /// known then counts as a sign of life.
    ///
    /// Nothing is received while whoever reads the session is behind: the far side is to be slowed down then.
    Optional<String> receive(Duration patience) throws InterruptedException;

    /// Sends a message, waiting while there is no room for it.
    ///
    /// @throws IOException if it cannot be sent, now or ever
    void send(String message) throws IOException, InterruptedException;

    /// How it ended: [Close#NO_CODE] when the far side said goodbye, [Close#ABNORMAL] when it is gone, with the reason. Empty
    /// while it is open. Known once all that was received before was given out.
    Optional<Close> closed();

    /// Says goodbye once everything that was sent has arrived. Does not wait; [#closed()] is known when the far side has
    /// answered. Closing twice is fine.
    void close();

    /// Ends it at once and lets everything go; whoever receives or sends is woken, and [#closed()] is known. Called at the end
    /// of every session, also of one that was closed; aborting twice is fine.
    void abort();
}
