package dev.parley.rtc;

import dev.parley.media.RtpPacket;

/// Takes the RTP packets of a connection, decrypted and as they come: unordered, with gaps.
public interface RtpHandler {
    /// A packet has come. It is borrowed for the call, and may be changed in place to be sent on by another connection.
    ///
    /// On an I/O thread that serves many connections: must not block.
    ///
    /// @param nanos when it came, of the clock of [System#nanoTime()]
    void onRtp(RtpPacket packet, long nanos);
}
