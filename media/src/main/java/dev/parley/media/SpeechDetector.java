package dev.parley.media;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Finds where somebody starts and stops speaking in a stream of audio: the Realtime protocol's `server_vad`.
///
/// Speech starts after four frames of 20 ms in a row that reach the threshold, one of them clearly, so that neither a
/// click nor a rustle in the background is a turn. It stops once the silence asked for has passed; what breaks the
/// silence are two frames in a row at 0.1 below the threshold, again with a clear one. The events and their positions
/// depend on the audio alone, not on how it was cut into chunks.
///
/// Not thread-safe: one thread owns it.
public final class SpeechDetector {
    private static final int FRAMES_TO_START = 4;
    private static final int FRAMES_TO_GO_ON = 2;
    private static final double HYSTERESIS = 0.1;
    private static final double CLEAR = 0.9;

    /// The parameters of `server_vad`.
    ///
    /// @param threshold     score a frame has to reach, from 0 to 1; the higher, the louder and clearer the speech, and
    ///                      above 0.98 nothing is clear enough
    /// @param prefixPadding audio before the onset that belongs to the speech
    /// @param silence       how long it has to be quiet for the speech to be over
    public record Settings(double threshold, Duration prefixPadding, Duration silence) {
        // Ahead of DEFAULT, whose constructor needs it.
        private static final Duration LONGEST = Duration.ofMinutes(1);

        /// What the protocol documents: 0.5, 300 ms, 500 ms.
        public static final Settings DEFAULT = new Settings(0.5, Duration.ofMillis(300), Duration.ofMillis(500));

        public Settings {
            if (!(threshold >= 0 && threshold <= 1)) {
                throw new IllegalArgumentException("expected a threshold from 0 to 1, found " + threshold);
            }
            require("prefix padding", prefixPadding);
            require("silence", silence);
        }

        private static void require(String name, Duration value) {
            if (value.isNegative() || value.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("expected a " + name + " of 0 to 60 s, found " + value);
            }
        }
    }

    /// A change between silence and speech. Positions count samples since the start of the stream, at its rate; they
    /// never go back.
    public sealed interface Event {
        /// Where the speech starts or ends.
        long at();
    }

    /// Somebody speaks.
    ///
    /// @param at the onset less the prefix padding, though not before the stream or within an earlier speech
    public record Started(long at) implements Event {}

    /// Nobody speaks any more.
    ///
    /// @param at the end of the speech and the silence after it
    public record Stopped(long at) implements Event {}

    private final int rate;
    private final VoiceActivityDetector detector;
    private Settings settings;
    private Pcm rest;

    /// Samples judged so far.
    private long position;
    private boolean speaking;
    /// Speech frames in a row up to `position`.
    private int run;
    /// The best score among them.
    private double best;
    /// Where speech was last heard, and the event before.
    private long speechEnd;
    private long lastEvent;

    /// A detector for a stream at `rate`, 8 kHz or more.
    public SpeechDetector(int rate, Settings settings) {
        this.rate = rate;
        this.settings = settings;
        this.detector = new VoiceActivityDetector(rate);
        this.rest = Pcm.silence(rate, 0);
    }

    /// Changes the settings from the next frame on; what was learned about the background is kept.
    public void configure(Settings settings) {
        this.settings = settings;
    }

    /// Whether somebody was speaking at the end of what has been judged.
    public boolean isSpeaking() {
        return speaking;
    }

    /// What the next audio of the stream brings about; frames that it leaves incomplete are judged with the next.
    public List<Event> process(Pcm audio) {
        if (audio.rate() != rate) {
            throw new IllegalArgumentException("expected audio at " + rate + " Hz, found " + audio);
        }
        var pending = rest.then(audio.mono());
        var events = new ArrayList<Event>();
        int frame = detector.frame();
        int at = 0;
        for (; at + frame <= pending.frames(); at += frame) {
            judge(detector.score(pending.slice(at, at + frame)), events);
        }
        rest = pending.slice(at, pending.frames());
        return List.copyOf(events);
    }

    private void judge(double score, List<Event> events) {
        position += detector.frame();
        boolean speech = score >= (speaking ? Math.max(settings.threshold() - HYSTERESIS, 0) : settings.threshold());
        run = speech ? run + 1 : 0;
        best = speech ? Math.max(best, score) : 0;
        if (speaking) {
            goOn(events);
        } else if (run >= FRAMES_TO_START && isClear()) {
            start(events);
        }
    }

    private boolean isClear() {
        double halfwayUp = (1 + settings.threshold()) / 2;
        return best >= Math.min(halfwayUp, Math.max(settings.threshold(), CLEAR));
    }

    private void start(List<Event> events) {
        long onset = position - (long) run * detector.frame();
        lastEvent = Math.max(onset - Samples.in(settings.prefixPadding(), rate), lastEvent);
        speaking = true;
        speechEnd = position;
        events.add(new Started(lastEvent));
    }

    private void goOn(List<Event> events) {
        if (run >= FRAMES_TO_GO_ON && isClear()) {
            speechEnd = position;
        }
        long silenceEnd = speechEnd + Samples.in(settings.silence(), rate);
        // Frames are all there is to judge by, so even without any silence asked for, one has to be quiet.
        if (position < silenceEnd || position == speechEnd) {
            return;
        }
        // The settings may have asked for less silence in the meantime.
        lastEvent = Math.max(silenceEnd, lastEvent);
        speaking = false;
        run = 0;
        events.add(new Stopped(lastEvent));
    }
}
