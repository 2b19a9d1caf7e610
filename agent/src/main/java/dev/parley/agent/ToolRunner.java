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
/// refused, for 100,000 further calls. A call that did nothing for a reason that passes, since the runner is
/// [busy][ToolFailure#BUSY] or the tool says that it [may be tried again][ToolException#isRetryable], is not kept: it runs
/// when its id comes again.
///
/// **Deadlines.** When one passes, the model is told at once and the tool's thread is interrupted. A tool that ignores
/// the interrupt keeps its thread and its place among [ToolLimits#concurrent] until it returns; what it returns is
/// dropped. A tool that computes for long without ever blocking holds one of the JVM's few carrier threads: such work
/// belongs on a thread pool that the tool waits for.
///
/// **Order.** Calls run at once, but for those of a [tool that is sequential][Tool#sequential()], which run one after the
/// other in the order they were submitted. Waiting for one's turn counts towards the deadline and the places.
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
    private final Invocation invocation;
    private final ToolLimits limits;
    private final InstantSource clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    // Guarded by the lock.
    private final ToolCallMemory memory;
    private final Set<Run> unanswered = new HashSet<>();
    private final Set<Run> alive = new HashSet<>();
    private final Queues<Run> sequential = new Queues<>();
    private boolean closed;

    public ToolRunner(Toolbox toolbox) {
        this(toolbox, ToolGuard.NONE);
    }

    public ToolRunner(Toolbox toolbox, ToolGuard guard) {
        this(toolbox, guard, ToolLimits.defaults(), InstantSource.system());
    }

    public ToolRunner(Toolbox toolbox, ToolLimits limits, InstantSource clock) {
        this(toolbox, ToolGuard.NONE, limits, clock);
    }

    /// @param guard sees every call's arguments and results
    /// @param clock measures how long calls took; deadlines are real time
    public ToolRunner(Toolbox toolbox, ToolGuard guard, ToolLimits limits, InstantSource clock) {
        this(toolbox, "", guard, limits, clock);
    }

    /// @param conversation its name, which tools find in their [ToolCallContext]
    /// @param guard sees every call's arguments and results
    /// @param clock measures how long calls took; deadlines are real time
    public ToolRunner(Toolbox toolbox, String conversation, ToolGuard guard, ToolLimits limits, InstantSource clock) {
        this.toolbox = toolbox;
        this.invocation = new Invocation(toolbox, conversation, guard, limits.outputCharacters(), LOG);
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

    /// Gives a running call up, because the caller has spoken say: its thread is interrupted, and its result is that it
    /// was cancelled. Does nothing to a call that is answered, or was never seen. Returns at once.
    public void cancel(String callId) {
        lock.lock();
        try {
            unanswered.stream()
                    .filter(run -> run.call.callId().equals(callId))
                    .forEach(run -> run.abandon(ToolFailure.CANCELLED, run.call.name()
                            + " was cancelled because the caller interrupted"));
        } finally {
            lock.unlock();
        }
    }

    ToolPolicy policy(String name) {
        return toolbox.find(name).map(RegisteredTool::policy).orElse(ToolPolicy.DEFAULT);
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
                            + run.call.name() + " did"));
            interrupted |= await(unanswered);
            interrupted |= await(alive);
            left = alive.stream().filter(run -> run.hasBegun && run.isElsewhere()).count();
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
            if (!run.policy.sequential() || sequential.join(call.name(), run)) {
                run.worker.start();
            }
        }
        run.watcher.start();
    }

    private void settle(Run run, Verdict verdict) {
        var result = verdict.result(run.call, Duration.between(run.began, clock.instant()));
        List<Consumer<ToolResult>> listeners;
        lock.lock();
        try {
            listeners = verdict.isFinal() ? memory.settle(result) : memory.forget(result.callId());
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

    /// One call on its way: a worker thread runs the tool, a watcher waits for it or for the deadline. The first of
    /// worker, watcher and closing to complete the verdict wins.
    private final class Run {
        private final ToolCall call;
        private final Instant began;
        private final ToolPolicy policy;
        /// Guarded by the runner's lock.
        private boolean hasBegun;
        private final CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        private final Thread worker;
        private final Thread watcher;

        Run(ToolCall call, Instant began) {
            this.call = call;
            this.began = began;
            this.policy = policy(call.name());
            var name = ToolJson.shorten(call.name(), 64);
            worker = Thread.ofVirtual().name("tool-" + name).unstarted(this::work);
            watcher = Thread.ofVirtual().name("tool-watch-" + name).unstarted(this::watch);
        }

        private void work() {
            if (!begin()) {
                leave();
                return;
            }
            var mine = run();
            // Leave the place before the answer is out: whoever hears it may call again at once.
            leave();
            if (!verdict.complete(mine) && mine instanceof Verdict.Output) {
                LOG.warn("Tool {} gave a result {} after call {} began, too late; it was dropped", call.name(),
                        Duration.between(began, clock.instant()), call.callId());
            }
        }

        /// False for a call that was given up before its turn came.
        private boolean begin() {
            lock.lock();
            try {
                hasBegun = !verdict.isDone();
                return hasBegun;
            } finally {
                lock.unlock();
            }
        }

        private void leave() {
            lock.lock();
            try {
                if (policy.sequential()) {
                    sequential.leave(call.name()).ifPresent(next -> next.worker.start());
                }
            } finally {
                lock.unlock();
            }
            removeFrom(alive, this);
        }

        private void watch() {
            settle(this, await(policy.deadline().isZero() ? limits.deadline() : policy.deadline()));
        }

        private Verdict await(Duration deadline) {
            try {
                return verdict.get(TimeUnit.NANOSECONDS.convert(deadline), TimeUnit.NANOSECONDS);
            } catch (TimeoutException _) {
                LOG.warn("Tool {} of call {} was given up at its deadline of {}", call.name(), call.callId(), deadline);
                abandon(ToolFailure.DEADLINE, call.name() + " took longer than " + seconds(deadline)
                        + " and was given up");
                return verdict.join();
            } catch (ExecutionException | InterruptedException e) {
                throw new AssertionError("nobody completes a verdict exceptionally or interrupts the watcher", e);
            }
        }

        /// @param message what happened, to which is added what that means for the tool's effect
        private void abandon(ToolFailure reason, String message) {
            lock.lock();
            try {
                var effect = hasBegun ? "; whether it took effect is unknown." : "; nothing was done.";
                if (complete(reason, message + effect)) {
                    worker.interrupt();
                }
            } finally {
                lock.unlock();
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
            try {
                return invocation.of(call);
            } catch (Throwable e) {
                return crashed(e);
            }
        }

        private Verdict crashed(Throwable e) {
            if (verdict.isDone()) {
                LOG.debug("Tool {} of call {} failed after it was given up", call.name(), call.callId(), e);
                return new Verdict.Excuse(ToolFailure.CRASHED, "too late");
            }
            var incident = Incident.log(LOG, "Tool " + call.name() + " of call " + call.callId() + " failed", e);
            return new Verdict.Excuse(ToolFailure.CRASHED,
                    call.name() + " failed unexpectedly and gave no result; the log has it as incident " + incident
                            + ".");
        }
    }

    private static String seconds(Duration deadline) {
        return deadline.toMillis() % 1_000 == 0 ? deadline.toSeconds() + " s" : deadline.toMillis() + " ms";
    }
}
