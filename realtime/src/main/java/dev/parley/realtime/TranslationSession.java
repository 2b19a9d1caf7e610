package dev.parley.realtime;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// An open translation: sound of one language in, sound and words of another out, as it is spoken (protocol section 12.2).
/// There are no turns; silence is to be sent, too.
///
/// Any number of threads may send, one reads. Both directions are bounded as in [RealtimeSession]. To end it without losing
/// the last words, [#finish()], and read on until [TranslationEvent.Closed].
public final class TranslationSession implements AutoCloseable {
    private final Connection connection;
    private final AtomicBoolean streaming = new AtomicBoolean();

    TranslationSession(Connection connection) {
        this.connection = connection;
    }

    /// Changes the language, the transcription or the noise reduction; what `config` does not mention stays.
    public void configure(TranslationConfig config) {
        connection.send(Json.write(Fields.event("session.update").with("session", config.raw()).node()));
    }

    /// Sends a piece of sound, 16-bit little-endian samples at 24 kHz, waiting while the queue is full. The service asks
    /// for pieces of 200 ms.
    ///
    /// @throws SessionClosedException if the session has ended
    public void sendAudio(byte[] pcm) {
        connection.send(append(pcm));
    }

    /// Sends a piece of sound if there is room for it within `patience`.
    ///
    /// @throws SessionClosedException if the session has ended
    public SendResult trySendAudio(byte[] pcm, Duration patience) {
        return connection.trySend(append(pcm), patience);
    }

    /// Sends a stream of sound, 16-bit little-endian samples at 24 kHz, and returns when all of it is queued.
    ///
    /// @throws IllegalStateException if another stream is being sent
    public void sendAudio(InputStream pcm, Pace pace) throws IOException {
        AudioStream.send(pcm, AudioEncoding.PCM, pace, streaming, this::sendAudio);
    }

    /// Says that nothing more will be sent. What was sent is still translated, then comes [TranslationEvent.Closed].
    public void finish() {
        connection.send(Json.write(Fields.event("session.close").node()));
    }

    /// Queues a frame as it is.
    public void sendRaw(String frame) {
        connection.send(frame);
    }

    private static String append(byte[] pcm) {
        return Json.write(Fields.event("session.input_audio_buffer.append").with("audio", Base64Text.of(pcm)).node());
    }

    /// The events of this session, in order. Iterating waits for the next one and ends when the session has ended;
    /// [#closed()] then says how.
    public Iterable<TranslationEvent> events() {
        return () -> new EventIterator<>(() -> poll(Long.MAX_VALUE));
    }

    /// The next event, if one comes within `timeout` and the session has not ended.
    public Optional<TranslationEvent> next(Duration timeout) {
        return EventIterator.next(this::poll, timeout);
    }

    private @Nullable TranslationEvent poll(long nanos) throws InterruptedException {
        var frame = connection.poll(nanos);
        return frame == null ? null : TranslationEvent.parse(frame);
    }

    /// How the session ended; empty while it is open.
    public Optional<Close> closed() {
        return connection.closed();
    }

    /// Frames waiting to be sent.
    public int sendQueueLength() {
        return connection.sendQueueLength();
    }

    /// Ends the session at once: what is queued is still sent, what is not translated yet is lost.
    @Override
    public void close() {
        var _ = connection.close(Close.NORMAL, "");
    }
}
