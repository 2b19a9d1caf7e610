package dev.parley.emulator;

import dev.parley.emulator.EmulatedSession.Effect;
import dev.parley.emulator.EmulatedSession.Input;
import dev.parley.speech.Ears;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hears, thinks and speaks for one session, on threads of its own, and reports what came of it.
///
/// Utterances are heard one after the other, in their order: who has one pair of ears listens to one thing at a time.
/// Responses are thought about side by side. Started and stopped by the session's thread alone.
final class FacultiesAtWork {
    private static final Logger LOG = LoggerFactory.getLogger(FacultiesAtWork.class);
    /// Utterances that wait to be heard; the ears fail at what comes when there are as many.
    private static final int UNHEARD = 256;

    private final Ears ears;
    private final Mind mind;
    private final Voices voices;
    private final Consumer<Input> report;
    private final ThreadPoolExecutor listening = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(UNHEARD), Thread.ofVirtual().name("ears").factory());
    /// Who thinks, by response.
    private final Map<String, Thread> thinking = new ConcurrentHashMap<>();

    /// @param report takes what came of it, on any thread but the caller's; may block
    FacultiesAtWork(Faculties faculties, Consumer<Input> report) {
        this.ears = faculties.ears().get();
        this.mind = faculties.minds().get();
        this.voices = faculties.voices();
        this.report = report;
    }

    /// Begins to listen.
    ///
    /// @return what came of it, if that is known at once
    Optional<Input> start(Effect.Hear effect) {
        try {
            listening.execute(() -> hear(effect));
            return Optional.empty();
        } catch (RejectedExecutionException _) {
            LOG.warn("the ears are {} utterances behind and do not listen to item {}", UNHEARD, effect.itemId());
            return Optional.of(new Input.HearingFailed(effect.itemId(), Refusal.serverError()));
        }
    }

    void start(Effect.Think effect) {
        var thinker = Thread.ofVirtual().name("mind").unstarted(() -> think(effect));
        thinking.put(effect.responseId(), thinker);
        thinker.start();
    }

    void stop(Effect.StopThinking effect) {
        var thinker = thinking.remove(effect.responseId());
        if (thinker != null) {
            thinker.interrupt();
        }
    }

    void stopAll() {
        listening.shutdownNow();
        thinking.values().forEach(Thread::interrupt);
    }

    private void hear(Effect.Hear effect) {
        var itemId = effect.itemId();
        try {
            report.accept(new Input.Heard(itemId, ears.hear(effect.audio())));
        } catch (RuntimeException e) {
            if (!listening.isShutdown()) {
                log("the ears failed on item " + itemId, e);
                report.accept(new Input.HearingFailed(itemId, Refusal.serverError()));
            }
        }
    }

    private void think(Effect.Think effect) {
        var id = effect.responseId();
        try {
            mind.respond(effect.situation(), thought -> report.accept(new Input.Thought(id, voiced(thought, effect
                    .rendering()))));
            report.accept(new Input.ThoughtEnded(id));
        } catch (InterruptedException | Interrupted _) {
            // Nobody waits for it.
            return;
        } catch (RuntimeException e) {
            log("the mind or the voice failed on response " + id, e);
            report.accept(new Input.ThoughtFailed(id, Refusal.serverError()));
        } finally {
            thinking.remove(id);
        }
    }

    /// A service that is down is nothing to mend here; anything else is a bug, and where it is matters.
    private static void log(String what, RuntimeException failure) {
        if (failure instanceof FacultyException) {
            LOG.warn("{}: {}", what, failure.getMessage());
        } else {
            LOG.error(what, failure);
        }
    }

    private EmulatedSession.Voiced voiced(Mind.Thought thought, Optional<EmulatedSession.Rendering> rendering) {
        return switch (thought) {
            case Mind.Thought.Say(var text, var phase) -> new EmulatedSession.Voiced.Said(text, phase, rendering.map(
                    how -> voiced(text, how)).orElse(Sound.NONE));
            case Mind.Thought.CallFunction(var name, var arguments) ->
                new EmulatedSession.Voiced.Called(name, arguments);
        };
    }

    private Sound voiced(String text, EmulatedSession.Rendering how) {
        try {
            return how.of(voices.speak(text, how.voice()));
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        }
    }

    /// Carries an interruption through a mind's thought.
    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Interrupted(InterruptedException cause) {
            super(cause);
        }
    }
}
