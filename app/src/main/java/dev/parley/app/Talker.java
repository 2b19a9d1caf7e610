package dev.parley.app;

import dev.parley.agent.AgentCall;
import dev.parley.media.AudioLeg;
import java.time.Duration;
import java.util.Optional;

/// Who talks to the agent from this terminal, and where its answers go: where sound comes from and where it is heard.
interface Talker extends AutoCloseable {
    /// The leg that the agent's call is started on.
    AudioLeg leg();

    /// Waits until all has been said and answered, or the call is over, or `longest` has passed.
    void await(AgentCall call, Duration longest) throws InterruptedException;

    /// What is wrong with how it went, seen from here; empty if nothing is.
    Optional<String> complaint();

    @Override
    void close();
}
