package dev.parley.app;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/// Programs of others that tests talk to. Where one is missing its tests are skipped, saying so; with
/// `PARLEY_PEERS=required` in the environment they fail.
final class Peers {
    private static final int PATIENCE_SECONDS = 60;

    private Peers() {}

    static void require(boolean present, String peer) {
        if (present) {
            return;
        }
        var message = "a peer is missing: " + peer;
        if ("required".equals(System.getenv("PARLEY_PEERS"))) {
            throw new AssertionError(message);
        }
        throw new TestAbortedException(message);
    }

    static boolean canRun(String... command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking for " + command[0], e);
        }
    }
}
