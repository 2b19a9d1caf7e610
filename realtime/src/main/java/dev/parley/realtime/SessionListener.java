package dev.parley.realtime;

import java.util.function.Consumer;

/// Reads a session and calls back.
final class SessionListener {
    private SessionListener() {}

    static Thread start(Session session, Consumer<? super ServerEvent> listener) {
        return Thread.ofVirtual().name("realtime-listener").start(() -> {
            try {
                session.events().forEach(listener);
            } catch (RuntimeException | Error e) {
                // Nobody reads any more: without this the session would live on, full, and nobody be told.
                session.close(Close.SERVER_ERROR, "the listener failed");
                throw e;
            }
        });
    }
}
