package dev.parley.rtc;

/// How it stands with the way to the other side. `DISCONNECTED` may pass; `FAILED` is the end, unless by a restart.
enum IceState {
    NEW,
    CHECKING,
    CONNECTED,
    DISCONNECTED,
    FAILED
}
