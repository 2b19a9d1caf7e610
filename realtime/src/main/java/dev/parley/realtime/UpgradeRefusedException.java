package dev.parley.realtime;

import java.io.IOException;

/// An answer to an upgrade other than 101.
final class UpgradeRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient HttpHead head;
    private final String body;

    UpgradeRefusedException(HttpHead head, String body) {
        super("found HTTP " + head.status());
        this.head = head;
        this.body = body;
    }

    HttpHead head() {
        return head;
    }

    /// The beginning of it, or as much as arrived.
    String body() {
        return body;
    }
}
