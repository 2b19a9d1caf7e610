package dev.parley.rtc;

/// A channel for messages between two peers (RFC 8831). Sketch. Thread-safe.
public final class DataChannel implements AutoCloseable {
    /// What happens on a channel. One call at a time, in order, never on an I/O thread; may block: then the peer is
    /// slowed down.
    public interface Listener {
        /// The channel may be used.
        default void onOpen() {}

        /// A text message.
        default void onText(String text) {}

        /// A binary message; the bytes are the listener's.
        default void onBinary(byte[] bytes) {}

        /// The channel is closed, by either side or with its connection.
        default void onClosed() {}
    }

    private DataChannel() {}

    /// The label it was opened with.
    public String label() {
        throw new UnsupportedOperationException();
    }

    /// Order, reliability and sub-protocol.
    public DataChannelOptions options() {
        throw new UnsupportedOperationException();
    }

    /// Whether messages can be sent.
    public boolean isOpen() {
        throw new UnsupportedOperationException();
    }

    /// Sets who is told. Whoever is given a channel that the peer opened sets it before returning, and misses nothing.
    public void listener(Listener listener) {
        throw new UnsupportedOperationException();
    }

    /// Sends a text, waiting for room in the buffer.
    ///
    /// @throws IllegalStateException if the channel is closed, now or while waiting
    /// @throws IllegalArgumentException if the message is larger than the peer takes
    public void send(String text) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Sends bytes, waiting for room in the buffer; as above.
    public void send(byte[] bytes) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Sends a text if there is room; false if not, and nothing is sent. Messages before `onOpen` wait in the same buffer.
    public boolean trySend(String text) {
        throw new UnsupportedOperationException();
    }

    /// Sends bytes if there is room; as above.
    public boolean trySend(byte[] bytes) {
        throw new UnsupportedOperationException();
    }

    /// Bytes of this channel's messages that the peer has not acknowledged.
    public long bufferedAmount() {
        throw new UnsupportedOperationException();
    }

    /// Closes the channel once what was sent has arrived (RFC 8831 section 6.7). Idempotent; does not wait.
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
