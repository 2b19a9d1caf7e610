package dev.parley.rtc;

import java.nio.charset.StandardCharsets;

/// A channel for messages between two peers (RFC 8831). Thread-safe.
///
/// A message has up to 262,144 bytes, or fewer if the peer says so. What waits or is not acknowledged fills a buffer of 1 MiB
/// that all channels of a connection share.
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

    /// How far its life is. Guarded by the lock of its channels.
    enum State {
        /** It has no number yet, or the peer has not confirmed it. */
        OPENING,
        OPEN,
        /** One of the two has started its stream over, the other has not. */
        CLOSING,
        CLOSED
    }

    private static final Listener NOBODY = new Listener() {};

    private final DataChannels channels;
    private final String label;
    private final DataChannelOptions options;
    private volatile Listener listener = NOBODY;

    /// Guarded by the lock of its channels.
    State state = State.OPENING;
    int id = -1;
    boolean resetByUs;
    boolean resetByPeer;
    boolean resetConfirmed;
    /// Whether the peer confirmed it, so that messages need no longer be in order behind the opening.
    boolean confirmed;
    long buffered;

    DataChannel(DataChannels channels, String label, DataChannelOptions options) {
        this.channels = channels;
        this.label = label;
        this.options = options;
    }

    /// The label it was opened with.
    public String label() {
        return label;
    }

    /// Order, reliability and sub-protocol.
    public DataChannelOptions options() {
        return options;
    }

    /// Whether messages can be sent.
    public boolean isOpen() {
        return channels.isOpen(this);
    }

    /// Bytes of the longest message that the peer takes.
    public int maxMessageSize() {
        return channels.maxMessageSize();
    }

    Listener listener() {
        return listener;
    }

    /// Sets who is told. Whoever is given a channel that the peer opened sets it before returning, and misses nothing.
    public void listener(Listener listener) {
        this.listener = listener;
    }

    /// Sends a text, waiting for room in the buffer.
    ///
    /// @throws IllegalStateException    if the channel is closed, now or while waiting
    /// @throws IllegalArgumentException if the message is larger than the peer takes
    public void send(String text) throws InterruptedException {
        channels.send(this, Dcep.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Sends bytes, waiting for room in the buffer; as above.
    public void send(byte[] bytes) throws InterruptedException {
        channels.send(this, Dcep.BINARY, bytes.clone());
    }

    /// Sends a text if there is room; false if not, or if the connection is not up yet, and nothing is sent.
    public boolean trySend(String text) {
        return channels.trySend(this, Dcep.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Sends bytes if there is room; as above.
    public boolean trySend(byte[] bytes) {
        return channels.trySend(this, Dcep.BINARY, bytes.clone());
    }

    /// Bytes of this channel's messages that the peer has not acknowledged.
    public long bufferedAmount() {
        return channels.bufferedAmount(this);
    }

    /// Closes the channel once what was sent has arrived (RFC 8831 section 6.7). Idempotent; does not wait.
    @Override
    public void close() {
        channels.close(this);
    }

    /// Without label: it may be somebody's words.
    @Override
    public String toString() {
        return "DataChannel[" + id + "]";
    }
}
