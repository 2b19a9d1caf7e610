package dev.parley.app;

import dev.parley.agent.AgentCall;
import dev.parley.emulator.CallerEvent;
import dev.parley.emulator.FakeCaller;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The two ends of a call in this process. A caller keeps time by what it hears: one whose call is over hears nothing
/// and would stay for ever.
final class BothEnds {
    private BothEnds() {}

    /// Waits until the caller is done or the call is over, whichever comes first.
    ///
    /// @return what the caller noticed; empty when both go on after `longest`
    static Optional<List<CallerEvent>> await(FakeCaller caller, AgentCall call, Duration longest)
            throws InterruptedException {
        var watcher = Thread.ofVirtual().name("watcher").start(() -> {
            try {
                if (call.await(longest).isPresent()) {
                    caller.close();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            return caller.await(longest);
        } finally {
            watcher.interrupt();
        }
    }
}
