package dev.parley.rtc;

/// How it stands with a connection.
///
/// `NEW` awaits descriptions, `CONNECTING` looks for the way and shakes hands, `CONNECTED` carries sound and messages,
/// `DISCONNECTED` has heard nothing for 4 s, or got no answer for 12, and may come back, `FAILED` and `CLOSED` are the end. A
/// connection that failed for want of a way may come back by an ICE restart; it must be closed like any other.
public enum PeerState {
    NEW,
    CONNECTING,
    CONNECTED,
    DISCONNECTED,
    FAILED,
    CLOSED
}
