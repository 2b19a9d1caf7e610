package dev.parley.realtime;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/// A conversation with the service: events in, events out. [RealtimeSession] is one over one socket, [LastingSession] one
/// that outlives its sockets.
///
/// Any number of threads may send. One at a time may read: by [#events()], by [#next], by [#listen], or by
/// [#publisher()].
public interface Session extends AutoCloseable {
    /// Queues an event for sending, waiting while the queue is full.
    ///
    /// @throws SessionClosedException if the session has ended
    /// @throws IllegalArgumentException if the event is larger than what carries the session takes: over a data channel,
    ///         often 256 KiB
    void send(ClientEvent event);

    /// Queues an event if there is room for it within `patience`, for audio that must not wait for a slow network.
    ///
    /// @throws SessionClosedException if the session has ended
    SendResult trySend(ClientEvent event, Duration patience);

    /// Queues a frame as it is, in whatever dialect the service speaks.
    ///
    /// @throws SessionClosedException if the session has ended
    void sendRaw(String frame);

    /// Sends a stream of audio in 20 ms pieces and returns when the last one is queued.
    ///
    /// @param encoding format of the stream, which must be the session's input format
    /// @throws IllegalStateException if another stream is being sent: the service would hear the two in turns
    void sendAudio(InputStream stream, AudioEncoding encoding, Pace pace) throws IOException;

    /// The events of this session, in order. Iterating waits for the next one and ends when the session has ended;
    /// [#closed()] then says how.
    Iterable<ServerEvent> events();

    /// The next event, if one comes within `timeout` and the session has not ended.
    Optional<ServerEvent> next(Duration timeout);

    /// How the session ended; empty while it is open.
    Optional<Close> closed();

    /// Frames waiting to be sent.
    int sendQueueLength();

    /// Ends the session: what is queued is still sent, the far side is told `code` and `reason`, and its answer awaited.
    /// Closing twice does nothing. Gives how the session ended.
    ///
    /// @throws IllegalArgumentException if a client may not send that code, or the reason is over 123 bytes
    Close close(int code, String reason);

    /// Ends the session in the ordinary way. Returns when it is over, within the close timeout.
    @Override
    default void close() {
        close(Close.NORMAL, "");
    }

    /// Queues an event if there is room for it now.
    ///
    /// @throws SessionClosedException if the session has ended
    default SendResult trySend(ClientEvent event) {
        return trySend(event, Duration.ZERO);
    }

    /// Sends one piece of audio in the session's input format; any number of times, from any thread.
    default void sendAudio(byte[] audio) {
        send(new ClientEvent.InputAppend(audio));
    }

    /// Changes the session; what `config` does not mention stays. Answered by `session.updated`.
    default void configure(SessionConfig config) {
        send(new ClientEvent.SessionUpdate(config));
    }

    /// Makes the audio sent so far a user item; for sessions without turn detection.
    default void commitAudio() {
        send(new ClientEvent.InputCommit());
    }

    /// Throws away the audio sent and not yet committed.
    default void clearAudio() {
        send(new ClientEvent.InputClear());
    }

    /// Puts an item at the end of the conversation.
    default void add(Item item) {
        send(new ClientEvent.ItemCreate(item));
    }

    /// Puts an item behind another; behind `root` is first.
    default void addAfter(String itemId, Item item) {
        send(new ClientEvent.ItemCreate(itemId, item));
    }

    /// Takes an item out of the conversation.
    default void delete(String itemId) {
        send(new ClientEvent.ItemDelete(itemId));
    }

    /// Asks for an item with its audio, which comes as `conversation.item.retrieved`.
    default void retrieve(String itemId) {
        send(new ClientEvent.ItemRetrieve(itemId));
    }

    /// Cuts an assistant item to what of it was heard, in whole milliseconds: a fraction is refused by the service, and
    /// half a millisecond nobody hears.
    default void truncate(String itemId, Duration heard) {
        send(new ClientEvent.ItemTruncate(itemId, 0, heard.toMillis()));
    }

    /// Asks the model to speak.
    default void respond() {
        send(new ClientEvent.ResponseCreate());
    }

    /// Asks the model to speak, with other settings than the session's for this response.
    default void respond(ResponseConfig overrides) {
        send(new ClientEvent.ResponseCreate(overrides));
    }

    /// Stops the running response.
    default void cancelResponse() {
        send(new ClientEvent.ResponseCancel());
    }

    /// Stops this response.
    default void cancelResponse(String responseId) {
        send(new ClientEvent.ResponseCancel(responseId));
    }

    /// Gives every event to `listener`, one at a time, on a virtual thread that ends with the session. What the listener
    /// throws ends the session with close code 1011 and goes to that thread's uncaught exception handler.
    default Thread listen(Consumer<? super ServerEvent> listener) {
        return SessionListener.start(this, listener);
    }

    /// The events for one subscriber, on a virtual thread. Nothing is read that was not asked for, so a slow subscriber
    /// slows the service down. Cancelling stops the reading, not the session.
    default Flow.Publisher<ServerEvent> publisher() {
        return new SessionPublisher(this);
    }
}
