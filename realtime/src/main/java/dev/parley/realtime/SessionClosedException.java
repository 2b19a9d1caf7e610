package dev.parley.realtime;

/// Something was sent on a session that has ended.
public final class SessionClosedException extends RealtimeException {
    private static final long serialVersionUID = 1L;

    private final transient Close close;

    public SessionClosedException(Close close) {
        super("expected an open session, but it has ended: " + close);
        this.close = close;
    }

    /// How the session ended.
    public Close close() {
        return close;
    }
}
