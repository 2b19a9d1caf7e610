package dev.parley.realtime;

/// The service's side of a WebRTC call.
///
/// @param callId `rtc_...`, to control the call and to join it with; empty in the beta dialect, where calls have none
/// @param sdp the SDP answer; never in [#toString()], for it holds the connection's credentials
public record CallAnswer(String callId, String sdp) {
    @Override
    public String toString() {
        return "CallAnswer[" + callId + "]";
    }
}
