package dev.parley.emulator;

import dev.parley.media.Pcm;
import dev.parley.media.Samples;
import dev.parley.media.SpeechDetector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// When a fake caller speaks: a pure machine whose clock is the audio it hears.
///
/// It is given what arrives, in pieces of any length, and gives back what the caller says in that time. It waits for an
/// answer to end before its next line, or speaks into it where the line says so.
final class CallerScript {
    /// A pause within an answer is shorter than this.
    private static final Duration END_OF_ANSWER = Duration.ofMillis(900);
    private static final Duration BEFORE_ANSWER = Duration.ofMillis(500);
    private static final Duration LONGEST_ANSWER = Duration.ofMinutes(2);
    private static final Duration UNTIL_ANSWERED = Duration.ofSeconds(15);

    private final int rate;
    private final List<Line> lines;
    private final FakeCaller.Patience patience;
    private final SpeechDetector detector;
    private final Deque<Pcm> answer = new ArrayDeque<>();
    private long answerFrames;
    private List<Happening> happenings = new ArrayList<>();

    private long position;
    private long quietSince;
    private int line = -1;
    private @Nullable Pcm saying;
    private int said;
    private long lastLineEnd;
    private boolean agentSpeaks;
    private long agentSince;
    private boolean answered;
    private boolean done;

    /// A line as sound at the script's rate.
    record Line(String words, Pcm sound, @Nullable Duration interruptAfter) {}

    /// What the caller says in the time of the piece that was heard, and what happened in it.
    record Step(Pcm says, List<Happening> happenings) {
        Step {
            happenings = List.copyOf(happenings);
        }
    }

    /// Something to tell whoever watches, or an answer to be recognised first.
    sealed interface Happening {
        record Noticed(CallerEvent event) implements Happening {}

        record Answer(Duration at, Pcm audio) implements Happening {}

        /// An answer, recognised.
        record Recognised(CallerEvent event) implements Happening {}
    }

    CallerScript(int rate, List<Line> lines, FakeCaller.Patience patience) {
        this.rate = rate;
        this.lines = List.copyOf(lines);
        this.patience = patience;
        // Without padding, because an interruption is timed from where the answer is first heard.
        this.detector = new SpeechDetector(rate, new SpeechDetector.Settings(0.5, Duration.ZERO, END_OF_ANSWER));
    }

    Step step(Pcm heard) {
        happenings = new ArrayList<>();
        listen(heard);
        position += heard.frames();
        if (!done && saying == null) {
            beginLineIfTime();
        }
        return new Step(speak(heard.frames()), happenings);
    }

    private void listen(Pcm heard) {
        answer.add(heard);
        answerFrames += heard.frames();
        // What came just before the detector is sure belongs to the answer; of one that does not end, the end is kept.
        long kept = Samples.in(agentSpeaks ? LONGEST_ANSWER : BEFORE_ANSWER, rate);
        while (answerFrames > kept && answer.size() > 1) {
            answerFrames -= answer.removeFirst().frames();
        }
        for (var event : detector.process(heard)) {
            switch (event) {
                case SpeechDetector.Started(var at) -> {
                    agentSpeaks = true;
                    agentSince = at;
                }
                case SpeechDetector.Stopped _ -> answerEnded();
            }
        }
    }

    private void answerEnded() {
        agentSpeaks = false;
        quietSince = position;
        // What is cut off by the caller's own words is no answer to them.
        if (saying == null && agentSince >= lastLineEnd) {
            answered = true;
        }
        happenings.add(new Happening.Answer(at(), joined(answer)));
        answer.clear();
        answerFrames = 0;
    }

    private void beginLineIfTime() {
        if (line + 1 >= lines.size()) {
            finishIfAnswered();
            return;
        }
        var next = lines.get(line + 1);
        if (next.interruptAfter() != null) {
            if (agentSpeaks && agentSince >= lastLineEnd
                    && position - agentSince >= Samples.in(next.interruptAfter(), rate)) {
                begin(next);
            } else if (isOverdue()) {
                notAnswered();
            }
            return;
        }
        if (agentSpeaks) {
            return;
        }
        if (answered || (line < 0 && position > Samples.in(patience.untilGreeted(), rate))) {
            begin(next);
        } else if (line >= 0 && isOverdue()) {
            notAnswered();
        }
    }

    private void finishIfAnswered() {
        if (answered && !agentSpeaks) {
            if (position - quietSince >= Samples.in(patience.afterAnswer(), rate)) {
                finish();
            }
        } else if (isOverdue()) {
            notAnswered();
        }
    }

    private boolean isOverdue() {
        return !agentSpeaks && position - Math.max(lastLineEnd, quietSince) > Samples.in(UNTIL_ANSWERED, rate);
    }

    private void notAnswered() {
        happenings.add(new Happening.Noticed(new CallerEvent.IsNotAnswered(at(), Math.max(0, line))));
        finish();
    }

    private void finish() {
        done = true;
        happenings.add(new Happening.Noticed(new CallerEvent.IsDone(at())));
    }

    private void begin(Line next) {
        line++;
        saying = next.sound();
        said = 0;
        answered = false;
        happenings.add(new Happening.Noticed(new CallerEvent.Speaks(at(), line, next.words())));
    }

    private Pcm speak(int frames) {
        if (saying == null) {
            return Pcm.silence(rate, frames);
        }
        int count = Math.min(frames, saying.frames() - said);
        var piece = saying.slice(said, said + count);
        said += count;
        if (said == saying.frames()) {
            saying = null;
            lastLineEnd = position;
            happenings.add(new Happening.Noticed(new CallerEvent.FallsSilent(at(), line)));
        }
        return piece.then(Pcm.silence(rate, frames - count));
    }

    private Duration at() {
        return Samples.duration(position, rate);
    }

    private Pcm joined(Collection<Pcm> pieces) {
        var all = new short[pieces.stream().mapToInt(Pcm::frames).sum()];
        int at = 0;
        for (var piece : pieces) {
            System.arraycopy(piece.toSamples(), 0, all, at, piece.frames());
            at += piece.frames();
        }
        return Pcm.copyOf(rate, all);
    }
}
