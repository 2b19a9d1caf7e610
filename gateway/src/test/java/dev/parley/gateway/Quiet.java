package dev.parley.gateway;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/// Keeps the logs of some classes quiet where a test provokes what they tell.
record Quiet(List<Logger> loggers) implements AutoCloseable {
    static Quiet about(Class<?>... classes) {
        var loggers = Stream.of(classes).map(one -> Logger.getLogger(one.getName())).toList();
        loggers.forEach(logger -> logger.setLevel(Level.OFF));
        return new Quiet(loggers);
    }

    @Override
    public void close() {
        loggers.forEach(logger -> logger.setLevel(null));
    }
}
