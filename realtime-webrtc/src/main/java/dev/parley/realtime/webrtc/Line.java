package dev.parley.realtime.webrtc;

import dev.parley.realtime.SessionChange;
import dev.parley.rtc.PeerConnection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a session has beside its events, over one call or over one after the other: the call of the moment, and the sound, which
/// moves from call to call with it. Thread-safe.
final class Line implements AutoCloseable {
    private final Sound sound = new Sound();
    private volatile @Nullable Call current;
    private volatile @Nullable Call latest;

    /// A call that stands.
    ///
    /// @param id  `rtc_...`; empty in the beta dialect
    /// @param ear by which its packets come
    record Call(String id, PeerConnection peer, Sound.Ear ear) {}

    /// A call was opened: the first is the call of the moment, any other once the session goes on with it. Until then the one
    /// before may still be heard.
    void opened(Call call) {
        latest = call;
        if (current == null) {
            goOnWith(call);
        }
    }

    /// Sessions are opened, and told of, by one thread: what has taken a session's place is the one opened last.
    void on(SessionChange change) {
        switch (change) {
            case SessionChange.Lost _ -> {
                // The sound goes on, as silence.
            }
            case SessionChange.Replaced _ -> goOnWith(Objects.requireNonNull(latest));
            case SessionChange.GaveUp _ -> close();
        }
    }

    private void goOnWith(Call call) {
        current = call;
        sound.over(call.peer(), call.ear());
    }

    Call current() {
        return Objects.requireNonNull(current, "a session is there once its first call stands");
    }

    Sound sound() {
        return sound;
    }

    /// Ends the sound; calls end with their sessions.
    @Override
    public void close() {
        sound.close();
    }
}
