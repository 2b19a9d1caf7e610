package dev.parley.emulator;

import dev.parley.media.AudioFormat;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.media.Samples;
import dev.parley.media.SpeechDetector;
import dev.parley.realtime.AudioEncoding;
import dev.parley.realtime.SessionConfig;
import dev.parley.realtime.TurnDetection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the caller sends and where in it there is speech: the session's input buffer and its turn detection.
/// Times are milliseconds of all audio ever sent in the session. Confined to the session's thread.
final class CallerAudio {
    /// More than the padding of a turn that might begin now.
    private static final int KEPT_SECONDS = 2;

    private final AudioEncoding encoding;
    private final AudioFormat format;
    private final long millisBefore;
    private final SampleBuffer buffer;
    private @Nullable SpeechDetector detector;
    private byte[] halfSample = new byte[0];
    /// Of a call, as long as there is sound of one.
    private @Nullable Resampler line;
    private long detectorStart;
    private long speechStart;
    private boolean speaking;
    /// Where a silence begins that is to be kept; behind everything when none is.
    private long mark = Long.MAX_VALUE;

    /// What the detector found.
    sealed interface Turn {
        record Began(long atMillis) implements Turn {}

        /// The turn is over; `audio` is what was said, padding and closing silence included.
        record Ended(long atMillis, Pcm audio) implements Turn {}
    }

    private CallerAudio(SessionConfig config, long millisBefore) {
        this.encoding = config.inputEncoding().orElse(AudioEncoding.PCM);
        this.format = format(encoding);
        this.millisBefore = millisBefore;
        this.buffer = new SampleBuffer(encoding.rate());
        this.detector = detector(config);
    }

    static CallerAudio of(SessionConfig config) {
        return new CallerAudio(config, 0);
    }

    static AudioFormat format(AudioEncoding encoding) {
        return switch (encoding) {
            case PCM -> AudioFormat.REALTIME_PCM;
            case PCMU -> AudioFormat.PCMU;
            case PCMA -> AudioFormat.PCMA;
        };
    }

    /// This audio under a changed configuration. A new format begins a new buffer; a new detector begins to listen.
    CallerAudio configured(SessionConfig before, SessionConfig after) {
        if (!before.inputEncoding().equals(after.inputEncoding())) {
            return new CallerAudio(after, millis(buffer.end()));
        }
        if (!before.turnDetection().equals(after.turnDetection())) {
            detector = detector(after);
            speaking = false;
        }
        return this;
    }

    /// Takes more audio and gives the turns that began or ended in it.
    List<Turn> append(byte[] bytes) {
        return take(format.decode(wholeSamples(bytes)));
    }

    /// Takes more audio of a call, which is one stream at any one rate; otherwise as above.
    List<Turn> hear(Pcm audio) {
        if (line == null) {
            line = new Resampler(audio.rate(), encoding.rate());
        }
        return take(line.process(audio));
    }

    private List<Turn> take(Pcm audio) {
        buffer.append(audio);
        if (detector == null) {
            return List.of();
        }
        var turns = new ArrayList<Turn>();
        // The detector's positions count from where it began to listen.
        for (var event : detector.process(audio)) {
            switch (event) {
                case SpeechDetector.Started(var at) -> {
                    speaking = true;
                    mark = Long.MAX_VALUE;
                    speechStart = detectorStart + at;
                    turns.add(new Turn.Began(millis(speechStart)));
                }
                case SpeechDetector.Stopped(var at) -> {
                    speaking = false;
                    long end = detectorStart + at;
                    turns.add(new Turn.Ended(millis(end), buffer.between(speechStart, end)));
                    buffer.forget(end);
                }
            }
        }
        if (!speaking) {
            buffer.forget(Math.min(mark, buffer.end() - (long) KEPT_SECONDS * encoding.rate()));
        }
        return turns;
    }

    /// A silence begins here; it is kept for [#takeSilence] unless somebody speaks.
    void mark() {
        mark = buffer.end();
    }

    /// Takes the silence since [#mark()].
    Silence takeSilence() {
        long from = Math.min(mark, buffer.end());
        var silence = new Silence(millis(from), millis(buffer.end()), buffer.between(from, buffer.end()));
        mark = Long.MAX_VALUE;
        buffer.forget(buffer.end());
        return silence;
    }

    /// Where nobody spoke.
    record Silence(long fromMillis, long toMillis, Pcm audio) {}

    /// Length of what is in the buffer.
    Duration length() {
        return buffer.length();
    }

    /// Takes all that is in the buffer. A turn that was under way ends with it.
    Pcm takeAll(SessionConfig config) {
        var all = buffer.between(0, buffer.end());
        clear();
        detector = detector(config);
        speaking = false;
        return all;
    }

    /// Throws away all that is in the buffer.
    void clear() {
        buffer.forget(buffer.end());
        halfSample = new byte[0];
    }

    private @Nullable SpeechDetector detector(SessionConfig config) {
        detectorStart = buffer.end();
        return switch (config.turnDetection().orElse(TurnDetection.ServerVad.DEFAULT)) {
            case TurnDetection.ServerVad vad -> new SpeechDetector(encoding.rate(), new SpeechDetector.Settings(vad
                    .threshold(), vad.prefixPadding(), vad.silence()));
            case TurnDetection.SemanticVad vad -> new SpeechDetector(encoding.rate(), new SpeechDetector.Settings(0.5,
                    Duration.ofMillis(300), SessionDefaults.pause(vad.eagerness())));
            case TurnDetection.Manual() -> null;
            case TurnDetection.Unknown _ -> null;
        };
    }

    /// A client may cut its audio anywhere; half a sample waits for its other half.
    private byte[] wholeSamples(byte[] bytes) {
        var all = Arrays.copyOf(halfSample, halfSample.length + bytes.length);
        System.arraycopy(bytes, 0, all, halfSample.length, bytes.length);
        int whole = all.length - all.length % encoding.bytesPerSample();
        halfSample = Arrays.copyOfRange(all, whole, all.length);
        return whole == all.length ? all : Arrays.copyOf(all, whole);
    }

    private long millis(long samples) {
        return millisBefore + Samples.millis(samples, encoding.rate());
    }
}
