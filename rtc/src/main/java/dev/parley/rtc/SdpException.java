package dev.parley.rtc;

/// A session description that cannot be used: malformed, too large, or without what a peer connection needs.
public final class SdpException extends RtcException {
    private static final long serialVersionUID = 1L;

    public SdpException(String message) {
        super(message);
    }

    /// A fault in one line, counted from 1.
    static SdpException inLine(int line, String message) {
        return new SdpException("session description, line " + line + ": " + message);
    }
}
