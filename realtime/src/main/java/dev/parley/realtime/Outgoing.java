package dev.parley.realtime;

/// What a connection has to say.
sealed interface Outgoing {
    /// A message.
    record Text(String message) implements Outgoing {}

    /// The answer to a ping.
    @SuppressWarnings("ArrayRecordComponent")
    record Pong(byte[] payload) implements Outgoing {}

    /// The last word.
    record Goodbye(Close how) implements Outgoing {}
}
