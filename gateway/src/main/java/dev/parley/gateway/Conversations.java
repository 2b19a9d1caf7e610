package dev.parley.gateway;

import dev.parley.agent.ToolCall;
import dev.parley.agent.ToolGuard;
import dev.parley.agent.ToolLimits;
import dev.parley.agent.ToolResult;
import dev.parley.agent.ToolRunner;
import dev.parley.agent.Toolbox;
import dev.parley.venue.ErrorCode;
import dev.parley.venue.Refusal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The conversations that are calling tools, each with a [ToolRunner] of its own for as long as it does: it joins calls
/// that come twice at the same time, and bounds each call's time. Which calls have been answered the venue knows.
///
/// A conversation whose callers have different badges has a runner for each; the venue keeps their calls apart.
///
/// Thread-safe. No call is waited for under the lock.
final class Conversations implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final ToolLimits LIMITS = ToolLimits.defaults().withRememberedResults(0);

    private final int most;
    private final InstantSource clock;
    /// Guarded by this.
    private final Map<Line, Talk> talks = new HashMap<>();

    /// A session, and the tools as those who call may use them.
    private record Line(String session, Toolbox toolbox) {}

    /// One conversation. Guarded by the lock of all.
    private static final class Talk {
        private final ToolRunner runner;
        private int running;

        Talk(ToolRunner runner) {
            this.runner = runner;
        }
    }

    /// @param most how many may call tools at once
    Conversations(int most, InstantSource clock) {
        this.most = most;
        this.clock = clock;
    }

    /// Runs a call and waits for its result.
    ///
    /// @throws Refusal if there are too many conversations at once
    ToolResult call(String session, Toolbox toolbox, ToolCall call) {
        var line = new Line(session, toolbox);
        var talk = join(line);
        try {
            var answer = new CompletableFuture<ToolResult>();
            talk.runner.submit(call, answer::complete);
            return answer.get(LIMITS.deadline().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy(e);
        } catch (ExecutionException | TimeoutException e) {
            throw busy(e);
        } finally {
            leave(line, talk);
        }
    }

    private static Refusal busy(Exception cause) {
        var refusal = new Refusal(ErrorCode.BUSY, "The till did not answer in time; please try again with the same "
                + "call_id.");
        refusal.initCause(cause);
        return refusal;
    }

    private synchronized Talk join(Line line) {
        var talk = talks.get(line);
        if (talk == null) {
            if (talks.size() >= most) {
                throw new Refusal(ErrorCode.BUSY, "Too many conversations are calling tools at once; please try again "
                        + "in a moment.");
            }
            talk = new Talk(new ToolRunner(line.toolbox(), line.session(), ToolGuard.NONE, LIMITS, clock));
            talks.put(line, talk);
        }
        talk.running++;
        return talk;
    }

    private void leave(Line line, Talk talk) {
        synchronized (this) {
            talk.running--;
            if (talk.running > 0) {
                return;
            }
            talks.remove(line, talk);
        }
        // A tool that ignores its deadline would keep the caller waiting.
        Thread.ofVirtual().name("conversation-end").start(talk.runner::close);
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
