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

/// The sound of a session, over one peer connection or over one after the other: its packets, for whoever wants those, and from
/// the first time somebody asks a [Track] of PCM, which stays when the connection changes. Thread-safe.
final class Sound implements AutoCloseable {
    /// A second's 50th.
    private static final int PIECES = 50;

    private final AtomicBoolean streaming = new AtomicBoolean();
    private volatile RtpHandler handler = (packet, nanos) -> {};
    private volatile @Nullable Track track;
    private volatile @Nullable Ear ear;

    // Guarded by this.
    private @Nullable PeerConnection peer;
    private boolean closed;

    /// Takes the packets of one connection, on its I/O thread. They are heard while that is the connection of the moment.
    final class Ear implements RtpHandler {
        @Override
        public void onRtp(RtpPacket packet, long nanos) {
            if (ear == this) {
                heard(packet, nanos);
            }
        }
    }

    /// For a connection that is to be opened.
    Ear ear() {
        return new Ear();
    }

    /// Is to be the connection of the moment from now on: its packets come by `its` ear. What was to be said on the one before,
    /// and has not left, is not said.
    ///
    /// @throws IllegalStateException if PCM is wanted, and the connection has no codec for it
    synchronized void over(PeerConnection connection, Ear its) {
        peer = connection;
        ear = its;
        var made = track;
        if (made != null) {
            made.moveTo(Coding.of(connection));
        }
    }

    void onRtp(RtpHandler other) {
        handler = other;
    }

    private void heard(RtpPacket packet, long nanos) {
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
            made = new Track(Coding.of(connection));
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
