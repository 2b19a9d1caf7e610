package dev.parley.emulator;

import dev.parley.emulator.EmulatedSession.Effect;
import dev.parley.emulator.EmulatedSession.Input;
import dev.parley.realtime.RealtimeError;
import dev.parley.speech.Ears;
import dev.parley.speech.Hearing;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hears, thinks and speaks for one session, on threads of its own, and reports what came of it.
final class FacultiesAtWork {
    private static final Logger LOG = LoggerFactory.getLogger(FacultiesAtWork.class);

    private final Ears ears;
    private final Mind mind;
    private final Voices voices;
    private final Consumer<Input> report;
    /// Who thinks, by response.
    private final Map<String, Thread> thinking = new ConcurrentHashMap<>();

    /// @param report takes what came of it, on any thread; may block
    FacultiesAtWork(Faculties faculties, Consumer<Input> report) {
        this.ears = faculties.ears().get();
        this.mind = faculties.minds().get();
        this.voices = faculties.voices();
        this.report = report;
    }

    void start(Effect.Hear effect) {
        Thread.ofVirtual().name("ears").start(() -> hear(effect));
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
        thinking.values().forEach(Thread::interrupt);
    }

    private void hear(Effect.Hear effect) {
        Hearing hearing;
        try {
            hearing = ears.hear(effect.audio());
        } catch (RuntimeException e) {
            LOG.error("the ears failed on item {}", effect.itemId(), e);
            hearing = new Hearing.NotUnderstood();
        }
        report.accept(new Input.Heard(effect.itemId(), hearing));
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
            LOG.error("the mind or the voice failed on response {}", id, e);
            report.accept(new Input.ThoughtFailed(id, new RealtimeError("server_error", null,
                    "The server had an error while processing your request. Sorry about that!", null, null)));
        } finally {
            thinking.remove(id);
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
