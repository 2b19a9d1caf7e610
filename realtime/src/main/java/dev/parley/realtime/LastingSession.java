package dev.parley.realtime;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A conversation that outlives its sockets, or whatever else carries its sessions, see
/// [RealtimeClient#connect(Supplier, ReconnectPolicy, Consumer)]. When the service loses the session, or is about to end it for
/// its age, a fresh one is opened, configured like the last, and given the conversation's items; then reading and sending go
/// on.
///
/// What the reader sees and what is sent again is described at [Continuation]; in short, nothing the reader has seen comes
/// twice, a function call it has seen can still be answered, under the same id, and what it has seen begin ends. Sound that
/// was sent and not yet a turn is gone.
///
/// The thread that reads also opens the sockets: without a reader nothing is mended. Meanwhile sending waits, and
/// [#trySend(ClientEvent)] says that it would. Frames sent raw are not repeated in a fresh session.
///
/// Any number of threads may send, one reads. Ended by [#close()], or when the policy gives up, or by an ordinary close of
/// the service's.
public final class LastingSession implements Session {
    private final Supplier<RealtimeSession> opener;
    private final InstantSource clock;
    private final Consumer<SessionChange> changes;
    /// Guarded by itself, and never held while waiting: the reader needs it to go on.
    private final Continuation rules;
    private final AtomicBoolean streaming = new AtomicBoolean();

    /// Held by whoever sends, so that what is sent and what is replayed are one after the other.
    private final ReentrantLock sending = new ReentrantLock();
    private final Condition changed = sending.newCondition();
    private boolean isReplacing;
    private volatile RealtimeSession current;
    private final AtomicBoolean isClosing = new AtomicBoolean();
    private volatile @Nullable Close end;

    /// Read and not yet given out, or made up, for the one thread that reads.
    private final ArrayDeque<ServerEvent> ready = new ArrayDeque<>();

    LastingSession(Supplier<RealtimeSession> opener, Continuation rules, InstantSource clock,
            Consumer<SessionChange> changes) {
        this.opener = opener;
        this.rules = rules;
        this.clock = clock;
        this.changes = changes;
        this.current = opener.get();
    }

    // Sending

    /// What is tried on the session of the moment.
    @FunctionalInterface
    private interface Attempt {
        /// Without waiting.
        SendResult on(RealtimeSession session);
    }

    @Override
    public void send(ClientEvent event) {
        deliver(recorded(event), Long.MAX_VALUE);
    }

    @Override
    public SendResult trySend(ClientEvent event, Duration patience) {
        return deliver(recorded(event), patience.toNanos());
    }

    @Override
    public void sendRaw(String frame) {
        deliver(session -> session.trySendRaw(frame), Long.MAX_VALUE);
    }

    @Override
    public void sendAudio(InputStream stream, AudioEncoding encoding, Pace pace) throws IOException {
        AudioStream.send(stream, encoding, pace, streaming, this::sendAudio);
    }

    private Attempt recorded(ClientEvent event) {
        var named = named(event);
        return session -> {
            // At once, or the answer could be read before the question is known.
            synchronized (rules) {
                var result = rules.isForService(named)
                        ? session.trySend(named)
                        : new SendResult(true, session.sendQueueLength());
                if (result.isQueued()) {
                    rules.sent(named, clock.instant());
                }
                return result;
            }
        };
    }

    /// An item without an id gets one, by which it is recognised.
    private static ClientEvent named(ClientEvent event) {
        if (!(event instanceof ClientEvent.ItemCreate create) || create.item().id().isPresent()) {
            return event;
        }
        var json = ((ObjectNode) event.raw()).deepCopy();
        var item = Json.object().put("id", "item_" + UUID.randomUUID().toString().replace("-", "").substring(0, 21));
        item.setAll((ObjectNode) json.get("item"));
        json.set("item", item);
        return ClientEvent.read(json);
    }

