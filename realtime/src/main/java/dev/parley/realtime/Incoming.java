package dev.parley.realtime;

/// What a WebSocket says: a message, or a control frame between two or in the middle of one (RFC 6455 sections 5.5 and 5.6).
sealed interface Incoming {
    /// A message in text.
    record Text(String message) implements Incoming {}

    /// A message in bytes, which the protocol does not have; they are not kept.
    record Binary() implements Incoming {}

    /// To be answered with the same payload.
    @SuppressWarnings("ArrayRecordComponent")
    record Ping(byte[] payload) implements Incoming {}

    /// An answer to a ping, or nobody's.
    record Pong() implements Incoming {}

    /// The far side will send nothing more.
    record Goodbye(Close how) implements Incoming {}
}
