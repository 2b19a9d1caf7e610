package dev.parley.realtime;

import java.time.Duration;

/// What happens to the socket, or the call, under a session that outlives it.
public sealed interface SessionChange {
    /// It is gone, and another is opened after `delay`.
    ///
    /// @param close how it ended, or why the last attempt failed
    /// @param attempt 1 for the first in a row
    record Lost(Close close, int attempt, Duration delay) implements SessionChange {}

    /// The conversation goes on over a fresh one.
    ///
    /// @param cause whether the one before was lost, or replaced before it expired
    /// @param items how many of the conversation's items the fresh session was given
    record Replaced(Cause cause, int items) implements SessionChange {}

    /// No other is opened: the session has ended.
    record GaveUp(Close close) implements SessionChange {}

    /// Why a session has another socket.
    enum Cause {
        LOST, EXPIRING
    }
}
