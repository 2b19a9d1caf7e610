package dev.parley.realtime;

/// What became of something that was to be sent without waiting long.
///
/// @param isQueued whether it will be sent; if not, the queue was full, or no session was open, and it was not taken
/// @param queueLength frames that wait to be sent, this one included if it was taken
public record SendResult(boolean isQueued, int queueLength) {}
