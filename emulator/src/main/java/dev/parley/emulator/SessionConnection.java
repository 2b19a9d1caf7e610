package dev.parley.emulator;

import dev.parley.emulator.EmulatedSession.Effect;
import dev.parley.emulator.EmulatedSession.Input;
import dev.parley.realtime.RealtimeError;
import dev.parley.realtime.ServerEvent;
import dev.parley.speech.Ears;
import dev.parley.speech.Hearing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one [EmulatedSession] between a socket and the ears.
///
/// The session belongs to one virtual thread, which takes inputs from a queue that is bounded in number and size. When
/// it is full the
/// socket's reader waits, and TCP slows the client down; when the client does not read, only its own session waits.
final class SessionConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionConnection.class);
    private static final int QUEUE = 256;
    /// Characters of all frames that wait together. A larger frame waits until it is alone.
    private static final int QUEUED_CHARS = 8 << 20;
    private static final Duration IDLE = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final EmulatedSession session;
    private final Wire wire;
    private final Ears ears;
    private final Mind mind;
    private final Voices voices;
    private final InstantSource clock;
    private final SessionLog log;
    private final BlockingQueue<Waiting> inputs = new ArrayBlockingQueue<>(QUEUE);
    private final Semaphore room = new Semaphore(QUEUED_CHARS);
    private final Thread owner;
    /// Who thinks, by response.
    private final Map<String, Thread> thinking = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /// An input and the characters of room it takes up.
    private record Waiting(Input input, int size) {}

    /// The client's end of the connection.
    interface Wire {
        /// Sends one frame and returns when it has left, or throws when it cannot.
        void send(String frame) throws WireException, InterruptedException;

        /// Ends the connection and says why.
        void close(int code, String reason);

        /// Cuts the connection without a word.
        void cut();
    }

    /// The connection is gone, or the client does not read.
    static final class WireException extends Exception {
        private static final long serialVersionUID = 1L;

        WireException(String message) {
            super(message);
        }
    }

    SessionConnection(EmulatedSession session, Wire wire, Faculties faculties, InstantSource clock) {
        this.session = session;
        this.wire = wire;
        this.ears = faculties.ears().get();
        this.mind = faculties.minds().get();
        this.voices = faculties.voices();
        this.clock = clock;
        this.log = new SessionLog(session.id());
        this.owner = Thread.ofVirtual().name("emulated-" + session.id()).unstarted(this::run);
    }

    void start() {
        owner.start();
    }

    SessionLog log() {
        return log;
    }

    /// Hands a frame of the client to the session, waiting while it is busy.
    void received(String frame) {
        var read = Input.Frame.read(frame);
        log.received(clock.instant(), read.json());
        int size = Math.min(frame.length(), QUEUED_CHARS);
        try {
            while (!room.tryAcquire(size, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                if (closed) {
                    return;
                }
            }
            offer(new Waiting(read, size));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void offer(Waiting next) {
        try {
            while (!closed && !inputs.offer(next, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("session {} is {} inputs behind", session.id(), QUEUE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            carryOut(session.open());
            while (!closed) {
                var next = inputs.poll(untilWake().toNanos(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    next = new Waiting(new Input.Tick(), 0);
                }
                room.release(next.size);
                carryOut(session.on(next.input, clock.instant()));
            }
        } catch (WireException e) {
            LOG.debug("session {} lost its client: {}", session.id(), e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Our own bug: this session ends, and no other.
            LOG.error("session {} failed", session.id(), e);
            wire.close(1011, "the emulator failed");
        } finally {
            closed = true;
            inputs.clear();
            thinking.values().forEach(Thread::interrupt);
        }
    }

    private Duration untilWake() {
        Optional<Instant> wake = session.wakeAt();
        if (wake.isEmpty()) {
            return IDLE;
        }
        var wait = Duration.between(clock.instant(), wake.get());
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    private void carryOut(List<Effect> effects) throws WireException, InterruptedException {
        for (var effect : effects) {
            switch (effect) {
                case Effect.Send(var eventId, var event) -> send(eventId, event);
                case Effect.Hear hear -> Thread.ofVirtual().name("ears").start(() -> hear(hear));
                case Effect.Think think -> {
                    var thinker = Thread.ofVirtual().name("mind").unstarted(() -> think(think));
                    thinking.put(think.responseId(), thinker);
                    thinker.start();
                }
                case Effect.StopThinking(var responseId) -> {
                    var thinker = thinking.remove(responseId);
                    if (thinker != null) {
                        thinker.interrupt();
                    }
                }
                case Effect.Close(var code, var reason) -> {
                    closed = true;
                    wire.close(code, reason);
                }
            }
        }
    }

    private void send(String eventId, ServerEvent event) throws WireException, InterruptedException {
        log.sent(clock.instant(), event);
        wire.send(event.toJson(eventId));
    }

    private void hear(Effect.Hear effect) {
        Hearing hearing;
        try {
            hearing = ears.hear(effect.audio());
        } catch (RuntimeException e) {
            LOG.error("the ears failed on item {}", effect.itemId(), e);
            hearing = new Hearing.NotUnderstood();
        }
        offer(new Waiting(new Input.Heard(effect.itemId(), hearing), 0));
    }

    private void think(Effect.Think effect) {
        var id = effect.responseId();
        try {
            mind.respond(effect.situation(), thought -> offer(new Waiting(new Input.Thought(id, voiced(thought, effect
                    .rendering())), 0)));
            offer(new Waiting(new Input.ThoughtEnded(id), 0));
        } catch (InterruptedException | Interrupted _) {
            // Nobody waits for it.
            return;
        } catch (RuntimeException e) {
            LOG.error("the mind or the voice failed on response {}", id, e);
            offer(new Waiting(new Input.ThoughtFailed(id, new RealtimeError("server_error", null,
                    "The server had an error while processing your request. Sorry about that!", null, null)), 0));
        } finally {
            thinking.remove(id);
        }
    }

    private EmulatedSession.Voiced voiced(Mind.Thought thought, Optional<EmulatedSession.Rendering> rendering) {
        return switch (thought) {
            case Mind.Thought.Say(var text) -> new EmulatedSession.Voiced.Said(text, rendering.map(how -> voiced(text,
                    how)).orElse(Sound.NONE));
            case Mind.Thought.CallFunction(var name, var arguments) ->
                new EmulatedSession.Voiced.Called(name, arguments);
        };
    }

    private Sound voiced(String text, EmulatedSession.Rendering how) {
        try {
            return Sound.of(voices.speak(text, how.voice()), how.format());
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

    /// Ends the session with a close code.
    void close(int code, String reason) {
        closed = true;
        owner.interrupt();
        wire.close(code, reason);
    }

    /// Ends the session because the client has gone.
    @Override
    public void close() {
        closed = true;
        owner.interrupt();
    }

    /// Loses the connection, as a network does.
    void cut() {
        closed = true;
        wire.cut();
        owner.interrupt();
    }
}
