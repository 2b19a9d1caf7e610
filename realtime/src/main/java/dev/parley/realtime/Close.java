package dev.parley.realtime;

/// How a session ended: a WebSocket close code (RFC 6455 section 7.4) and the reason given with it.
///
/// The service adds codes of its own: 3000 for a bad key, 4000 for a request it will not serve.
public record Close(int code, String reason) {
    /// The ordinary end.
    public static final int NORMAL = 1000;
    /// The far side goes away, as the service does when a session reaches its maximum duration.
    public static final int GOING_AWAY = 1001;
    /// The connection was lost without a close frame. Never sent.
    public static final int ABNORMAL = 1006;
    /// A message was larger than the receiver takes.
    public static final int TOO_BIG = 1009;

    public boolean isNormal() {
        return code == NORMAL;
    }

    @Override
    public String toString() {
        return reason.isEmpty() ? "close code " + code : "close code " + code + " (" + reason + ")";
    }
}