    private SendResult deliver(Attempt attempt, long nanos) {
        long deadline = deadline(nanos);
        try {
            if (!sending.tryLock(left(deadline), TimeUnit.NANOSECONDS)) {
                return new SendResult(false, current.sendQueueLength());
            }
            try {
                while (true) {
                    awaitOpen(deadline);
                    var result = attempt(attempt);
                    if (result.isQueued() || left(deadline) <= 0) {
                        return result;
                    }
                    current.awaitRoom(left(deadline));
                }
            } finally {
                sending.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RealtimeException("interrupted while waiting to send", e);
        }
    }

    private SendResult attempt(Attempt attempt) {
        try {
            if (!isReplacing) {
                return attempt.on(current);
            }
        } catch (SessionClosedException _) {
            // Another will be opened.
        }
        return new SendResult(false, current.sendQueueLength());
    }

    private void awaitOpen(long deadline) throws InterruptedException {
        while (isReplacing || current.closed().isPresent()) {
            var ended = end;
            if (ended != null) {
                throw new SessionClosedException(ended);
            }
            if (left(deadline) <= 0) {
                return;
            }
            changed.awaitNanos(left(deadline));
        }
    }

    // Reading

    @Override
    public Iterable<ServerEvent> events() {
        return () -> new EventIterator<>(() -> poll(Long.MAX_VALUE));
    }

    /// The next event, if one comes within `timeout` and the session has not ended. It takes longer while a socket is being
    /// opened.
    @Override
    public Optional<ServerEvent> next(Duration timeout) {
        return EventIterator.next(this::poll, timeout);
    }

    private @Nullable ServerEvent poll(long nanos) throws InterruptedException {
        long deadline = deadline(nanos);
        while (true) {
            if (!ready.isEmpty()) {
                return ready.poll();
            }
            var event = current.poll(Math.min(left(deadline), untilLookingAgain()));
            if (event == null && current.closed().isPresent()) {
                // Once more, for what came between the look and the end.
                event = current.poll(0);
                if (event == null && (end != null || !mend(current.closed().orElseThrow()))) {
                    return ready.poll();
                }
            }
            if (event != null && isNews(event)) {
                return event;
            }
            if (event == null && isTimeToRotate()) {
                rotate();
            }
            if (event == null && ready.isEmpty() && left(deadline) <= 0) {
                return null;
            }
        }
    }

    private boolean isNews(ServerEvent event) {
        synchronized (rules) {
            return rules.received(event, clock.instant());
        }
    }

    private boolean isTimeToRotate() {
        synchronized (rules) {
            return end == null && !isClosing.get() && rules.isTimeToRotate(clock.instant());
        }
    }

    private long untilLookingAgain() {
        synchronized (rules) {
            return rules.looksAgain()
                    .map(at -> Duration.between(clock.instant(), at))
                    .map(wait -> wait.isNegative() ? 0L : wait.toNanos())
                    .orElse(Long.MAX_VALUE);
        }
    }

    // Replacing

    /// Opens sessions until one holds, or there is no sense in trying.
    private boolean mend(Close lost) throws InterruptedException {
        var close = lost;
        Continuation.Next next;
        synchronized (rules) {
            next = rules.ended(close, clock.instant());
        }
        while (!isClosing.get() && next instanceof Continuation.Next.Open open) {
            tell(new SessionChange.Lost(close, open.attempt(), open.delay()));
            if (!pause(open.delay())) {
                break;
            }
            try {
                var fresh = opened();
                beginReplacing();
                if (restored(fresh, SessionChange.Cause.LOST)) {
                    return true;
                }
                close = fresh.closed().orElse(close);
                synchronized (rules) {
                    next = rules.ended(close, clock.instant());
                }
            } catch (ConnectException e) {
                close = new Close(Close.ABNORMAL, e.getMessage());
                synchronized (rules) {
                    next = rules.refused(e);
                }
            } catch (RuntimeException e) {
                // A token supplier's: nobody could tell whether asking it again would help.
                finish(new Close(Close.ABNORMAL, "cannot open a session: " + e.getMessage()));
                throw e;
            }
        }
        if (next instanceof Continuation.Next.GiveUp(var why)) {
            close = why;
        }
        if (!isClosing.get()) {
            finish(close);
            if (!close.isNormal()) {
                tell(new SessionChange.GaveUp(close));
            }
        }
        return false;
    }

    private RealtimeSession opened() throws InterruptedException {
        try {
            return opener.get();
        } catch (ConnectException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while opening a session");
            }
            throw e;
        }
    }

