package dev.parley.realtime.webrtc;

import dev.parley.media.AudioFormat;
import dev.parley.media.AudioLeg;
import dev.parley.media.Pcm;
import dev.parley.media.RtpPacket;
import dev.parley.rtc.PeerConnection;
import dev.parley.rtc.RtpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The sound of one peer connection: its packets, for whoever wants those, and from the first time somebody asks a [Track] of
/// PCM. It ends with the connection. Thread-safe.
final class Sound implements RtpHandler, AutoCloseable {
    /// A second's 50th.
    private static final int PIECES = 50;

    private final AtomicBoolean streaming = new AtomicBoolean();
    private volatile RtpHandler handler = (packet, nanos) -> {};
    private volatile @Nullable Track track;

    // Guarded by this.
    private @Nullable PeerConnection peer;
    private boolean closed;

    /// The connection, once it is there.
    synchronized void over(PeerConnection connection) {
        peer = connection;
    }

    void onRtp(RtpHandler other) {
        handler = other;
    }

    /// On the I/O thread.
    @Override
    public void onRtp(RtpPacket packet, long nanos) {
        var listening = track;
        if (listening != null) {
            // First, for the other may change the packet.
            listening.received(packet, nanos);
        }
        handler.onRtp(packet, nanos);
    }

    AudioLeg leg() {
        return track();
    }

    private synchronized Track track() {
        var made = track;
        var connection = peer;
        if (made == null) {
            if (connection == null) {
                throw new IllegalStateException("expected a connection, found none yet");
            }
            made = Track.over(connection);
            track = made;
            if (closed) {
                made.close();
            } else {
                made.start();
            }
        }
        return made;
    }

    /// Sends a piece, waiting while more than a little is waiting already.
    ///
    /// @return false if the sound has ended
    boolean say(Pcm audio) throws InterruptedException {
        return track().say(audio);
    }

    /// Sends a stream, and waits until the last of it has left.
    ///
    /// @return false if the sound ended meanwhile
    boolean say(InputStream stream, AudioFormat format) throws IOException, InterruptedException {
        if (!streaming.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "expected one audio stream at a time, found another still being sent: wait until it has returned");
        }
        try {
            return track().say(stream, format, format.bytesPerSecond() / PIECES);
        } finally {
            streaming.set(false);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        var made = track;
        if (made != null) {
            made.close();
        }
    }
}
