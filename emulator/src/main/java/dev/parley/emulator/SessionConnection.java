package dev.parley.emulator;

import dev.parley.emulator.EmulatedSession.Effect;
import dev.parley.emulator.EmulatedSession.Input;
import dev.parley.realtime.Close;
import dev.parley.realtime.ServerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Runs one [EmulatedSession] between a socket and the faculties, and carries out the faults planned for it.
///
/// The session belongs to one virtual thread, which takes tasks from a queue that is bounded in number and size. When
/// it is full the socket's reader waits, and TCP slows the client down; when the client does not read, only its own
/// session waits.
final class SessionConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionConnection.class);
    private static final int QUEUE = 256;
    /// Characters of all frames that wait together. A larger frame waits until it is alone.
    private static final int QUEUED_CHARS = 8 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /// Of sound in a row; what is later than that is the line's to leave out.
    private static final int MOST_FRAMES = 10;
    private static final long WAKE_TOGETHER = Duration.ofMillis(2).toNanos();

    private final EmulatedSession session;
    private final Ids ids;
    private final Optional<BetaDialect> beta;
    private final Wire wire;
    private final Line line;
    private final Timekeeper time;
    private final FaultPlan.Watch faults;
    private final SessionLog log;
    private final FacultiesAtWork faculties;
    private final Outbox outbox = new Outbox();
    private final BlockingQueue<Task> tasks = new ArrayBlockingQueue<>(QUEUE);
    private final Semaphore room = new Semaphore(QUEUED_CHARS);
    private final Semaphore moves = new Semaphore(0);
    private final Thread owner;
    private volatile boolean closed;

    /// What the session's thread is to do next.
    private sealed interface Task {
        /// Tell the session; `size` is the characters of room it takes up.
        record Tell(Input input, int size) implements Task {}

        record Carry(Fault fault) implements Task {}

        /// Send the client an event that is not the session's.
        record Say(ObjectNode event) implements Task {}

        /// Tell somebody who joins what the session is.
        record Welcome(Consumer<Outbox.Frame> newcomer) implements Task {}

        /// See what has changed.
        record Look() implements Task {}
    }

    /// The client's end of the connection.
    interface Wire {
        /// Sends one frame and returns when it has left, or throws when it cannot.
        void send(Outbox.Frame frame) throws WireException, InterruptedException;

        /// Ends the connection and says why.
        void close(int code, String reason);

        /// Cuts the connection without a word.
        void cut();

        /// Ends a connection over which sending failed. One that is gone ends by itself; cut, it might lose the answer to a
        /// close frame that has just come.
        default void giveUp(WireException why) {
            if (why.isStuck) {
                cut();
            }
        }
    }

    /// The connection is gone, or stuck because the client does not read.
    static final class WireException extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean isStuck;

        WireException(String message) {
            this(message, false);
        }

        private WireException(String message, boolean isStuck) {
            super(message);
            this.isStuck = isStuck;
        }

        /// It is there, but takes nothing.
        static WireException stuck(String message) {
            return new WireException(message, true);
        }
    }

    /// @param ids those of the session
    /// @param beta the client's dialect, if it is that one
    SessionConnection(EmulatedSession session, Ids ids, Optional<BetaDialect> beta, Wire wire, Line line,
            Faculties faculties, Timekeeper time, FaultPlan.Watch faults, SessionLog log) {
        this.session = session;
        this.ids = ids;
        this.beta = beta;
        this.wire = wire;
        this.line = line;
        this.time = time;
        this.faults = faults;
        this.log = log;
        this.faculties = new FacultiesAtWork(faculties, this::tell);
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
        var read = beta.map(dialect -> dialect.read(frame)).orElseGet(() -> Input.Frame.read(frame));
        log.received(time.instant(), read.json());
        int size = Math.min(frame.length(), QUEUED_CHARS);
        try {
            while (!room.tryAcquire(size, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                if (closed) {
                    return;
                }
            }
            offer(new Task.Tell(read, size));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Has a fault happen now.
    void inject(Fault fault) {
        offer(new Task.Carry(fault));
    }

    /// Sends the client an event of somebody else's making.
    void say(ObjectNode event) {
        offer(new Task.Say(event));
    }

    /// Tells somebody who joins what the session is, in the client's dialect and before all that is sent from then on.
    void welcome(Consumer<Outbox.Frame> newcomer) {
        offer(new Task.Welcome(newcomer));
    }

    private void tell(Input input) {
        offer(new Task.Tell(input, 0));
    }

    private void offer(Task next) {
        try {
            while (!closed && !tasks.offer(next, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("session {} is {} tasks behind", session.id(), QUEUE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Something else than a task is to be done: time was moved by hand, or the line is up.
    void look() {
        moves.release();
        // A queue that is full wakes its taker anyhow.
        var _ = tasks.offer(new Task.Look());
    }

    private void run() {
        try (var _ = time.whenMoved(this::look)) {
            carry(faults.opened(), time.instant());
            if (!closed) {
                carryOut(session.open());
            }
            while (!closed) {
                attendLine();
                sendWhatIsDue();
                if (outbox.isFull()) {
                    waitForRoom();
                } else {
                    takeNext();
                }
            }
        } catch (WireException e) {
            LOG.debug("session {} lost its client: {}", session.id(), e.getMessage());
            log.ended(new Close(Close.ABNORMAL, String.valueOf(e.getMessage())));
            wire.giveUp(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Our own bug: this session ends, and no other.
            LOG.error("session {} failed", session.id(), e);
            end(new Close(Close.SERVER_ERROR, "the emulator failed"));
        } finally {
            closed = true;
            tasks.clear();
            faculties.stopAll();
        }
    }

    private void takeNext() throws WireException, InterruptedException {
        var wait = untilLineOr(earlier(session.wakeAt(), outbox.wakeAt()));
        var next = tasks.poll(untilSharedWake(wait.toNanos()), TimeUnit.NANOSECONDS);
        switch (next) {
            case null -> carryOut(session.on(new Input.Tick(), time.instant()));
            case Task.Look() -> carryOut(session.on(new Input.Tick(), time.instant()));
            case Task.Tell(var input, var size) -> {
                room.release(size);
                if (input instanceof Input.Said said) {
                    carry(faults.received(said.event().type()), time.instant());
                }
                if (!closed) {
                    carryOut(session.on(input, time.instant()));
                }
            }
            case Task.Carry(var fault) -> carry(List.of(fault), time.instant());
            case Task.Say(var event) -> {
                if (!event.has("event_id")) {
                    event.put("event_id", ids.next("event"));
                }
                queue(event.path("type").asString(""), event, event.toString());
            }
            case Task.Welcome(var newcomer) -> frame(ids.next("event"), session.described()).ifPresent(frame -> {
                log.sent(time.instant(), frame.event());
                newcomer.accept(frame);
            });
        }
    }

    /// Carries the sound of a call both ways, as far as it is due. While nothing may be sent, nothing is said either, so
    /// that what is said waits, too.
    private void attendLine() throws WireException, InterruptedException {
        for (int i = 0; i < MOST_FRAMES && !closed && line.untilDue().isZero(); i++) {
            var heard = line.hear();
            if (!outbox.isFull()) {
                carryOut(session.on(new Input.Spoken(heard), time.instant()));
            }
            var effects = outbox.isStalled(time.instant())
                    ? List.<Effect>of()
                    : session.on(new Input.Listening(), time.instant());
            line.say(effects.stream()
                    .filter(Effect.Play.class::isInstance)
                    .findFirst()
                    .map(effect -> ((Effect.Play) effect).audio()));
            carryOut(effects);
        }
    }

    private Duration untilLineOr(Optional<Instant> wake) {
        var sound = line.untilDue();
        return wake.map(time::until).filter(until -> until.compareTo(sound) < 0).orElse(sound);
    }

    /// Sessions that wake within the same two milliseconds are woken together: to wake one costs more than an event does.
    private static long untilSharedWake(long nanos) {
        if (nanos <= 0) {
            return 0;
        }
        long now = System.nanoTime();
        return nanos + WAKE_TOGETHER - 1 - Math.floorMod(now + nanos - 1, WAKE_TOGETHER);
    }

    private void waitForRoom() throws InterruptedException {
        moves.drainPermits();
        var wait = untilLineOr(outbox.wakeAt());
        var _ = moves.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
        return one.filter(then -> other.isEmpty() || then.isBefore(other.get())).or(() -> other);
    }

    private void carryOut(List<Effect> effects) throws WireException, InterruptedException {
        for (var effect : effects) {
            switch (effect) {
                case Effect.Send(var eventId, var event) -> send(eventId, event);
                case Effect.Hear hear -> {
                    var known = faculties.start(hear);
                    if (known.isPresent()) {
                        carryOut(session.on(known.get(), time.instant()));
                    }
                }
                case Effect.Think think -> faculties.start(think);
                case Effect.StopThinking stop -> faculties.stop(stop);
                case Effect.Play _ -> {
                    // Said already.
                }
                case Effect.Close(var code, var reason) -> {
                    sendTheRest();
                    end(new Close(code, reason));
                }
            }
            if (closed) {
                return;
            }
        }
    }

    private void send(String eventId, ServerEvent event) throws WireException, InterruptedException {
        var frame = frame(eventId, event).orElse(null);
        if (frame == null) {
            return;
        }
        // Of this moment: once the client has the event, a test may move the time.
        var now = time.instant();
        var due = faults.sending(event.type());
        if (!due.contains(new Fault.Swallow())) {
            queue(frame);
            if (due.contains(new Fault.Duplicate())) {
                queue(frame);
            }
        }
        carry(due, now);
    }

    /// An event as the client reads it; empty if its dialect has no such event.
    private Optional<Outbox.Frame> frame(String eventId, ServerEvent event) {
        return beta.isPresent()
                ? beta.get()
                        .write(eventId, event)
                        .map(text -> new Outbox.Frame(event.type(), SessionDefaults.readOrText(text), text))
                : Optional.of(new Outbox.Frame(event.type(), event.raw(), text(eventId, event)));
    }

    private static String text(String eventId, ServerEvent event) {
        return event instanceof ServerEvent.OutputAudioDelta delta
                ? AudioDelta.frame(eventId, delta)
                : event.toJson(eventId);
    }

    private void queue(String type, JsonNode event, String text) throws WireException, InterruptedException {
        queue(new Outbox.Frame(type, event, text));
    }

    private void queue(Outbox.Frame frame) throws WireException, InterruptedException {
        outbox.add(frame, time.instant());
        sendWhatIsDue();
    }

    private void sendWhatIsDue() throws WireException, InterruptedException {
        for (var due = outbox.next(time.instant()); due.isPresent(); due = outbox.next(time.instant())) {
            send(due.get());
        }
    }

    private void sendTheRest() throws WireException, InterruptedException {
        for (var frame : outbox.rest()) {
            send(frame);
        }
    }

    private void send(Outbox.Frame frame) throws WireException, InterruptedException {
        log.sent(time.instant(), frame.event());
        wire.send(frame);
    }

    private void carry(List<Fault> due, Instant now) throws WireException, InterruptedException {
        for (var fault : due) {
            switch (fault) {
                case Fault.Drop() -> {
                    sendTheRest();
                    cut();
                }
                case Fault.Stall(var span) -> outbox.stallUntil(now.plus(span));
                case Fault.Slow(var perEvent) -> outbox.slow(perEvent, now);
                case Fault.ErrorEvent(var error) -> queue(new ServerEvent.ErrorEvent(error));
                case Fault.Malformed(var frame) -> queue("", SessionDefaults.readOrText(frame), frame);
                case Fault.UnknownEvent(var type) -> queue(new ServerEvent.Unknown(JsonNodeFactory.instance.objectNode()
                        .put("type", type)));
                case Fault.End(var close) -> {
                    sendTheRest();
                    end(close);
                }
                case Fault.LateTranscription(var span) -> outbox.delayTranscriptions(span);
                case Fault.FailedResponse(var error) ->
                    carryOut(session.on(new Input.FailNextResponse(error), now));
                case Fault.Duplicate _,Fault.Swallow _ -> {
                    // Done with the event.
                }
                case Fault.Refuse _,Fault.ExpiredKey _ -> {
                    // Done at the door.
                }
            }
            if (closed) {
                return;
            }
        }
    }

    private void queue(ServerEvent event) throws WireException, InterruptedException {
        queue(event.type(), event.raw(), event.toJson(ids.next("event")));
    }

    private void end(Close close) {
        closed = true;
        log.ended(close);
        wire.close(close.code(), close.reason());
    }

    /// Ends the session with a close code.
    void close(int code, String reason) {
        end(new Close(code, reason));
        owner.interrupt();
    }

    /// Ends the session because the client has gone.
    void clientGone(Close how) {
        log.ended(how);
        close();
    }

    @Override
    public void close() {
        closed = true;
        owner.interrupt();
    }

    /// Loses the connection, as a network does.
    void cut() {
        closed = true;
        log.ended(new Close(Close.ABNORMAL, "the emulator cut the connection"));
        wire.cut();
        owner.interrupt();
    }
}