    private void rotate() throws InterruptedException {
        var last = current;
        RealtimeSession fresh;
        try {
            fresh = opened();
        } catch (RuntimeException _) {
            // No loss yet: the last one still holds.
            rotationFailed();
            return;
        }
        for (var event = last.poll(0); event != null; event = last.poll(0)) {
            if (isNews(event)) {
                ready.add(event);
            }
        }
        if (!isTimeToRotate() || last.closed().isPresent() || !beginReplacingUnlessSomebodySends()) {
            rotationFailed();
            closeBeside(fresh);
            return;
        }
        if (!restored(fresh, SessionChange.Cause.EXPIRING)) {
            // It was told of as the session of the moment, and is mended as that.
            current = fresh;
        }
        closeBeside(last);
    }

    private void rotationFailed() {
        synchronized (rules) {
            rules.rotationFailed(clock.instant());
        }
    }

    private void beginReplacing() {
        sending.lock();
        try {
            isReplacing = true;
        } finally {
            sending.unlock();
        }
    }

    /// Whoever waits for room in a session that lives may wait long, and a moment in which somebody sends is not quiet.
    private boolean beginReplacingUnlessSomebodySends() {
        if (!sending.tryLock()) {
            return false;
        }
        try {
            isReplacing = true;
            return true;
        } finally {
            sending.unlock();
        }
    }

    /// Gives a fresh session what the last one had, and makes it the one of the moment if it holds.
    private boolean restored(RealtimeSession fresh, SessionChange.Cause cause) {
        Continuation.Opening opening;
        synchronized (rules) {
            opening = rules.opening(clock.instant());
        }
        ready.addAll(opening.farewells());
        boolean holds = false;
        try {
            holds = opening.requests().stream().allMatch(request -> given(fresh, request));
        } finally {
            sending.lock();
            try {
                isReplacing = false;
                if (holds) {
                    current = fresh;
                }
                changed.signalAll();
            } finally {
                sending.unlock();
            }
            if (isClosing.get() || !holds) {
                closeBeside(fresh);
            }
        }
        if (holds) {
            tell(new SessionChange.Replaced(cause, opening.items()));
        }
        return holds;
    }

    /// The service answers while it is being told, and would stop listening if nobody heard it.
    private boolean given(RealtimeSession fresh, ClientEvent request) {
        try {
            while (!fresh.trySend(request, Duration.ofMillis(10)).isQueued()) {
                for (var event = fresh.poll(0); event != null; event = fresh.poll(0)) {
                    if (isNews(event)) {
                        ready.add(event);
                    }
                }
            }
            return true;
        } catch (SessionClosedException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Whoever only watches must not end the session.
    private void tell(SessionChange change) {
        try {
            changes.accept(change);
        } catch (RuntimeException e) {
            var thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    private static void closeBeside(RealtimeSession session) {
        Thread.ofVirtual().name("realtime-closer").start(session::close);
    }

    private boolean pause(Duration wait) throws InterruptedException {
        long deadline = deadline(wait.toNanos());
        sending.lockInterruptibly();
        try {
            while (!isClosing.get() && left(deadline) > 0) {
                changed.awaitNanos(left(deadline));
            }
            return !isClosing.get();
        } finally {
            sending.unlock();
        }
    }

    // The end

    @Override
    public Optional<Close> closed() {
        return Optional.ofNullable(end);
    }

    @Override
    public int sendQueueLength() {
        return current.sendQueueLength();
    }

    @Override
    public Close close(int code, String reason) {
        var wanted = new Close(code, reason).checkedForSending();
        if (isClosing.compareAndSet(false, true) && end == null) {
            boolean wasLost = current.closed().isPresent();
            var close = current.close(code, reason);
            finish(wasLost ? wanted : close);
        }
        return Optional.ofNullable(end).orElse(wanted);
    }

    private void finish(Close how) {
        sending.lock();
        try {
            if (end == null) {
                end = how;
            }
            changed.signalAll();
        } finally {
            sending.unlock();
        }
    }

    private static long deadline(long nanos) {
        long now = System.nanoTime();
        return nanos > Long.MAX_VALUE / 2 ? now + Long.MAX_VALUE / 2 : now + nanos;
    }

    private static long left(long deadline) {
        return deadline - System.nanoTime();
    }
}
