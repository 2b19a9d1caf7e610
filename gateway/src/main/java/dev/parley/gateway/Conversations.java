package dev.parley.gateway;

import dev.parley.agent.ToolCall;
import dev.parley.agent.ToolFailure;
import dev.parley.agent.ToolGuard;
import dev.parley.agent.ToolLimits;
import dev.parley.agent.ToolOutcome.Failed;
import dev.parley.agent.ToolResult;
import dev.parley.agent.ToolRunner;
import dev.parley.agent.Toolbox;
import dev.parley.venue.ErrorCode;
import dev.parley.venue.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The conversations that call tools, each with a [ToolRunner] of its own.
///
/// At most so many are kept: the one that has been quiet for longest makes room for a new one, and one that has been
/// quiet for half an hour goes when the next call comes. Nothing is lost with it, since the venue itself knows which
/// calls it has answered; the runner is what joins calls that come twice at the same time, and what bounds each call's
/// time. For the same reason a runner is let go once it has told of a failure that passes: it would tell the same again
/// to who tries again.
///
/// Thread-safe. No call is waited for under the lock.
final class Conversations implements AutoCloseable {
    private static final Duration IDLE = Duration.ofMinutes(30);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final ToolLimits LIMITS = ToolLimits.defaults().withRememberedResults(20);

    private final Toolbox toolbox;
    private final int most;
    private final InstantSource clock;
    /// Guarded by this, longest quiet first.
    private final Map<String, Talk> talks = new LinkedHashMap<>(16, 0.75f, true);

    /// One conversation. Guarded by the lock of all.
    private static final class Talk {
        private final ToolRunner runner;
        private int running;
        private boolean isOver;
        private Instant quietSince;

        Talk(ToolRunner runner, Instant now) {
            this.runner = runner;
            this.quietSince = now;
        }
    }

    Conversations(Toolbox toolbox, int most, InstantSource clock) {
        this.toolbox = toolbox;
        this.most = most;
        this.clock = clock;
    }

    /// Runs a call and waits for its result.
    ///
    /// @throws Refusal if there are too many conversations at once
    ToolResult call(String session, ToolCall call) {
        var result = attempt(session, call);
        // The venue remembers longer than a runner does.
        return result.outcome() instanceof Failed(var reason, var _) && reason == ToolFailure.FORGOTTEN
                ? attempt(session, call)
                : result;
    }

    private ToolResult attempt(String session, ToolCall call) {
        var talk = join(session);
        var passing = true;
        try {
            var answer = new CompletableFuture<ToolResult>();
            talk.runner.submit(call, answer::complete);
            var result = answer.get(LIMITS.deadline().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
            passing = isPassing(result);
            return result;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy(e);
        } catch (ExecutionException | TimeoutException e) {
            throw busy(e);
        } finally {
            leave(session, talk, passing);
        }
    }

    private static Refusal busy(Exception cause) {
        var refusal = new Refusal(ErrorCode.BUSY, "The till did not answer in time; please try again with the same "
                + "call_id.");
        refusal.initCause(cause);
        return refusal;
    }

    /// A failure that may not come again, or a result that the runner no longer has.
    private static boolean isPassing(ToolResult result) {
        return result.outcome() instanceof Failed(var reason, var _) && switch (reason) {
            case DEADLINE, BUSY, CANCELLED, CLOSED, CRASHED, FORGOTTEN -> true;
            case REFUSED -> result.output().contains("\"retryable\":true");
            case UNKNOWN_TOOL, BAD_ARGUMENTS, FORBIDDEN, NO_RESULT, TOO_LONG, CONFLICT -> false;
        };
    }

    private Talk join(String session) {
        var over = new ArrayList<ToolRunner>();
        try {
            synchronized (this) {
                var now = clock.instant();
                dismiss(now, over);
                var talk = talks.get(session);
                if (talk == null) {
                    makeRoom(over);
                    talk = new Talk(new ToolRunner(toolbox, session, ToolGuard.NONE, LIMITS, clock), now);
                    talks.put(session, talk);
                }
                talk.running++;
                return talk;
            }
        } finally {
            over.forEach(ToolRunner::close);
        }
    }

    private void leave(String session, Talk talk, boolean isOver) {
        boolean close;
        synchronized (this) {
            talk.running--;
            talk.quietSince = clock.instant();
            talk.isOver |= isOver;
            if (isOver) {
                talks.remove(session, talk);
            }
            close = talk.isOver && talk.running == 0;
        }
        if (close) {
            // A tool that ignores its deadline would keep the caller waiting.
            Thread.ofVirtual().name("conversation-end").start(talk.runner::close);
        }
    }

    private void dismiss(Instant now, List<ToolRunner> over) {
        for (Iterator<Talk> all = talks.values().iterator(); all.hasNext();) {
            var talk = all.next();
            if (talk.running > 0) {
                continue;
            }
            if (talk.quietSince.plus(IDLE).isAfter(now)) {
                return;
            }
            all.remove();
            over.add(talk.runner);
        }
    }

    private void makeRoom(List<ToolRunner> over) {
        if (talks.size() < most) {
            return;
        }
        var quiet = talks.entrySet().stream().filter(entry -> entry.getValue().running == 0).findFirst();
        if (quiet.isEmpty()) {
            throw new Refusal(ErrorCode.BUSY, "Too many conversations are calling tools at once; please try again in a "
                    + "moment.");
        }
        over.add(quiet.get().getValue().runner);
        talks.remove(quiet.get().getKey());
    }

    synchronized int size() {
        return talks.size();
    }

    @Override
    public void close() {
        List<ToolRunner> left;
        synchronized (this) {
            left = talks.values().stream().map(talk -> talk.runner).toList();
            talks.clear();
        }
        left.forEach(ToolRunner::close);
    }
}
