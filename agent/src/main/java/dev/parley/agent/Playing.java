package dev.parley.agent;

/// Who plays the model's sound to the caller, and so knows what was heard of it.
enum Playing {
    /** We do: it comes in the session's events, faster than it is heard (WebSocket). */
    HERE,
    /** The service does: it sends the sound beside the session as it is to be heard, and cuts it by itself (WebRTC, SIP). */
    THERE
}
