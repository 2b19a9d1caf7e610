package dev.parley.realtime;

import java.nio.charset.StandardCharsets;

/// How a session ended: a WebSocket close code (RFC 6455 section 7.4) and the reason given with it.
///
/// The service adds codes of its own: 3000 for a bad key, 4000 for a request it will not serve.
public record Close(int code, String reason) {
    private static final int MAX_REASON_BYTES = 123;

    /// The ordinary end.
    public static final int NORMAL = 1000;
    /// The far side goes away, as the service does when a session reaches its maximum duration.
    public static final int GOING_AWAY = 1001;
    /// The far side broke the rules of WebSocket, or says that this side did.
    public static final int PROTOCOL_ERROR = 1002;
    /// The far side closed without giving a code. Never sent.
    public static final int NO_CODE = 1005;
    /// The connection was lost without a close frame. Never sent.
    public static final int ABNORMAL = 1006;
    /// What should have been text is not UTF-8.
    public static final int NOT_TEXT = 1007;
    /// The far side did what this side does not allow.
    public static final int POLICY = 1008;
    /// A message was larger than the receiver takes.
    public static final int TOO_BIG = 1009;
    /// The sender of this met a fault of its own.
    public static final int SERVER_ERROR = 1011;

    public boolean isNormal() {
        return code == NORMAL;
    }

    /// This close, if it is one that a client may send.
    Close checkedForSending() {
        boolean isForClients = switch (code) {
            case NORMAL, GOING_AWAY, POLICY, SERVER_ERROR -> true;
            default -> code >= 3000 && code <= 4999;
        };
        if (!isForClients) {
            throw new IllegalArgumentException(
                    "expected a close code a client may send (1000, 1001, 1008, 1011, 3000 to 4999), found " + code);
        }
        int bytes = reason.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_REASON_BYTES) {
            throw new IllegalArgumentException(
                    "expected a close reason of at most " + MAX_REASON_BYTES + " bytes, found " + bytes);
        }
        return this;
    }

    @Override
    public String toString() {
        return reason.isEmpty() ? "close code " + code : "close code " + code + " (" + reason + ")";
    }
}
