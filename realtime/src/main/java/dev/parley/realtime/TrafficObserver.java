package dev.parley.realtime;

/// Watches the frames of a session as they are on the wire, credentials of MCP servers and callers' words included.
///
/// Called on the threads that send and read, in order and one call at a time in each direction: whoever takes long here
/// delays the session. What it throws goes to its thread's uncaught exception handler and nowhere else.
public interface TrafficObserver {
    /// A frame is about to leave.
    default void onSent(String frame) {}

    /// A frame that was received is about to be read.
    default void onReceived(String frame) {}
}
