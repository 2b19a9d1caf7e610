package dev.parley.rtc;

/// Is told what becomes of a connection: one call at a time, in order, on a virtual thread that may block. Calls about data
/// channels do not wait for those about the rest.
public interface PeerListener {
    /// It stands otherwise than before.
    ///
    /// @param reason why, fit for a log
    default void onState(PeerState state, String reason) {}

    /// A candidate to be told to the other side, as a browser's `RTCIceCandidate` has it; empty: these were all.
    default void onCandidate(String candidate) {}

    /// There is a data channel: opened by the other side, or asked for when the connection was built. Whoever sets the
    /// channel's listener before returning misses nothing.
    default void onDataChannel(DataChannel channel) {}
}
