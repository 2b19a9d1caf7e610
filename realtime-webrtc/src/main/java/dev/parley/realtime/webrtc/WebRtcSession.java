package dev.parley.realtime.webrtc;

import dev.parley.media.AudioFormat;
import dev.parley.media.AudioLeg;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.ClientEvent;
import dev.parley.realtime.Close;
import dev.parley.realtime.Pace;
import dev.parley.realtime.RealtimeException;
import dev.parley.realtime.SendResult;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.Session;
import dev.parley.realtime.SessionClosedException;
import dev.parley.rtc.PeerConnection;
import dev.parley.rtc.RtpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;

/// An open Realtime session over a peer connection, or over one after the other, where it was [opened][WebRtcClient] with a
/// policy. Its events are those of any session; its sound is beside them:
///
/// - what the model says comes on [#audio()], as it is spoken: there are no audio deltas. `output_audio_buffer.started`,
///   `.stopped` and `.cleared` tell when;
/// - the service knows what was heard, stops by itself when the caller speaks, and truncates the item;
/// - what is sent to it travels as RTP, in real time, beside the events and not in order with them.
///
/// Sound is either made here, once [#audio()] or `sendAudio` is first called: PCM at 24 kHz both ways, in Opus or G.711; or
/// handed through as RTP packets, by [#onRtp] and [#sendRtp]. Thread-safe as any session.
public final class WebRtcSession implements Session {
    private final Session session;
    private final Line line;

    /// @param line what carries `session`, which ends when that ends
    WebRtcSession(Session session, Line line) {
        this.session = session;
        this.line = line;
    }

    /// `rtc_...`, to join the call of the moment with, or to control it; empty in the beta dialect, where calls have none.
    public String callId() {
        return line.current().id();
    }

    /// The model's end of the sound: mono, 24 kHz, 20 ms at a time. What is sent on it the model hears, in real time; while
    /// nothing is, it hears silence. What waits for longer than 400 ms is dropped: late speech is worth less than a gap.
    /// Closing it ends the sound, not the session. It stays when the call is replaced: in between there is silence.
    public AudioLeg audio() {
        return line.sound().leg();
    }

    /// Who takes the packets of the model's sound, beside [#audio()].
    public void onRtp(RtpHandler handler) {
        line.sound().onRtp(handler);
    }

    /// Sends an RTP packet as it is, for those who do not use [#audio()]; see [PeerConnection#sendRtp]. What its source and
    /// payload type should be, [#peer()] tells.
    ///
    /// @return whether it was sent
    public boolean sendRtp(byte[] bytes, int offset, int length) {
        return peer().sendRtp(bytes, offset, length);
    }

    /// The connection of the moment, for its codecs, its source and its statistics. It ends with the session, or before, when
    /// the session goes on over another.
    public PeerConnection peer() {
        return line.current().peer();
    }

    /// Says a piece of 16-bit samples at 24 kHz, waiting while what was to be said before has not left.
    @Override
    public void sendAudio(byte[] audio) {
        try {
            requireOpen(line.sound().say(AudioFormat.REALTIME_PCM.decode(audio)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RealtimeException("interrupted while waiting to send", e);
        }
    }

    /// Says a stream of audio in any of the protocol's formats, whatever the session's, and returns when it has been said.
    /// Sound travels in real time: there is no other pace.
    @Override
    public void sendAudio(InputStream stream, AudioEncoding encoding, Pace pace) throws IOException {
        try {
            requireOpen(line.sound().say(stream, switch (encoding) {
                case PCM -> AudioFormat.REALTIME_PCM;
                case PCMU -> AudioFormat.PCMU;
                case PCMA -> AudioFormat.PCMA;
            }));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while sending audio");
        }
    }

    private void requireOpen(boolean said) {
        if (!said) {
            throw new SessionClosedException(closed().orElse(new Close(Close.NORMAL, "the sound was closed")));
        }
    }

    @Override
    public void send(ClientEvent event) {
        session.send(event);
    }

    @Override
    public SendResult trySend(ClientEvent event, Duration patience) {
        return session.trySend(event, patience);
    }

    @Override
    public void sendRaw(String frame) {
        session.sendRaw(frame);
    }

    @Override
    public Iterable<ServerEvent> events() {
        return session.events();
    }

    @Override
    public Optional<ServerEvent> next(Duration timeout) {
        return session.next(timeout);
    }

    @Override
    public Optional<Close> closed() {
        return session.closed();
    }

    @Override
    public int sendQueueLength() {
        return session.sendQueueLength();
    }

    /// Ends the session: what is queued is still sent, and the data channel and the connection are closed. A data channel
    /// has no close codes; `code` and `reason` are for whoever asks this side.
    @Override
    public Close close(int code, String reason) {
        try {
            return session.close(code, reason);
        } finally {
            line.close();
        }
    }

    /// Fit for a log.
    @Override
    public String toString() {
        return "WebRtcSession[" + callId() + ", " + peer().state() + "]";
    }
}
