package dev.parley.emulator;

import dev.parley.emulator.CallerScript.Happening;
import dev.parley.media.AudioFile;
import dev.parley.media.AudioLeg;
import dev.parley.media.Pcm;
import dev.parley.media.Resampler;
import dev.parley.speech.Ears;
import dev.parley.speech.Hearing;
import dev.parley.speech.Voice;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// A caller made of software: it speaks its lines, listens, recognises what it hears, and interrupts where told.
///
/// It has no clock of its own: for every piece of audio that arrives on its leg it sends one of the same length, so it
/// keeps time with whoever is at the other end, in real time or faster. Events are told on one thread: what the caller does
/// at once, what it hears once it has made it out.
public final class FakeCaller implements AutoCloseable {
    private static final int QUEUE = 1_024;

    private final AudioLeg leg;
    private final Ears ears;
    private final Consumer<CallerEvent> observer;
    private final CallerScript script;
    private final BlockingQueue<Happening> happenings = new ArrayBlockingQueue<>(QUEUE);
    private final CompletableFuture<List<CallerEvent>> result = new CompletableFuture<>();
    private final BlockingQueue<Happening.Answer> answers = new ArrayBlockingQueue<>(QUEUE);
    private final Thread reporter;
    private final Thread recogniser;

    /// How long a caller waits.
    ///
    /// @param untilGreeted how long it waits to be greeted before it speaks
    /// @param afterAnswer how long it stays on the line after the last answer
    public record Patience(Duration untilGreeted, Duration afterAnswer) {}

    private FakeCaller(AudioLeg leg, CallerScript script, Ears ears, Consumer<CallerEvent> observer) {
        this.leg = leg;
        this.script = script;
        this.ears = ears;
        this.observer = observer;
        this.reporter = Thread.ofVirtual().name("fake-caller").unstarted(this::report);
        this.recogniser = Thread.ofVirtual().name("fake-caller-ears").unstarted(this::recognise);
    }

    /// Puts a caller on a leg. It waits to be greeted, speaks first if nobody does, and leaves after the last answer.
    ///
    /// @param observer is told what the caller does and hears
    /// @throws ScenarioException if a recording it should play cannot be read
    public static FakeCaller join(AudioLeg leg, List<Scenario.CallerLine> lines, Voice voice, Ears ears,
            Consumer<CallerEvent> observer) {
        return join(leg, lines, voice, ears, observer, new Patience(Duration.ofSeconds(6), Duration.ZERO));
    }

    /// Puts a caller of other patience on a leg.
    ///
    /// @throws ScenarioException if a recording it should play cannot be read
    public static FakeCaller join(AudioLeg leg, List<Scenario.CallerLine> lines, Voice voice, Ears ears,
            Consumer<CallerEvent> observer, Patience patience) {
        int rate = leg.format().rate();
        var script = new CallerScript(rate, lines.stream()
                .map(line -> new CallerScript.Line(line.words(),
                        Resampler.convert(sound(line, voice), rate), line.interruptAfter()))
                .toList(), patience);
        var caller = new FakeCaller(leg, script, ears, observer);
        caller.reporter.start();
        caller.recogniser.start();
        leg.onAudio(caller::heard);
        return caller;
    }

    /// Waits until the caller has said everything.
    ///
    /// @return all it did and heard, in the order of time; empty when it is not done after `timeout`
    public Optional<List<CallerEvent>> await(Duration timeout) throws InterruptedException {
        try {
            return Optional.of(result.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException _) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the fake caller failed", e.getCause());
        }
    }

    private static Pcm sound(Scenario.CallerLine line, Voice voice) {
        var recording = line.recording();
        return recording == null ? voice.speak(line.words()) : read(recording);
    }

    private static Pcm read(Path recording) {
        try {
            return AudioFile.read(recording).mono();
        } catch (NoSuchFileException e) {
            throw new ScenarioException("cannot play " + recording + ": no such file", e);
        } catch (IOException e) {
            throw new ScenarioException("cannot play " + recording + ": " + e.getMessage(), e);
        }
    }

    private void heard(Pcm audio) {
        var step = script.step(audio);
        leg.send(step.says());
        if (!result.isDone()) {
            step.happenings().forEach(happening -> put(happening, happenings));
        }
    }

    /// A caller that cannot keep up with what happens has failed; whoever it talks to must not wait for it.
    private <T> void put(T next, BlockingQueue<T> queue) {
        if (!queue.offer(next)) {
            result.completeExceptionally(new IllegalStateException("it is " + QUEUE + " events behind"));
        }
    }

    private void report() {
        var events = new ArrayList<CallerEvent>();
        int unrecognised = 0;
        CallerEvent last = null;
        try {
            while (last == null || unrecognised > 0) {
                switch (happenings.take()) {
                    case Happening.Noticed(CallerEvent.IsDone done) -> last = done;
                    case Happening.Noticed(var event) -> tell(event, events);
                    case Happening.Answer answer -> {
                        unrecognised++;
                        put(answer, answers);
                    }
                    case Happening.Recognised(var event) -> {
                        unrecognised--;
                        tell(event, events);
                    }
                }
            }
            tell(last, events);
            complete(events);
        } catch (InterruptedException _) {
            complete(events);
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
        recogniser.interrupt();
    }

    private void tell(CallerEvent event, List<CallerEvent> events) {
        events.add(event);
        observer.accept(event);
    }

    private void complete(List<CallerEvent> events) {
        result.complete(events.stream().sorted(Comparator.comparing(CallerEvent::at)).toList());
    }

    /// Recognising takes longer than a frame lasts, so it happens neither where audio arrives nor where events are told.
    private void recognise() {
        try {
            while (true) {
                put(new Happening.Recognised(recognised(answers.take())), happenings);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
            reporter.interrupt();
        }
    }

    private CallerEvent recognised(Happening.Answer answer) {
        return switch (ears.hear(answer.audio())) {
            case Hearing.Understood understood -> new CallerEvent.Hears(answer.at(), understood.words());
            case Hearing.NotUnderstood() -> new CallerEvent.HearsSomething(answer.at());
        };
    }

    /// Leaves the call.
    @Override
    public void close() {
        leg.onAudio(_ -> {});
        reporter.interrupt();
        recogniser.interrupt();
    }
}
