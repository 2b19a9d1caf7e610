package dev.parley.agent;

import dev.parley.agent.ToolCallMemory.Admission.Conflict;
import dev.parley.agent.ToolCallMemory.Admission.Forgotten;
import dev.parley.agent.ToolCallMemory.Admission.Fresh;
import dev.parley.agent.ToolCallMemory.Admission.Joined;
import dev.parley.agent.ToolCallMemory.Admission.Replay;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the tools of one conversation: each call on a virtual thread of its own, with a deadline, at most once per
/// `call_id`.
///
/// **Every call gets exactly one result**, whatever happens; see [ToolFailure]. A `call_id` that comes again gets
/// the result of its first time, or waits for it. Results are kept for the latest calls only
/// ([ToolLimits#rememberedResults], and 4 Mi characters in all); an id whose result is gone is still known, and
/// refused, for 100,000 further calls.
///
/// **Deadlines.** When one passes, the model is told at once and the tool's thread is interrupted. A tool that ignores
/// the interrupt keeps its thread and its place among [ToolLimits#concurrent] until it returns; what it returns is
/// dropped. A tool that computes for long without ever blocking holds one of the JVM's few carrier threads: such work
/// belongs on a thread pool that the tool waits for.
///
/// **Threads.** Any thread may call any method. Listeners run on virtual threads of the runner, one after the other for
/// the same result, never under a lock; one that throws is logged.
///
/// **Logs** at default levels name calls, tools and incidents, never arguments, results or exception messages: these
/// may hold the caller's words. Exception messages are logged at debug level.
public final class ToolRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ToolRunner.class);
    private static final int MAX_ID = 512;
    /// How long closing waits for running tools to end by themselves, and then again after interrupting them.
    private static final Duration DRAIN = Duration.ofMillis(500);

    private final Toolbox toolbox;
    private final ToolLimits limits;
    private final InstantSource clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    // Guarded by the lock.
    private final ToolCallMemory memory;
    private final Set<Run> unanswered = new HashSet<>();
    private final Set<Run> alive = new HashSet<>();
    private boolean closed;

    public ToolRunner(Toolbox toolbox) {
        this(toolbox, ToolLimits.defaults(), InstantSource.system());
    }

    /// @param clock measures how long calls took; deadlines are real time
    public ToolRunner(Toolbox toolbox, ToolLimits limits, InstantSource clock) {
        this.toolbox = toolbox;
        this.limits = limits;
        this.clock = clock;
        this.memory = new ToolCallMemory(limits.rememberedResults());
    }

    /// Runs `call`, unless its id has been seen, and hands `listener` the result: once, on another thread. Returns at
    /// once and throws nothing, whatever the call holds.
    public void submit(ToolCall call, Consumer<ToolResult> listener) {
        if (call.callId().isBlank() || call.callId().length() > MAX_ID) {
            refuse(call, listener, ToolFailure.BAD_ARGUMENTS,
                    "call_id: expected 1 to " + MAX_ID + " characters, found " + call.callId().length());
            return;
        }
        lock.lock();
        try {
            if (closed) {
                refuse(call, listener, ToolFailure.CLOSED, "The conversation is over; nothing was done.");
                return;
            }
            switch (memory.admit(call, listener)) {
                case Fresh() -> start(call);
                case Joined() -> LOG.debug("Call {} came again while it runs", call.callId());
                case Replay(var result) -> answer(List.of(listener), result);
                case Conflict() -> refuse(call, listener, ToolFailure.CONFLICT, "The call_id " + call.callId()
                        + " was used before with another name or other arguments; use a new call_id.");
                case Forgotten() -> refuse(call, listener, ToolFailure.FORGOTTEN, "The call_id " + call.callId()
                        + " was answered long ago and its result is gone; it was not run again.");
            }
        } finally {
            lock.unlock();
        }
    }

    /// Ends every call within about a second. Running tools get a moment to end by themselves; then they are
    /// interrupted and answered as [ToolFailure#CLOSED]; those that ignore it are left behind and logged. A tool or a
    /// listener may close the runner it runs in; nobody waits for that one. Closing again does nothing.
    @Override
    public void close() {
        var left = 0L;
        var interrupted = false;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            interrupted = await(unanswered);
            unanswered.stream()
                    .filter(Run::isElsewhere)
                    .forEach(run -> run.abandon(ToolFailure.CLOSED, "The conversation ended before "
                            + run.call.name() + " did; whether it took effect is unknown."));
            interrupted |= await(unanswered);
            interrupted |= await(alive);
            left = alive.stream().filter(Run::isElsewhere).count();
        } finally {
            lock.unlock();
        }
        if (left > 0) {
            LOG.warn("Closed with {} tool calls still running: they ignore interruption", left);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void start(ToolCall call) {
        var run = new Run(call, clock.instant());
        unanswered.add(run);
        if (alive.size() >= limits.concurrent()) {
            run.complete(ToolFailure.BUSY, "Too many tools are running, at most " + limits.concurrent()
                    + "; nothing was done. Wait for one to end, then try again.");
        } else {
            alive.add(run);
            run.worker.start();
        }
        run.watcher.start();
    }

    private void settle(Run run, Verdict verdict) {
        var result = verdict.result(run.call, Duration.between(run.began, clock.instant()));
        List<Consumer<ToolResult>> listeners;
        lock.lock();
        try {
            listeners = memory.settle(result);
        } finally {
            lock.unlock();
        }
        LOG.debug("{}", result);
        tell(listeners, result);
        removeFrom(unanswered, run);
    }

    private void removeFrom(Set<Run> runs, Run run) {
        lock.lock();
        try {
            runs.remove(run);
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void refuse(ToolCall call, Consumer<ToolResult> listener, ToolFailure reason, String message) {
        answer(List.of(listener), ToolResult.failed(call.callId(), reason, message, Duration.ZERO));
    }

    private void answer(List<Consumer<ToolResult>> listeners, ToolResult result) {
        Thread.ofVirtual().name("tool-answer").start(() -> tell(listeners, result));
    }

    private static void tell(List<Consumer<ToolResult>> listeners, ToolResult result) {
        for (var listener : listeners) {
            try {
                listener.accept(result);
            } catch (RuntimeException e) {
                LOG.error("A listener failed on {}", result, e);
            }
        }
    }

    /// Waits, at most [#DRAIN], until `runs` is empty but for the one we are in; true if the waiting was interrupted.
    private boolean await(Set<Run> runs) {
        try {
            for (var left = DRAIN.toNanos(); left > 0 && runs.stream().anyMatch(Run::isElsewhere);) {
                left = progress.awaitNanos(left);
            }
            return false;
        } catch (InterruptedException _) {
            return true;
        }
    }

    /// What is said about a call, before it is known how long it took.
    private sealed interface Verdict {
        record Output(String text) implements Verdict {}

        record Excuse(ToolFailure reason, String message) implements Verdict {}

        default ToolResult result(ToolCall call, Duration took) {
            return switch (this) {
                case Output(var text) -> ToolResult.succeeded(call.callId(), text, took);
                case Excuse(var reason, var message) -> ToolResult.failed(call.callId(), reason, message, took);
            };
        }
    }

    /// One call on its way: a worker thread runs the tool, a watcher waits for it or for the deadline. The first of
    /// worker, watcher and closing to complete the verdict wins.
    private final class Run {
        private final ToolCall call;
        private final Instant began;
        private final CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        private final Thread worker;
        private final Thread watcher;

        Run(ToolCall call, Instant began) {
            this.call = call;
            this.began = began;
            var name = ToolJson.shorten(call.name(), 64);
            worker = Thread.ofVirtual().name("tool-" + name).unstarted(this::work);
            watcher = Thread.ofVirtual().name("tool-watch-" + name).unstarted(this::watch);
        }

        private void work() {
            var mine = run();
            // Leave the place before the answer is out: whoever hears it may call again at once.
            removeFrom(alive, this);
            if (!verdict.complete(mine) && mine instanceof Verdict.Output) {
                LOG.warn("Tool {} gave a result {} after call {} began, too late; it was dropped", call.name(),
                        Duration.between(began, clock.instant()), call.callId());
            }
        }

        private void watch() {
            var deadline = toolbox.find(call.name()).flatMap(ToolMethod::deadline).orElse(limits.deadline());
            settle(this, await(deadline));
        }

        private Verdict await(Duration deadline) {
            try {
                return verdict.get(TimeUnit.NANOSECONDS.convert(deadline), TimeUnit.NANOSECONDS);
            } catch (TimeoutException _) {
                LOG.warn("Tool {} of call {} was given up at its deadline of {}", call.name(), call.callId(), deadline);
                abandon(ToolFailure.DEADLINE, call.name() + " took longer than " + seconds(deadline)
                        + " and was given up; whether it took effect is unknown.");
                return verdict.join();
            } catch (ExecutionException | InterruptedException e) {
                throw new AssertionError("nobody completes a verdict exceptionally or interrupts the watcher", e);
            }
        }

        private void abandon(ToolFailure reason, String message) {
            if (complete(reason, message)) {
                worker.interrupt();
            }
        }

        private boolean complete(ToolFailure reason, String message) {
            return verdict.complete(new Verdict.Excuse(reason, message));
        }

        private boolean isElsewhere() {
            var current = Thread.currentThread();
            return !current.equals(worker) && !current.equals(watcher);
        }

        private Verdict run() {
            var found = toolbox.find(call.name());
            if (found.isEmpty()) {
                return new Verdict.Excuse(ToolFailure.UNKNOWN_TOOL, "There is no tool named \""
                        + ToolJson.shorten(call.name(), 64) + "\"; known are " + toolbox.names() + ".");
            }
            try {
                var context = new ToolCallContext(call.callId(), call.name());
                var result = found.get().call(context, ToolJson.read(call.arguments()));
                if (result == null) {
                    return new Verdict.Excuse(ToolFailure.NO_RESULT, call.name() + " found nothing to answer.");
                }
                return ToolJson.write(result, limits.outputCharacters())
                        .<Verdict>map(Verdict.Output::new)
                        .orElseGet(() -> new Verdict.Excuse(ToolFailure.TOO_LONG, "The result of " + call.name()
                                + " is too long, at most " + limits.outputCharacters()
                                + " characters; ask for less."));
            } catch (BadArgumentsException e) {
                return new Verdict.Excuse(ToolFailure.BAD_ARGUMENTS, String.valueOf(e.getMessage()));
            } catch (ToolException e) {
                return new Verdict.Excuse(ToolFailure.REFUSED, ToolJson.shorten(String.valueOf(e.getMessage()), 1_000));
            } catch (Throwable e) {
                return crashed(e);
            }
        }

        private Verdict crashed(Throwable e) {
            if (verdict.isDone()) {
                LOG.debug("Tool {} of call {} failed after it was given up", call.name(), call.callId(), e);
                return new Verdict.Excuse(ToolFailure.CRASHED, "too late");
            }
            var incident = String.format("%08x", ThreadLocalRandom.current().nextInt());
            LOG.error("Tool {} of call {} failed, incident {}", call.name(), call.callId(), incident, new Wordless(e));
            LOG.debug("Incident {} in full", incident, e);
            return new Verdict.Excuse(ToolFailure.CRASHED,
                    call.name() + " failed unexpectedly and gave no result; the log has it as incident " + incident
                            + ".");
        }
    }

    private static String seconds(Duration deadline) {
        return deadline.toMillis() % 1_000 == 0 ? deadline.toSeconds() + " s" : deadline.toMillis() + " ms";
    }

    /// The stack trace of an exception, with the exception's type for a message.
    private static final class Wordless extends Exception {
        Wordless(Throwable original) {
            this(original, 0);
        }

        private Wordless(Throwable original, int depth) {
            super(original.getClass().getName(), original.getCause() == null || depth == 8
                    ? null
                    : new Wordless(original.getCause(), depth + 1));
            setStackTrace(original.getStackTrace());
        }
    }
}
