package dev.parley.app;

import org.opentest4j.TestAbortedException;

/// Programs of others that tests talk to. Where one is missing its tests are skipped, saying so; with
/// `PARLEY_PEERS=required` in the environment they fail.
final class Peers {
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
}
